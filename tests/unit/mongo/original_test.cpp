// What the original Node.js program left in MongoDB, as mongoose wrote it.

#include <cinema/booking/adapters/mongo.hpp>

#include "mongo/open.hpp"
#include "support/mongo_server.hpp"

#include <doctest/doctest.h>

using namespace cinema::booking;
using namespace cinema::booking::mongo;

namespace
{

document oid(const char* key, const char* hex)
{
    bson_oid_t id;
    bson_oid_init_from_string(&id, hex);
    document out;
    bson_append_oid(const_cast<bson_t*>(out.get()), key, -1, &id);
    return out;
}

document seats(std::initializer_list<std::int32_t> numbers)
{
    array all;
    for (const auto number : numbers)
        all.add(number);
    return all.elements();
}

} // namespace

TEST_CASE("original: its reservations are found in the database test, whoever the users are")
{
    const cinema::tests::mongo_server server;
    database in{{.uri = server.uri()}, [](database&) {}, {.name = "test"}};
    const char* const made = "665f1a2b0123456789000000"; // 2024-06-04 13:44:43 UTC
    const auto insert = [&](const document& one) { REQUIRE(in.insert("reservations", one)); };
    insert(
        oid("_id", made).add("user", "anna").add("session", 5).add_array("seats", seats({6, 7})));
    insert(oid("_id", "665f1a2b0123456789abcde0")
               .add("session", 5.0)
               .add_all(oid("user", "665f1a2b0123456789abcde1"))
               .add_array("seats", seats({8}))
               .add("__v", 0));
    insert(oid("_id", "665f1a2b0123456789abcde2")
               .add("user", 7)
               .add("session", 9)
               .add_array("seats", seats({1})));
    insert(oid("_id", "665f1a2b0123456789abcde3")
               .add("session", "five")
               .add_array("seats", seats({1})));
    std::string said;
    const auto found = original_mongo_reservations(
        {.uri = server.uri(), .log = [&](std::string_view line) { said += line; }});

    REQUIRE(found.has_value());
    REQUIRE(found->size() == 3);
    const auto& anna = (*found)[0];
    CHECK(anna.name == std::string{made});
    CHECK(anna.session == session_id{5});
    CHECK(anna.seats == std::vector{seat_number{6}, seat_number{7}});
    CHECK(anna.user == "anna");
    CHECK(to_unix_ms(anna.at) == std::int64_t{0x665f1a2b} * 1'000);
    CHECK((*found)[1].user == "665f1a2b0123456789abcde1");
    CHECK((*found)[2].user == "7");
    CHECK(said.find("665f1a2b0123456789abcde3") != std::string::npos);
    CHECK(original_mongo_reservations({.uri = server.uri() + "/other"}).value().empty());
}
