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

    /// The processes of the server that our connections have.
    [[nodiscard]] std::string processes() const
    {
        return sql("SELECT string_agg(pid::text, ',' ORDER BY pid) FROM pg_stat_activity"
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

/// Has two connections of the stores at work at once. On a slow machine the first may be given up
/// while the second is made.
void use_two(const stores& of, session_id session)
{
    const load_request request{session, std::nullopt};
    std::vector<commit_outcome> outcome;
    bool has_two = false;
    for (int tries = 0; tries < 20 && !has_two; ++tries)
    {
        bool has_second = false;
        const auto done = of.inventory->load_and_commit(
            {&request, 1},
            [&](const store_reply&, std::span<store_result<session_load>>)
            {
                has_second = of.inventory->ping().has_value();
                return std::vector<session_change>{};
            },
            outcome);
        has_two = done && has_second;
    }
    CHECK(has_two);
}

} // namespace

TEST_CASE("contact: a commit whose answer is lost is in doubt, and is done")
{
    far_house far;
    auto office = far.there.office();
    office.done(office.sells({2})); // the statement is prepared
    const auto change = office.sells({1}, "key");

    far.proxy.lose_next_answer();
    CHECK(commit_one(far.there.inventory(), change).error == errc::outcome_unknown);

    CHECK(far.proxy.has_lost_it());
    CHECK(far.there.load().stamp == change.next);
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

TEST_CASE("contact: a statement that the server gives up is busy, and its connection is used on")
{
    far_house far;
    const auto stores = far.open(std::chrono::milliseconds{2'000});
    auto office = far.there.office();
    const auto change = office.sells({1}, "key");
    make_wait_at(far, "session_seats");
    REQUIRE(stores.inventory->ping().has_value());
    const auto before = far.processes();

    CHECK(commit_one(*stores.inventory, change).error == errc::busy);

    CHECK(stores.inventory->ping().has_value());
    CHECK(far.processes() == before);
    let_pass(far, "session_seats");
    CHECK(!commit_one(*stores.inventory, change).error);
    far.check_audit();
}

TEST_CASE("contact: what the server could not reach itself is busy, and its connection is used on")
{
    far_house far;
    auto office = far.there.office();
    const auto change = office.sells({1});
    (void)far.sql("CREATE FUNCTION fail_here() RETURNS trigger LANGUAGE plpgsql AS"
                  " $$ BEGIN RAISE SQLSTATE '08006'; END $$;"
                  "CREATE TRIGGER fail_here AFTER INSERT ON session_seats"
                  " FOR EACH ROW EXECUTE FUNCTION fail_here()");
    const auto before = far.processes();

    CHECK(commit_one(far.there.inventory(), change).error == errc::busy);

    CHECK(far.there.inventory().ping().has_value());
    CHECK(far.processes() == before);
    (void)far.sql("DROP TRIGGER fail_here ON session_seats");
    CHECK(!commit_one(far.there.inventory(), change).error);
}

TEST_CASE("contact: one lost idle connection is replaced, and the other is kept")
{
    far_house far;
    const auto session = far.there.session.id;
    far.end_connections(); // what opened the house
    wait_until([&] { return far.processes().empty(); });
    use_two(far.there.base.stores, session);
    wait_until([&] { return far.processes().find(',') != std::string::npos; });
    const auto before = far.processes();
    const auto comma = before.find(',');
    const auto lost = before.substr(0, comma);
    const auto kept = before.substr(comma + 1);
    REQUIRE(kept.find(',') == std::string::npos);

    (void)far.sql("SELECT pg_terminate_backend(" + lost + ")");
    wait_until([&] { return far.processes() == kept; });
    use_two(far.there.base.stores, session);

    const auto after = far.processes();
    CHECK(after.find(kept) != std::string::npos);
    CHECK(after.find(',') != std::string::npos);
    CHECK(after.find(lost) == std::string::npos);
}

TEST_CASE("contact: one connection that is lost at work leaves the others as they are")
{
    far_house far;
    const auto session = far.there.session.id;
    use_two(far.there.base.stores, session);
    const auto before = far.processes();
    const auto stores = far.there.base.stores;
    std::string lost;

    const load_request request{session, std::nullopt};
    std::vector<commit_outcome> outcome;
    const auto done = stores.inventory->load_and_commit(
        {&request, 1},
        [&](const store_reply&, std::span<store_result<session_load>>)
        {
            lost = far.sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'cinema'"
                           " AND state = 'idle in transaction'");
            (void)far.sql("SELECT pg_terminate_backend(" + lost + ")");
            wait_until([&] { return far.processes().find(lost) == std::string::npos; });
            return std::vector{far.there.office().sells({1})};
        },
        outcome);
    CHECK(!done.has_value());

    use_two(stores, session); // nothing of it is felt any more
    const auto after = far.processes();
    CHECK(after.find(lost) == std::string::npos);
    for (std::size_t at = 0; at < before.size(); at = before.find(',', at) + 1)
    {
        const auto process = before.substr(at, before.find(',', at) - at);
        CHECK((process == lost || after.find(process) != std::string::npos));
        if (before.find(',', at) == std::string::npos)
            break;
    }
}

TEST_CASE("contact: behind a network that swallows all, idle connections are not waited for")
{
    far_house far;
    const auto stores =
        open_postgres_stores({.conninfo = "host=127.0.0.1," + far.server.folder()
                                          + " port=" + std::to_string(far.proxy.port())
                                          + ",5432 user=postgres dbname=postgres",
                              .timeout = std::chrono::milliseconds{2'000}})
            .value();
    use_two(stores, far.there.session.id); // both through the proxy

    far.proxy.swallow(true);
    CHECK(stores.inventory->ping().error() == errc::store_unavailable);
    CHECK(stores.inventory->ping().has_value()); // by the other way
}

TEST_CASE("contact: a server that takes no writes any more is not read from, but the next one")
{
    const postgres_server first;
    const postgres_server second;
    const auto conninfo =
        "host=" + first.folder() + ',' + second.folder() + " user=postgres dbname=postgres";
    const auto stores =
        open_postgres_stores({.conninfo = conninfo, .timeout = std::chrono::seconds{30}}).value();
    const auto there = testing::seeded({.stores = stores});
    use_two(stores, there.session.id);
    // The other one has everything, as a standby that was promoted.
    const testing::house copy =
        testing::seeded({.stores = open_postgres_stores({.conninfo = second.conninfo(),
                                                         .timeout = std::chrono::seconds{30}})
                                       .value()});
    REQUIRE(copy.session.id == there.session.id);

    (void)run_sql(first.conninfo(), "ALTER SYSTEM SET default_transaction_read_only = on");
    (void)run_sql(first.conninfo(), "SELECT pg_reload_conf()");
    wait_until([&] { return !stores.inventory->ping(); });

    const auto stamp = copy.load().stamp;
    for (int i = 0; i < 4; ++i)
    {
        use_two(stores, there.session.id);
        CHECK(testing::load_whole(*stores.inventory, there.session.id).stamp == stamp);
    }
    CHECK(run_sql(first.conninfo(), "SELECT count(*) FROM pg_stat_activity"
                                    " WHERE application_name = 'cinema'")
          == "0");
}
