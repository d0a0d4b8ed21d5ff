// A server on PostgreSQL and MongoDB, each of which is killed or down in the middle of its work, or
// the server itself: nothing acknowledged is lost, nothing is sold twice, and in the end both
// databases agree, field by field.

#include "faults/fault_scenario.hpp"
#include "support/effort.hpp"
#include "support/mongo_server.hpp"
#include "support/polyglot_stores.hpp"
#include "support/postgres_schema.hpp"
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

/// A server on databases of its own.
struct polyglot_scenario
{
    void wait_for_documents() const
    {
        wait_until([this]
                   { return run_sql(database.conninfo(), "SELECT count(*) FROM outbox") == "0"; },
                   std::chrono::minutes{5});
    }

    /// Pre: no server runs, which has left nothing in the outbox.
    booking::store_result<booking::stores> open()
    {
        CHECK(scenario.server().run({"outbox", "list"}) == 0);
        CHECK(scenario.server().run({"reconcile", "--dry-run"}) == 0);
        CHECK(run_sql(database.conninfo(), "SELECT count(*) FROM outbox") == "0");
        return open_polyglot({database.conninfo(), mongo_database(documents.uri(), "shop")});
    }

    mongo_server documents;
    postgres_server database;
    fault_scenario scenario{{.store = database.url(),
                             .documents = mongo_database(documents.uri(), "shop"),
                             .settle = [this] { wait_for_documents(); },
                             .open = [this] { return open(); }}};
};

/// How long MongoDB is down: longer than any timeout.
std::chrono::seconds absence() { return std::chrono::seconds{effort() > 1 ? 60 : 6}; }

} // namespace

TEST_CASE("the server is killed")
{
    polyglot_scenario on;
    on.scenario.run(3 * effort(),
                    [&]
                    {
                        on.scenario.server().kill();
                        on.scenario.server().start();
                    });
}

TEST_CASE("PostgreSQL is killed")
{
    polyglot_scenario on;
    on.scenario.run(3 * effort(),
                    [&]
                    {
                        on.database.kill();
                        on.database.start();
                    });
}

TEST_CASE("MongoDB's server is killed: buyers do not notice")
{
    polyglot_scenario on;
    on.scenario.run(3 * effort(),
                    [&]
                    {
                        on.documents.kill();
                        http_client client{on.scenario.server().port()};
                        const auto answer = client.ask("POST", "/sessions/1/seats/reserve",
                                                       R"({"userId": "x", "seats": [999999]})");
                        REQUIRE(answer.has_value());
                        CHECK(answer->status != 503);
                        const auto ready = client.ask("GET", "/readyz");
                        REQUIRE(ready.has_value());
                        CHECK(ready->status == 200); // degraded, but ready
                        on.documents.start();
                    });
}

TEST_CASE("MongoDB is down for long: all is sold and readable, and all follows when it is back")
{
    polyglot_scenario on;
    auto& server = on.scenario.server();
    on.documents.kill();
    load_run running{on.scenario.load({.has_short_holds = false})};
    std::this_thread::sleep_for(absence());
    const auto report = running.finish();

    CHECK(report.repeated == 0);
    check_reservations(report, server.port());
    const auto waiting = metric(server.port(), "cinema_outbox_entries");
    CHECK(waiting > 0);
    CHECK(metric(server.port(), "cinema_outbox_lag_seconds") > 1);

    const auto back = std::chrono::steady_clock::now();
    on.documents.start();
    on.wait_for_documents();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - back;
    MESSAGE(waiting << " documents followed in " << took.count() << " s");
    on.scenario.judge(report);
}

} // namespace cinema::tests
