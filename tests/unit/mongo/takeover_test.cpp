// The original program's two databases, taken over together.

#include <cinema/booking/store/audit.hpp>
#include <cinema/booking/store/reconcile.hpp>
#include <cinema/booking/testing/box_office.hpp>

#include "mongo/open.hpp"
#include "support/mongo_server.hpp"
#include "support/polyglot_stores.hpp"
#include "unit/postgres/original_database.hpp"

#include <doctest/doctest.h>

using namespace cinema::booking;

TEST_CASE("takeover of both: a buyer's name stays with the seats, and becomes a document of ours")
{
    const cinema::tests::original_database original;
    const cinema::tests::mongo_server server;
    {
        mongo::database in{{.uri = server.uri()}, [](mongo::database&) {}, {.name = "test"}};
        mongo::array seats;
        mongo::document one;
        REQUIRE(in.insert("reservations", one.add("_id", "first")
                                              .add("user", "anna")
                                              .add("session", 5)
                                              .add_array("seats", seats.add(6).add(7).elements())));
    }
    // The address names no database, as the original's: it is looked for in `test`, ours is made in
    // `cinema`.
    auto stores = open_polyglot_stores(original.params(), {.uri = server.uri()}).value();

    const auto seen = testing::load_whole(*stores.inventory, session_id{5});
    reservation_ptr anna;
    for (const auto& sold : seen.reservations)
        if (sold->user == "anna")
            anna = sold;
    REQUIRE(anna != nullptr);
    CHECK(anna->seats.size() == 2);
    CHECK(seen.reservations.size() == 6);
    cinema::tests::deliver_all(stores);
    CHECK(*stores.documents->find(anna->id).value() == *anna);
    CHECK(reconcile(stores, false).is_clean());
    CHECK(audit(*stores.inventory, *stores.reservations).is_clean());
    CHECK(original_mongo_reservations({.uri = server.uri()}).value().size() == 1); // it stays

    // In one database with the original's, ours are told apart.
    const auto same = open_mongo_documents({.uri = server.uri() + "/test"}).value();
    CHECK(same.reservations->put(*anna).has_value());
    CHECK(same.reservations->of_session(session_id{5}, std::nullopt, 10).value().size() == 1);
    CHECK(original_mongo_reservations({.uri = server.uri()}).value().size() == 1);
}
