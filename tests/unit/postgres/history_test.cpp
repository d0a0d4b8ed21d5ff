// Versions that go back, as after a restore; leases; the way back to the older schema.

#include <cinema/booking/adapters/postgres.hpp>
#include <cinema/booking/testing/conformance/fixture.hpp>

#include "support/postgres_schema.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

using namespace cinema::booking;
using namespace cinema::tests;
using testing::commit_one;
using testing::house;

namespace
{

/// A house in a schema of its own.
struct own_house
{
    [[nodiscard]] postgres_params params() const
    {
        return {.conninfo = schema.conninfo(),
                .timeout = std::chrono::seconds{30},
                .allows_unsafe_durability = true};
    }
    [[nodiscard]] testing::fixture open() const
    {
        return {.stores = open_postgres_stores(params()).value()};
    }

    /// Keeps copies of all that is sold.
    void back_up() const
    {
        for (const std::string table : tables)
            (void)schema("CREATE TABLE kept_" + table + " AS TABLE " + table);
    }
    /// Puts the copies back in place, beside servers that run on.
    void restore() const
    {
        for (const std::string table : tables)
            (void)schema("DELETE FROM " + table);
        for (const std::string table : tables)
            (void)schema("INSERT INTO " + table + " SELECT * FROM kept_" + table);
    }

    static constexpr std::array tables{"sessions", "reservations", "session_seats",
                                       "idempotency_keys"};
    postgres_schema schema;
    house there{testing::seeded(open())};
};

} // namespace

TEST_CASE("history: after a restore in place, another history is told as a whole")
{
    const own_house own;
    (void)own.schema("ALTER TABLE session_prices DROP CONSTRAINT session_prices_session_id_fkey");
    auto first = own.there.office();
    first.done(first.sells({1}));
    const auto common = first.book().stamp();
    own.back_up();
    first.done(first.sells({2}));
    first.done(first.sells({3}));
    const auto lost = first.book().stamp();

    own.restore();
    auto second = own.there.office();
    for (const auto seat : {10, 11, 12, 13}) // goes past the version that was lost
        second.done(second.sells({seat}));

    const auto since = [&](const session_stamp& known)
    { return testing::load_one(own.there.inventory(), own.there.session.id, known); };
    REQUIRE(second.book().stamp().version > lost.version);
    const auto told = since(lost);
    const auto* whole = testing::as<session_snapshot>(told);
    REQUIRE(whole != nullptr);
    CHECK(whole->reservations.size() == 5);
    // What both have in common is still a way to here.
    const auto step = since(common);
    const auto* delta = testing::as<session_delta>(step);
    REQUIRE(delta != nullptr);
    CHECK(delta->reservations.size() == 4);
}

TEST_CASE("history: a change that was decided on what is lost comes back with all there is")
{
    const own_house own;
    (void)own.schema("ALTER TABLE session_prices DROP CONSTRAINT session_prices_session_id_fkey");
    auto first = own.there.office();
    own.back_up();
    first.done(first.sells({2}));
    const auto stale = first.sells({3});

    own.restore();
    auto second = own.there.office();
    for (const auto seat : {10, 11})
        second.done(second.sells({seat}));

    const auto outcome = commit_one(own.there.inventory(), stale);
    CHECK(outcome.error == errc::version_conflict);
    const auto* whole = testing::as<session_snapshot>(outcome);
    REQUIRE(whole != nullptr);
    CHECK(whole->reservations.size() == 2);
}

TEST_CASE("history: so many changes back are told by themselves, and more as a whole")
{
    const own_house own;
    auto office = own.there.office();
    const auto oldest = office.book().stamp();
    office.done(office.raises());
    const auto second = office.book().stamp();
    for (int i = 0; i < 32; ++i)
        office.done(office.raises());

    const auto since = [&](const session_stamp& known)
    { return testing::load_one(own.there.inventory(), own.there.session.id, known); };
    CHECK(testing::as<session_delta>(since(second)) != nullptr);
    CHECK(testing::as<session_snapshot>(since(oldest)) != nullptr);
}

TEST_CASE("history: sessions that were there before it was kept have one with their next change")
{
    const own_house own;
    auto office = own.there.office();
    office.done(office.sells({1}));
    const auto params = own.params();
    REQUIRE(undo_postgres_migration(params).value().back().applied_at == std::nullopt);

    const auto again = own.open(); // makes the step anew
    testing::box_office later{*again.stores.inventory, own.there.session.id};
    const auto known = later.book().stamp();
    CHECK(later.book().map().status.size() == 40);
    later.done(later.sells({2}));
    const auto told = testing::load_one(*again.stores.inventory, own.there.session.id, known);
    const auto* delta = testing::as<session_delta>(told);
    REQUIRE(delta != nullptr);
    CHECK(delta->reservations.size() == 1);
}

TEST_CASE("history: the schema of a step back sells as before")
{
    const own_house own;
    REQUIRE(undo_postgres_migration(own.params()).has_value());
    // The function of the older schema, called by statements that are the same.
    auto outcome = commit_one(own.there.inventory(),
                              [&]
                              {
                                  session_change check;
                                  check.session = own.there.session.id;
                                  check.expected = check.next =
                                      own.there.inventory().guard_rows(check.session).value().first;
                                  return check;
                              }());
    CHECK(!outcome.error);
    CHECK(own.schema("SELECT count(*) FROM pg_indexes WHERE schemaname = current_schema()"
                     " AND indexname = 'reservations_ended'")
          == "1");
}

TEST_CASE("leases: one owner at a time has it, until it runs out or it is another name")
{
    const own_house own;
    const auto other = own.open();
    auto& here = own.there.inventory();
    auto& there = *other.stores.inventory;
    const std::chrono::hours long_time{1};
    constexpr auto big = ~std::uint64_t{0}; // owners may be any number

    CHECK(here.lease("purge", big, long_time).value());
    CHECK(here.lease("purge", big, long_time).value()); // prolongs it
    CHECK(!there.lease("purge", 2, long_time).value());
    CHECK(there.lease("sweep", 2, long_time).value());
    CHECK(!here.lease("sweep", big, long_time).value());

    (void)own.schema("UPDATE leases SET expires_at = clock_timestamp() WHERE name = 'purge'");
    CHECK(there.lease("purge", 2, std::chrono::hours{8'760'000'000}).value());
    CHECK(!here.lease("purge", big, long_time).value());

    CHECK(here.lease("purge", 1, std::chrono::milliseconds{0}).error() == errc::invalid_request);
    CHECK(here.lease(std::string(kept_name_bytes_max + 1, 'x'), 1, long_time).error()
          == errc::invalid_request);
    CHECK(here.lease("\xff", 1, long_time).error() == errc::invalid_request);
}

TEST_CASE("leases: of many who want one at once, one gets it")
{
    const own_house own;
    std::atomic<int> owners{0};
    std::vector<std::thread> threads;
    for (std::uint64_t owner = 1; owner <= 6; ++owner)
        threads.emplace_back(
            [&, owner] {
                owners +=
                    own.there.inventory().lease("purge", owner, std::chrono::hours{1}).value();
            });
    for (auto& thread : threads)
        thread.join();
    CHECK(owners == 1);
}
