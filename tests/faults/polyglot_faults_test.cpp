// A server on PostgreSQL and MongoDB, each of which is killed or away in the middle of its work, or
// the server itself: nothing acknowledged is lost, nothing is sold twice, and in the end both
// databases agree, field by field.

#include "faults/besieged_shop.hpp"
#include "support/effort.hpp"
#include "support/mongo_server.hpp"
#include "support/polyglot_stores.hpp"
#include "support/ran_against.hpp"

#include <doctest/doctest.h>

namespace cinema::tests
{

namespace
{

const ran_against named{[]
                        {
                            return "cinema-server on PostgreSQL " + postgres_server::version()
                                   + " and mongo-java-server with faults";
                        }};

double metric(std::uint16_t port, const std::string& name)
{
    const auto answer = http_client{port}.ask("GET", "/metrics");
    REQUIRE(answer.has_value());
    const auto at = answer->body.find("\n" + name + " ");
    REQUIRE(at != std::string::npos);
    return std::stod(answer->body.substr(at + name.size() + 2));
}

/// Starts before the shop, and ends after it.
struct documents_server
{
    mongo_server documents;
};

struct shop : documents_server, besieged_shop
{
    shop() : besieged_shop{mongo_database(documents.uri(), "shop")} {}

    void endure(std::size_t times, const std::function<void()>& suffer)
    {
        besieged_shop::endure(
            times, suffer, [this] { wait_for_documents(); },
            [this]
            {
                check_documents();
                return open_polyglot(
                    {database.conninfo(), mongo_database(documents.uri(), "shop")});
            });
    }

    void wait_for_documents() const
    {
        wait_until([this]
                   { return run_sql(database.conninfo(), "SELECT count(*) FROM outbox") == "0"; },
                   std::chrono::minutes{5});
    }

    /// No server runs, which has left nothing in the outbox.
    void check_documents() const
    {
        CHECK(server.run({"outbox", "list"}) == 0);
        CHECK(server.run({"reconcile", "--dry-run"}) == 0);
        CHECK(run_sql(database.conninfo(), "SELECT count(*) FROM outbox") == "0");
    }
};

/// How long MongoDB is away: long enough that everybody gives up waiting for it.
std::chrono::seconds absence() { return std::chrono::seconds{effort() > 1 ? 60 : 6}; }

} // namespace

TEST_CASE("the server is killed")
{
    shop one;
    one.endure(3 * effort(),
               [&]
               {
                   one.server.kill();
                   one.server.start();
               });
}

TEST_CASE("PostgreSQL is killed")
{
    shop one;
    one.endure(3 * effort(),
               [&]
               {
                   one.database.kill();
                   one.database.start();
               });
}

TEST_CASE("MongoDB's server is killed: nobody who buys notices")
{
    shop one;
    one.endure(3 * effort(),
               [&]
               {
                   one.documents.kill();
                   http_client client{one.server.port()};
                   const auto answer = client.ask("POST", "/sessions/1/seats/reserve",
                                                  R"({"userId": "x", "seats": [999999]})");
                   REQUIRE(answer.has_value());
                   CHECK(answer->status != 503);
                   const auto ready = client.ask("GET", "/readyz");
                   REQUIRE(ready.has_value());
                   CHECK(ready->status == 200); // degraded, but ready
                   one.documents.start();
               });
}

TEST_CASE("MongoDB is away for long: all is sold and readable, and all follows when it is back")
{
    shop one;
    const auto sessions = session_ids(one.server.port());
    one.documents.kill();
    crowd buyers{{.ports = {one.server.port()}, .sessions = sessions, .seats = 1'000}};
    std::this_thread::sleep_for(absence());
    const auto all = buyers.finish();

    std::size_t repeated = 0;
    for (const auto& each : all)
        repeated += each.tries > 1;
    CHECK(repeated == 0);
    check_reservations(all, one.server.port());
    const auto waiting = metric(one.server.port(), "cinema_outbox_entries");
    CHECK(waiting > 0);
    CHECK(metric(one.server.port(), "cinema_outbox_lag_seconds") > 1);

    const auto back = std::chrono::steady_clock::now();
    one.documents.start();
    wait_until([&]
               { return run_sql(one.database.conninfo(), "SELECT count(*) FROM outbox") == "0"; });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - back;
    MESSAGE(all.size() << " requests, " << waiting << " documents followed in " << took.count()
                       << " s");
    CHECK(one.server.terminate() == 0);
    one.check_documents();
}

} // namespace cinema::tests
