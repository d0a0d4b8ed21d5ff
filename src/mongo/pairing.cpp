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

/// The database gets its name before any inventory is told: whatever is cut, it keeps it.
documents_claim made_pairing(database& in)
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

/// Notes whose documents these are, unless that is noted already.
void note(database& in, const documents_claim& claimed)
{
    document which;
    document absent;
    document set;
    document update;
    document statement;
    which.add("_id", pairing_name)
        .add("documents", claimed.documents)
        .add("inventory", absent.add("$exists", false));
    update.add("$set", set.add("inventory", claimed.inventory));
    (void)in.update_one("schema", statement.add("q", which).add("u", update));
}

/// Throws `failure` if they do not belong together.
void compare(const documents_claim& kept, const documents_claim& claimed)
{
    if (!kept.inventory.empty() && kept.inventory != claimed.inventory)
        throw failure{errc::store_failed, detail::others_documents};
    if (kept.documents != claimed.documents)
        throw failure{
            errc::store_failed,
            "the documents of this PostgreSQL database are in another MongoDB database: "
            "name that one; if this is the right one from now on, end all servers and run "
            "cinema-server reconcile --adopt"};
}

} // namespace

std::optional<documents_claim> find_pairing(database& in)
{
    document which;
    const auto kept = in.find_one({.collection = "schema",
                                   .filter = which.add("_id", pairing_name),
                                   .how = freshness::latest});
    if (!kept)
        return std::nullopt;
    const auto inventory = fields{*kept}.find("inventory");
    return documents_claim{.inventory = inventory ? std::string{inventory->text()} : "",
                           .documents = std::string{fields{*kept}.at("documents").text()}};
}

void pair(database& in, const mongo_params& params)
{
    const auto kept = made_pairing(in);
    const auto claimed = params.claim(kept);
    if (!claimed)
        throw failure{static_cast<errc>(claimed.error().value()),
                      "the inventory could not be asked whose documents MongoDB has: "
                          + claimed.error().message()};
    compare(kept, *claimed);
    if (!kept.inventory.empty())
        return;
    note(in, *claimed);
    compare(made_pairing(in), *claimed); // another one may have been faster
}

} // namespace cinema::booking::mongo
