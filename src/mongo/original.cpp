#include <cinema/booking/adapters/mongo.hpp>
#include <cinema/booking/domain/limits.hpp>
#include <cinema/booking/domain/text.hpp>

#include "open.hpp"

/// What the original Node.js program left in MongoDB.
namespace cinema::booking::mongo
{
namespace
{

/// The database of whoever names none, as MongoDB's drivers for Node.js have it.
constexpr const char* database_of_original = "test";

std::string id_text(const field& from)
{
    if (!BSON_ITER_HOLDS_OID(from.raw()))
        return from.is_text() ? std::string{from.text()} : std::to_string(from.number());
    std::array<char, 25> hex{};
    bson_oid_to_string(bson_iter_oid(from.raw()), hex.data());
    return hex.data();
}

time_point time_in(const field& id)
{
    if (!BSON_ITER_HOLDS_OID(id.raw()))
        return host_now();
    return from_unix_ms(std::int64_t{bson_oid_get_time_t(bson_iter_oid(id.raw()))} * 1'000);
}

original_reservation original_from(fields from)
{
    const auto id = from.at("_id");
    original_reservation found{.name = id_text(id),
                               .session = session_id{from.at("session").number()},
                               .seats = {},
                               .user = {},
                               .at = time_in(id)};
    for (const auto& seat : from.at("seats").sub())
        found.seats.push_back(seat_number{static_cast<std::int32_t>(seat.number())});
    if (const auto user = from.find("user"); user && !user->is_null())
        found.user = shortened(id_text(*user), user_label_bytes_max);
    if (!is_text(found.user))
        from.at("user").unexpected();
    return found;
}

/// Of the original's reservations, what can be read; each that cannot is told of.
std::vector<original_reservation> read_originals(database& in)
{
    document absent;
    document which; // ours have a history
    document oldest_first;
    std::vector<original_reservation> all;
    in.find({.collection = "reservations",
             .filter = which.add("history", absent.add("$exists", false)),
             .sort = oldest_first.add("_id", std::int32_t{1}),
             .how = freshness::latest},
            [&](const view& found)
            {
                try
                {
                    all.push_back(original_from(fields{found}));
                }
                catch (const failure& failed)
                {
                    in.say("a reservation of the original program cannot be read: "
                           + std::string{failed.what()} + ": " + document{found}.text());
                }
                return true;
            });
    return all;
}

} // namespace
} // namespace cinema::booking::mongo

namespace cinema::booking
{

store_result<std::vector<original_reservation>>
original_mongo_reservations(const mongo_params& params)
{
    return mongo::with_checked(params,
                               [&]() -> store_result<std::vector<original_reservation>>
                               {
                                   mongo::database in{params,
                                                      [](mongo::database&) {},
                                                      {.name = mongo::database_of_original,
                                                       .answer_timeout = mongo::patience}};
                                   return mongo::read_originals(in);
                               });
}

} // namespace cinema::booking
