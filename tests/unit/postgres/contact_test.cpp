// Contact with the database is lost at the worst moments.

#include <cinema/booking/adapters/postgres.hpp>
#include <cinema/booking/service/booking_service.hpp>
#include <cinema/booking/store/audit.hpp>
#include <cinema/booking/testing/conformance/fixture.hpp>

#include "support/postgres_schema.hpp"
#include "support/relay_proxy.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>

using namespace cinema::booking;
using namespace cinema::tests;
using testing::commit_one;
using testing::house;

namespace
{

/// A house whose stores reach a server of their own through a proxy.
struct far_house
{
    far_house() : there{testing::seeded({.stores = open()})} {}

    [[nodiscard]] stores open(std::chrono::milliseconds timeout = std::chrono::seconds{30})
    {
        return open_postgres_stores(
                   {.conninfo = "host=127.0.0.1 port=" + std::to_string(proxy.port())
                                + " user=postgres dbname=postgres",
                    .timeout = timeout})
            .value();
    }

    [[nodiscard]] std::string sql(const std::string& text) const
    {
        return run_sql(server.conninfo(), text);
    }

    /// Ends every connection but ours to ask for it.
    void end_connections() const
    {
        (void)sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                  " WHERE application_name = 'cinema'");
    }

    /// Whether one of the connections is at work on this statement.
    [[nodiscard]] bool is_at(const std::string& what) const
    {
        return sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cinema'"
                   " AND state = 'active' AND wait_event = '"
                   + what + "'")
               != "0";
    }

    void check_audit() const
    {
        const auto report = audit(there.inventory(), there.reservations());
        CHECK(report.is_clean());
        CHECK(!report.error);
    }

    postgres_server server;
    relay_proxy proxy{server.folder() + "/.s.PGSQL.5432"};
    house there;
};

/// A trigger that makes a commit wait behind what it has written to a table.
void make_wait_at(const far_house& at, const std::string& table)
{
    (void)at.sql("CREATE OR REPLACE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS"
                 " $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;"
                 "CREATE TRIGGER wait_here AFTER INSERT OR UPDATE OR DELETE ON "
                 + table + " FOR EACH ROW EXECUTE FUNCTION wait_here()");
}

void let_pass(const far_house& at, const std::string& table)
{
    (void)at.sql("DROP TRIGGER wait_here ON " + table);
}

} // namespace

TEST_CASE("contact: a commit whose answer is lost is in doubt, and is done")
{
    far_house far;
    auto office = far.there.office();
    office.done(office.sells({2})); // the statement is prepared
    const auto change = office.sells({1}, "key");
    const auto before = far.there.inventory().ping().value().epoch;

    far.proxy.lose_next_answer();
    CHECK(commit_one(far.there.inventory(), change).error == errc::outcome_unknown);

    CHECK(far.proxy.has_lost_it());
    CHECK(far.there.load().stamp == change.next);
    CHECK(far.there.inventory().ping().value().epoch != before); // all is to be loaded anew
    far.check_audit();
}

TEST_CASE("contact: a read whose answer is lost says that nothing changed, and can be repeated")
{
    far_house far;
    far.proxy.lose_next_answer();
    CHECK(far.there.inventory().ping().error() == errc::store_unavailable);
    CHECK(far.there.inventory().ping().has_value());
}

TEST_CASE("contact: the service finds its booking again whose answer was lost")
{
    far_house far;
    booking_service service{far.there.base.stores,
                            {.lanes = 1, .deadline = std::chrono::minutes{1}}};
    const auto reserve = [&](const char* seat)
    {
        return service.reserve({.session = far.there.session.id,
                                .user = "anna",
                                .seats = {seat},
                                .idempotency_key = seat});
    };
    REQUIRE(reserve("A1").has_value()); // the statement is prepared, the session is known

    far.proxy.lose_next_answer();
    const auto doubtful = reserve("A2");

    CHECK(far.proxy.has_lost_it());
    REQUIRE(doubtful.has_value());
    CHECK(reserve("A2")->reservation->id == doubtful->reservation->id);
    CHECK(far.sql("SELECT count(*) FROM session_seats") == "2");
    service.stop();
    far.check_audit();
}

TEST_CASE("contact: a commit that is ended in the middle leaves no trace, and can be repeated")
{
    far_house far;
    auto office = far.there.office();
    auto second = far.there.office();
    const auto held = office.done(office.holds({5}, std::chrono::seconds{60}));
    std::string table;
    auto change = office.sells({1, 2}, "key");
    SUBCASE("behind the session's version") { table = "sessions"; }
    SUBCASE("behind the reservation") { table = "reservations"; }
    SUBCASE("behind the seats") { table = "session_seats"; }
    SUBCASE("behind the key") { table = "idempotency_keys"; }
    SUBCASE("in an expiry, between the reservation and its seats")
    {
        table = "reservations";
        office.now += std::chrono::seconds{61};
        change = office.expires();
    }
    SUBCASE("in an expiry, behind the seats")
    {
        table = "session_seats";
        office.now += std::chrono::seconds{61};
        change = office.expires();
    }
    make_wait_at(far, table);
    const auto stamp = far.there.load().stamp;

    auto outcome = std::async(std::launch::async,
                              [&] { return commit_one(far.there.inventory(), change).error; });
    wait_until([&] { return far.is_at("PgSleep"); });
    far.end_connections();

    CHECK(outcome.get() == errc::outcome_unknown);
    CHECK(far.there.load().stamp == stamp);
    CHECK(far.there.document(held->id)->status() == reservation_status::held);
    CHECK(testing::guarded(far.there.inventory(), far.there.session.id)
          == testing::seat_numbers{5});
    let_pass(far, table);
    CHECK(!commit_one(far.there.inventory(), change).error);
    far.check_audit();
}

TEST_CASE("contact: a network that swallows all is given up in time, and used again later")
{
    far_house far;
    const auto timeout = std::chrono::milliseconds{300};
    const auto stores = far.open(timeout);
    REQUIRE(stores.inventory->ping().has_value());

    far.proxy.swallow(true);
    CHECK(stores.inventory->ping().error() == errc::store_unavailable);
    CHECK(stores.inventory->ping().error() == errc::store_unavailable); // connecting, too
    far.proxy.swallow(false);

    store_result<store_reply> again = make_error_code(errc::store_unavailable);
    for (int i = 0; i < 100 && !again; ++i)
        again = stores.inventory->ping();
    CHECK(again.has_value());
}
