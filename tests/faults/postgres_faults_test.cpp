// PostgreSQL suffers in the middle of a server's work: it is killed, restarted, stopped for a
// while, single backends of it are ended. The server stays up, and nothing acknowledged is lost.

#include <cinema/booking/adapters/postgres.hpp>

#include "faults/sales_check.hpp"
#include "faults/shop_checks.hpp"
#include "support/effort.hpp"
#include "support/postgres_schema.hpp"
#include "support/ran_against.hpp"
#include "support/server_process.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

namespace cinema::tests
{

namespace
{

constexpr int demo_sessions = 8;
constexpr std::int64_t hall_seats = 1'000;

const ran_against named{
    [] { return "cinema-server on PostgreSQL " + postgres_server::version() + " with faults"; }};

/// A server on a PostgreSQL of its own, with a crowd of buyers.
struct shop
{
    shop() { server.start(); }

    /// Lets a crowd buy while `suffer` is called again and again, then checks all.
    template <class Suffer>
    void endure(std::size_t times, Suffer suffer)
    {
        const auto sessions = session_ids(server.port());
        const auto before = reserved_seats(server.port(), sessions);
        crowd buyers{{.ports = {server.port()}, .sessions = sessions, .seats = hall_seats}};
        for (std::size_t i = 0; i < times; ++i)
        {
            wait_for_answers(buyers, 100);
            suffer();
        }
        wait_for_answers(buyers, 100);
        const auto all = buyers.finish();
        std::size_t repeated = 0;
        for (const auto& one : all)
            repeated += one.tries > 1;
        MESSAGE(all.size() << " requests, " << buyers.granted() << " granted, " << repeated
                           << " asked again");
        check_sales(all, server.port(), sessions, before);
        check_replays(all, server.port());
        check_reservations(all, server.port());
        CHECK(server.terminate() == 0);
        CHECK(server.check() == 0);
        check_history(all, booking::open_postgres_stores({.conninfo = database.conninfo()}));
    }

    temporary_folder folder;
    postgres_server database;
    server_process server{CINEMA_SERVER,
                          folder.path(),
                          database.url(),
                          {"--demo-sessions", std::to_string(demo_sessions), "--demo-hall", "20x50",
                           "--access-log", "off"}};
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
