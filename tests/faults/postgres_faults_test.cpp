// PostgreSQL fails in the middle of a server's work: it is killed, restarted, stopped for a while,
// single backends of it are ended. The server stays up, and nothing acknowledged is lost.

#include <cinema/booking/adapters/postgres.hpp>

#include "faults/fault_scenario.hpp"
#include "support/effort.hpp"
#include "support/postgres_schema.hpp"
#include "support/ran_against.hpp"

#include <doctest/doctest.h>

namespace cinema::tests
{

namespace
{

const ran_against named{
    [] { return "cinema-server on PostgreSQL " + postgres_server::version() + " with faults"; }};

/// A server on a PostgreSQL of its own.
struct postgres_scenario
{
    postgres_server database;
    fault_scenario scenario{{.store = database.url(), .open = [this] {
                                 return booking::open_postgres_stores(
                                     {.conninfo = database.conninfo()});
                             }}};
};

} // namespace

TEST_CASE("PostgreSQL is killed with all its processes and started again")
{
    postgres_scenario on;
    on.scenario.run(3 * effort(),
                    [&]
                    {
                        on.database.kill();
                        on.database.start();
                    });
}

TEST_CASE("PostgreSQL is restarted")
{
    postgres_scenario on;
    on.scenario.run(3 * effort(),
                    [&]
                    {
                        on.database.stop();
                        on.database.start();
                    });
}

TEST_CASE("single connections of the server are ended by PostgreSQL")
{
    postgres_scenario on;
    on.scenario.run(10 * effort(),
                    [&]
                    {
                        run_sql(on.database.conninfo(),
                                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                " WHERE application_name = 'cinema' ORDER BY random() LIMIT 1");
                    });
}

TEST_CASE("PostgreSQL stands still for a while: requests are refused, and nothing is lost")
{
    postgres_scenario on;
    on.scenario.run(effort(),
                    [&]
                    {
                        on.database.signal_all(SIGSTOP);
                        const auto asked = std::chrono::steady_clock::now();
                        http_client client{on.scenario.server().port()};
                        const auto answer = client.ask("POST", "/sessions/1/seats/reserve",
                                                       R"({"userId": "x", "seats": [999999]})");
                        const auto took = std::chrono::steady_clock::now() - asked;
                        REQUIRE(answer.has_value());
                        CHECK(answer->status == 503); // a refusal could not be verified
                        std::this_thread::sleep_for(std::chrono::seconds{10} - took);
                        on.database.signal_all(SIGCONT);
                    });
}

} // namespace cinema::tests
