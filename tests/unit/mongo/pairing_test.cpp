// One PostgreSQL database and one MongoDB database belong together; every other pair is refused
// before a document is written.

#include <cinema/booking/store/reconcile.hpp>
#include <cinema/booking/testing/conformance/fixture.hpp>

#include "mongo/open.hpp"
#include "support/mongo_server.hpp"
#include "support/polyglot_stores.hpp"
#include "support/postgres_schema.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>

using namespace cinema::booking;

namespace
{

using cinema::tests::new_mongo_database;
using cinema::tests::postgres_schema;

store_result<stores> open_pair(const std::string& conninfo, mongo_params documents)
{
    return open_polyglot_stores(
        {.conninfo = conninfo, .allows_unsafe_durability = true, .log = documents.log}, documents);
}

/// Why a pair is not opened; empty if it is.
std::string refusal_of(const std::string& conninfo, const std::string& uri)
{
    std::string said;
    std::mutex mutex;
    const auto opened = open_pair(conninfo, {.uri = uri,
                                             .timeout = std::chrono::seconds{20},
                                             .log = [&](std::string_view line)
                                             {
                                                 const std::lock_guard lock{mutex};
                                                 said = line;
                                             }});
    if (opened)
        return "";
    CHECK(opened.error() == errc::store_failed);
    return said;
}

/// Stores with a house in them, in which a seat is sold.
testing::house sold_from(const cinema::tests::polyglot_place& at)
{
    auto house = testing::seeded({.stores = cinema::tests::open_polyglot(at).value()});
    auto office = house.office();
    (void)office.done(office.sells({1}));
    return house;
}

std::size_t documents_in(const std::string& uri, session_id session)
{
    const auto stores = open_mongo_documents({.uri = uri, .timeout = std::chrono::seconds{20}});
    return stores->reservations->of_session(session, std::nullopt, 100).value().size();
}

} // namespace

TEST_CASE("pairing: a second MongoDB database beside one PostgreSQL database is refused")
{
    const postgres_schema inventory;
    const auto first = new_mongo_database();
    const auto second = new_mongo_database();
    const auto house = sold_from({inventory.conninfo(), first});
    CHECK(refusal_of(inventory.conninfo(), second).find("are in another MongoDB database")
          != std::string::npos);
    CHECK(documents_in(second, house.session.id) == 0);
    CHECK(refusal_of(inventory.conninfo(), first).empty());
    cinema::tests::deliver_all(house.base.stores);
    CHECK(documents_in(first, house.session.id) == 1);

    // What was refused belongs to nobody yet.
    const postgres_schema other;
    CHECK(refusal_of(other.conninfo(), second).empty());
}

TEST_CASE("pairing: a second PostgreSQL database beside one MongoDB database is refused")
{
    const postgres_schema first;
    const postgres_schema second;
    const auto documents = new_mongo_database();
    CHECK(refusal_of(first.conninfo(), documents).empty());
    CHECK(refusal_of(second.conninfo(), documents).find("documents of another PostgreSQL database")
          != std::string::npos);
    CHECK(refusal_of(first.conninfo(), documents).empty());
    CHECK(refusal_of(second.conninfo(), new_mongo_database()).empty()); // it is still free
}

TEST_CASE("pairing: a PostgreSQL database that was refused another one's documents sells alone")
{
    const postgres_schema first;
    const postgres_schema second;
    const auto documents = new_mongo_database();
    CHECK(refusal_of(first.conninfo(), documents).empty());
    CHECK(open_postgres_stores({.conninfo = second.conninfo(), .allows_unsafe_durability = true})
              .has_value());
    CHECK(refusal_of(second.conninfo(), documents).find("documents of another PostgreSQL database")
          != std::string::npos);
    CHECK(open_postgres_stores({.conninfo = second.conninfo(), .allows_unsafe_durability = true})
              .has_value());
}

TEST_CASE("pairing: a PostgreSQL database that left MongoDB comes back to its own, with all sales")
{
    const postgres_schema inventory;
    const auto documents = new_mongo_database();
    const auto house = sold_from({inventory.conninfo(), documents});
    cinema::tests::deliver_all(house.base.stores);
    const postgres_params alone{.conninfo = inventory.conninfo(), .allows_unsafe_durability = true};
    while (postgres_migrations(alone).value().at(1).applied_at) // up to 0002_outbox
        REQUIRE(undo_postgres_migration(alone).has_value());
    const auto without = open_postgres_stores(alone).value();
    auto office = testing::box_office{*without.inventory, house.session.id};
    (void)office.done(office.sells({2}));

    const auto again =
        open_pair(inventory.conninfo(), {.uri = documents, .timeout = std::chrono::seconds{20}});
    REQUIRE(again.has_value());
    cinema::tests::deliver_all(*again);
    CHECK(documents_in(documents, house.session.id) == 2);
    CHECK(reconcile(*again).is_clean());
}

TEST_CASE("pairing: a migration for another one's documents is refused, and changes nothing")
{
    const postgres_schema first;
    const postgres_schema second;
    const auto documents = new_mongo_database();
    CHECK(refusal_of(first.conninfo(), documents).empty());
    const postgres_params alone{.conninfo = second.conninfo(), .allows_unsafe_durability = true};
    const auto beside =
        postgres_beside_mongo(alone, {.uri = documents, .timeout = std::chrono::seconds{20}});
    REQUIRE(beside.has_value());
    SUBCASE("of an empty database") {}
    SUBCASE("of one that has sold alone") { REQUIRE(migrate_postgres(alone).has_value()); }
    CHECK(pending_postgres_sql(*beside).error() == errc::store_failed);
    CHECK(migrate_postgres(*beside).error() == errc::store_failed);
    CHECK(open_postgres_stores(alone).has_value());
}

TEST_CASE("pairing: of many servers that start at once all have the same pair")
{
    const postgres_schema inventory;
    const auto documents = new_mongo_database();
    std::atomic<int> paired{0};
    {
        std::vector<std::jthread> servers;
        for (int i = 0; i < 4; ++i)
            servers.emplace_back(
                [&]
                {
                    const auto stores =
                        cinema::tests::open_polyglot({inventory.conninfo(), documents});
                    if (stores
                        && stores->accounts->find(user_id{"anybody"}).error()
                               == errc::user_not_found)
                        ++paired;
                });
    }
    CHECK(paired == 4);
}

TEST_CASE("pairing: of two MongoDB databases that come first at once one is taken")
{
    const postgres_schema inventory;
    cinema::tests::open_polyglot({inventory.conninfo(), new_mongo_database()}).value();
    inventory("DELETE FROM properties WHERE name = 'documents name'");
    std::atomic<int> paired{0};
    {
        std::vector<std::jthread> servers;
        for (int i = 0; i < 4; ++i)
            servers.emplace_back(
                [&, documents = new_mongo_database()]
                { paired += refusal_of(inventory.conninfo(), documents).empty(); });
    }
    CHECK(paired == 1);
}

TEST_CASE("pairing: cut between its steps, it goes on from there")
{
    const postgres_schema inventory;
    const auto documents = new_mongo_database();
    const auto stores = cinema::tests::open_polyglot({inventory.conninfo(), documents}).value();
    mongo::database in{{.uri = documents}, [](mongo::database&) {}};
    SUBCASE("MongoDB has its name, and the inventory does not know it")
    {
        inventory("DELETE FROM properties WHERE name = 'documents name'");
    }
    SUBCASE("the inventory knows it, and MongoDB does not know the inventory")
    {
        mongo::document which;
        mongo::document gone;
        mongo::document update;
        mongo::document statement;
        update.add("$unset", gone.add("inventory", ""));
        statement.add("q", which.add("_id", "pairing")).add("u", update);
        REQUIRE(in.update_one("schema", statement));
    }
    CHECK(refusal_of(inventory.conninfo(), documents).empty());
    CHECK(!refusal_of(inventory.conninfo(), new_mongo_database()).empty());
    const postgres_schema other;
    CHECK(!refusal_of(other.conninfo(), documents).empty());
}

TEST_CASE("pairing: found out when MongoDB comes back, and nothing was written there")
{
    const postgres_schema inventory;
    const auto first = new_mongo_database();
    const auto house = sold_from({inventory.conninfo(), first});
    cinema::tests::mongo_server away;
    const auto uri = away.uri() + "/late";
    away.kill();
    const auto stores =
        cinema::tests::open_polyglot({inventory.conninfo(), uri}, std::chrono::milliseconds{600})
            .value();
    CHECK(stores.outbox->deliver(*stores.documents, 10).error() == errc::store_unavailable);
    away.start();
    error_code error;
    cinema::tests::wait_until(
        [&]
        {
            error = stores.outbox->deliver(*stores.documents, 10).error();
            return error != errc::store_unavailable;
        });
    CHECK(error == errc::store_failed);
    CHECK(stores.accounts->find(user_id{"anybody"}).error() == errc::store_failed);
    CHECK(open_mongo_stores({.uri = uri, .timeout = std::chrono::seconds{20}})
              .has_value()); // nobody's documents are in it
    CHECK(stores.outbox->status()->waiting == 1);
}

TEST_CASE("pairing: another MongoDB database takes the place, and gets all documents")
{
    const postgres_schema inventory;
    const auto old = new_mongo_database();
    const auto house = sold_from({inventory.conninfo(), old});
    cinema::tests::deliver_all(house.base.stores);
    const auto adopt = [&](const std::string& uri)
    {
        return open_pair(
            inventory.conninfo(),
            {.uri = uri, .timeout = std::chrono::seconds{2}, .adopts_documents = true});
    };
    CHECK(adopt("mongodb://127.0.0.1:1").error() == errc::store_unavailable);
    CHECK(refusal_of(inventory.conninfo(), old).empty()); // nothing has changed

    const auto fresh = new_mongo_database();
    const auto adopted = adopt(fresh);
    REQUIRE(adopted.has_value());
    CHECK(adopted->outbox->status()->waiting == 1); // whatever is cut, it follows
    CHECK(reconcile(*adopted).mended == 1);
    CHECK(reconcile(*adopted).is_clean());
    CHECK(documents_in(fresh, house.session.id) == 1);
    CHECK(refusal_of(inventory.conninfo(), fresh).empty());
    CHECK(!refusal_of(inventory.conninfo(), old).empty());
}

TEST_CASE("pairing: what has another one's documents is not taken, whoever wants it")
{
    const postgres_schema first;
    const postgres_schema second;
    const auto documents = new_mongo_database();
    CHECK(refusal_of(first.conninfo(), documents).empty());
    const auto taken = open_pair(
        second.conninfo(),
        {.uri = documents, .timeout = std::chrono::seconds{20}, .adopts_documents = true});
    CHECK(taken.error() == errc::store_failed);
    CHECK(refusal_of(first.conninfo(), documents).empty());
}

TEST_CASE("reconcile: documents of a session that the inventory has lost are found")
{
    const postgres_schema inventory;
    const auto house = sold_from({inventory.conninfo(), new_mongo_database()});
    const auto& stores = house.base.stores;
    cinema::tests::deliver_all(stores);
    auto lost = *stores.reservations->of_session(house.session.id, std::nullopt, 1)->front();
    lost.id.session = session_id{raw(house.session.id) + 41};
    lost.id.id.bytes[15] ^= 1U;
    REQUIRE(stores.documents->put(lost).has_value());
    CHECK(stores.documents->session_after(session_id{0}).value() == house.session.id);
    CHECK(stores.documents->session_after(house.session.id).value() == lost.id.session);
    CHECK(stores.documents->session_after(lost.id.session).value() == std::nullopt);
    const auto report = reconcile(stores);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings.front().find(lost.id.text()) != std::string::npos);
}
