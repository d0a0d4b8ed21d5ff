// PostgreSQL suffers in the middle of a server's work: it is killed, restarted, stopped for a
// while, single backends of it are ended. The server stays up, and nothing acknowledged is lost.

#include "faults/besieged_shop.hpp"
#include "support/effort.hpp"
#include "support/ran_against.hpp"

#include <doctest/doctest.h>

namespace cinema::tests
{

namespace
{

const ran_against named{
    [] { return "cinema-server on PostgreSQL " + postgres_server::version() + " with faults"; }};

/// A server on a PostgreSQL of its own.
struct shop : besieged_shop
{
    void endure(std::size_t times, const std::function<void()>& suffer)
    {
        besieged_shop::endure(
            times, suffer, [] {},
            [this] { return booking::open_postgres_stores({.conninfo = database.conninfo()}); });
    }
};

} // namespace

TEST_CASE("PostgreSQL is killed with all its processes and started again")
{
    shop one;
    one.endure(3 * effort(),
               [&]
               {
                   one.database.kill();
                   one.database.start();
               });
}

TEST_CASE("PostgreSQL is restarted")
{
    shop one;
    one.endure(3 * effort(),
               [&]
               {
                   one.database.stop();
                   one.database.start();
               });
}

TEST_CASE("single connections of the server are ended by PostgreSQL")
{
    shop one;
    one.endure(10 * effort(),
               [&]
               {
                   run_sql(one.database.conninfo(),
                           "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                           " WHERE application_name = 'cinema' ORDER BY random() LIMIT 1");
               });
}

TEST_CASE("PostgreSQL stands still for a while: who asks is told so, and nothing is lost")
{
    shop one;
    one.endure(effort(),
               [&]
               {
                   one.database.signal_all(SIGSTOP);
                   const auto asked = std::chrono::steady_clock::now();
                   http_client client{one.server.port()};
                   const auto answer = client.ask("POST", "/sessions/1/seats/reserve",
                                                  R"({"userId": "x", "seats": [999999]})");
                   const auto took = std::chrono::steady_clock::now() - asked;
                   REQUIRE(answer.has_value());
                   CHECK(answer->status == 503); // a refusal could not be verified
                   std::this_thread::sleep_for(std::chrono::seconds{10} - took);
                   one.database.signal_all(SIGCONT);
               });
}

} // namespace cinema::tests
