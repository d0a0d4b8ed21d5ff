#include "open.hpp"

#include <cinema/booking/adapters/mongo.hpp>

#include "accounts.hpp"
#include "inventory.hpp"
#include "outbox.hpp"
#include "pairing.hpp"
#include "reservations.hpp"

namespace cinema::booking::mongo
{
namespace
{

/// The form in which all is kept. To be raised where older programs would misunderstand it.
constexpr std::int64_t schema_known = 1;

struct index
{
    const char* collection;
    const char* name;
    std::initializer_list<std::pair<const char*, std::int32_t>> keys;
    bool is_unique{};
    bool is_sparse{};
};

const std::initializer_list<index> indexes{
    {"halls", "name", {{"name", 1}}, true, false},
    {"sessions", "showtime", {{"showtime", 1}, {"_id", 1}}, false, false},
    {"sessions", "hall_showtime", {{"hall_id", 1}, {"showtime", 1}, {"_id", 1}}, false, false},
    {"sessions", "hold_ends", {{"hold_ends", 1}}, false, true},
    {"sessions", "purge_from", {{"purge_from", 1}}, false, true},
    {"sessions", "outbox_since", {{"outbox_since", 1}}, false, true},
    {"sessions", "outbox_account", {{"outbox.account", 1}}, false, true},
    {"access_tokens", "user", {{"user", 1}}, false, false},
    {"access_tokens", "expires_at", {{"expires_at", 1}}, false, false},
    {"refused", "session", {{"session", 1}}, false, false},
    {"reservations", "session", {{"session", 1}, {"uuid", 1}}, false, false},
    {"reservations",
     "guests",
     {{"account", 1}, {"status", 1}, {"updated_at", 1}},
     false,
     false}, // no account: null
    {"reservations", "account", {{"account", 1}, {"uuid", -1}, {"session", -1}}, false, true},
};

document definition_of(const index& of)
{
    document keys;
    for (const auto& [field, direction] : of.keys)
        keys.add(field, direction);
    document one;
    one.add("key", keys).add("name", of.name);
    if (of.is_unique)
        one.add("unique", true);
    if (of.is_sparse)
        one.add("sparse", true);
    document command;
    array all;
    return command.add("createIndexes", of.collection)
        .add_array("indexes", all.add(one).elements());
}

std::string_view name_of(role roles) { return roles == role::all ? "all" : "documents"; }

/// Whether it is noted already what the database is for. Throws `failure` (schema_mismatch) if that
/// is something else.
bool is_marked(database& in, role roles)
{
    document which;
    const auto kept = in.find_one(
        {.collection = "schema", .filter = which.add("_id", "cinema"), .how = freshness::latest});
    if (kept && fields{*kept}.at("version").number() > schema_known)
        throw failure{errc::schema_mismatch,
                      "a newer program has made the MongoDB database: use that one"};
    if (kept && fields{*kept}.at("role").text() != name_of(roles))
        throw failure{errc::schema_mismatch,
                      roles == role::all
                          ? "the MongoDB database has the documents of a PostgreSQL database: name "
                            "that as well (--store, POSTGRES_URL), or another one of MongoDB"
                          : "the MongoDB database has sessions of its own: name another one, as in "
                            "mongodb://host:27017/documents"};
    return kept.has_value();
}

/// Whether this is that the server does not answer, and no error yet.
bool may_be_away(const mongo_params& params, const error_code& error)
{
    return !params.adopts_documents
           && (error == errc::store_unavailable || error == errc::busy
               || error == errc::outcome_unknown);
}

} // namespace

void prepare(database& in, role roles, const mongo_params& params)
{
    const bool was_marked = is_marked(in, roles);
    if (params.claim)
        pair(in, params);
    for (const auto& each : indexes)
        if (roles == role::all || std::string_view{each.collection} == "reservations")
            in.define(definition_of(each));
    document made;
    if (!was_marked)
        (void)in.insert(
            "schema",
            made.add("_id", "cinema").add("version", schema_known).add("role", name_of(roles)));
}

store_result<void> check(const mongo_params& params, adapters::reporter& report)
{
    using namespace std::chrono_literals;
    const char* wrong = nullptr;
    if (params.timeout < 10ms || params.timeout > 1h)
        wrong = "mongo_params::timeout must be from 10 ms to 1 h";
    else if (params.connections_max < 1 || params.connections_max > 200)
        wrong = "mongo_params::connections_max must be from 1 to 200";
    if (wrong == nullptr)
        return {};
    report.say(wrong);
    return make_error_code(errc::invalid_request);
}

std::shared_ptr<database> open(const mongo_params& params, role roles)
{
    // Making indexes may take longer than a sale may.
    const auto make = [params, roles](database&)
    {
        database patient{params, [](database&) {}, {.answer_timeout = patience}};
        prepare(patient, roles, params);
    };
    return std::make_shared<database>(params, make);
}

} // namespace cinema::booking::mongo

namespace cinema::booking
{

store_result<stores> open_mongo_stores(mongo_params params)
{
    return mongo::with_checked(
        params,
        [&]() -> store_result<stores>
        {
            const auto in = mongo::open(params, mongo::role::all);
            in->make_ready();
            (void)in->ask_time();
            using mongo::overlay;
            return stores{.inventory = std::make_shared<mongo::inventory>(in),
                          .reservations =
                              std::make_shared<mongo::reservations>(in, overlay::sessions),
                          .accounts = std::make_shared<mongo::accounts>(in),
                          .name = "mongodb",
                          .outbox = std::make_shared<mongo::session_outboxes>(in),
                          .documents = std::make_shared<mongo::reservations>(in, overlay::none)};
        });
}

store_result<documents_claim> check_mongo_documents(const mongo_params& params)
{
    auto noted = mongo::with_checked(params,
                                     [&]() -> store_result<documents_claim>
                                     {
                                         mongo::database in{params, [](mongo::database&) {}};
                                         (void)mongo::is_marked(in, mongo::role::documents);
                                         return mongo::find_pairing(in).value_or(documents_claim{});
                                     });
    if (!noted && mongo::may_be_away(params, noted.error()))
        return documents_claim{};
    return noted;
}

store_result<stores> open_mongo_documents(mongo_params params)
{
    return mongo::with_checked(
        params,
        [&]() -> store_result<stores>
        {
            const auto in = mongo::open(params, mongo::role::documents);
            const auto asked = in->edge(
                [&]() -> store_result<store_reply>
                {
                    in->make_ready();
                    return in->ask_time();
                });
            if (!asked && !mongo::may_be_away(params, asked.error()))
                return asked.error();
            if (!asked && params.claim)
                in->say("documents cannot be written yet: sales go on, they will follow");
            using mongo::overlay;
            return stores{.inventory = nullptr,
                          .reservations = std::make_shared<mongo::reservations>(in, overlay::none),
                          .accounts = std::make_shared<mongo::accounts>(in),
                          .name = "mongodb"};
        });
}

} // namespace cinema::booking
