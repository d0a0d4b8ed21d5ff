#include "pairing.hpp"

namespace cinema::booking::mongo
{
namespace
{

/// Of the document in `schema` that names this database and the inventory whose documents it has.
constexpr const char* pairing_name = "pairing";

/// A name that no other database has.
std::string new_name()
{
    bson_oid_t id;
    bson_oid_init(&id, nullptr);
    std::array<char, 25> text{};
    bson_oid_to_string(&id, text.data());
    return text.data();
}

struct pairing
{
    std::string documents;
    std::optional<std::string> inventory{};
};

std::optional<pairing> find_pairing(database& in)
{
    document which;
    const auto kept = in.find_one({.collection = "schema",
                                   .filter = which.add("_id", pairing_name),
                                   .how = freshness::latest});
    if (!kept)
        return std::nullopt;
    pairing found{.documents = std::string{fields{*kept}.at("documents").text()}};
    if (const auto inventory = fields{*kept}.find("inventory"))
        found.inventory = inventory->text();
    return found;
}

/// The database gets its name before any inventory is told: whatever is cut, it keeps it.
pairing made_pairing(database& in)
{
    if (auto kept = find_pairing(in))
        return *std::move(kept);
    document named;
    (void)in.insert("schema", named.add("_id", pairing_name).add("documents", new_name()));
    auto kept = find_pairing(in); // perhaps another one's
    if (!kept)
        throw failure{errc::store_unavailable, "MongoDB has lost what it had just been given"};
    return *std::move(kept);
}

/// Notes whose documents these are; false if `kept` is not there any more.
bool note(database& in, const pairing& kept, const std::string& inventory)
{
    document which;
    document absent;
    document set;
    document update;
    document statement;
    which.add("_id", pairing_name).add("documents", kept.documents);
    if (kept.inventory)
        which.add("inventory", *kept.inventory);
    else
        which.add("inventory", absent.add("$exists", false));
    set.add("inventory", inventory);
    return in.update_one("schema", statement.add("q", which).add("u", update.add("$set", set)));
}

[[noreturn]] void refuse(bool is_anothers)
{
    const std::string what = is_anothers
                                 ? "this MongoDB database has the documents of another PostgreSQL "
                                   "database: name another one, as in "
                                   "mongodb://host:27017/documents"
                                 : "the documents of this PostgreSQL database are in another "
                                   "MongoDB database: name that one";
    throw failure{errc::schema_mismatch,
                  what
                      + "; if this is the right one from now on, end all servers and run "
                        "cinema-server reconcile --adopt"};
}

} // namespace

void pair(database& in, const mongo_params& params)
{
    // Each of the few others who do the same at this moment may get ahead once.
    for (int tries = 0; tries < 10; ++tries)
    {
        const auto kept = made_pairing(in);
        const auto claimed = params.claim(kept.documents);
        if (!claimed)
            throw failure{static_cast<errc>(claimed.error().value()),
                          "the inventory could not be asked whose documents MongoDB has: "
                              + claimed.error().message()};
        const bool is_anothers = kept.inventory && *kept.inventory != claimed->inventory;
        if (claimed->documents != kept.documents || (is_anothers && !params.adopts_documents))
            refuse(is_anothers);
        if (kept.inventory == claimed->inventory || note(in, kept, claimed->inventory))
            return;
    }
    throw failure{errc::store_unavailable, "others keep changing whose documents MongoDB has"};
}

} // namespace cinema::booking::mongo
