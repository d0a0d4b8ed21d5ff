// MongoDB alone keeps everything, and is killed or stopped in the middle of a server's work, or the
// server is: nothing acknowledged is lost, and nothing is sold twice.

#include <cinema/booking/adapters/mongo.hpp>

#include "faults/fault_scenario.hpp"
#include "support/effort.hpp"
#include "support/mongo_server.hpp"
#include "support/ran_against.hpp"

#include <doctest/doctest.h>

namespace cinema::tests
{

namespace
{

const ran_against named{
    [] { return std::string{"cinema-server on mongo-java-server alone with faults"}; }};

/// Two servers on a MongoDB of their own.
struct mongo_scenario
{
    mongo_server database;
    std::string uri{mongo_database(database.uri(), "shop")};
    fault_scenario scenario{{.store = uri, .servers = 2, .open = [this] {
                                 return booking::open_mongo_stores({.uri = uri});
                             }}};
};

} // namespace

TEST_CASE("one of two servers on MongoDB is killed")
{
    mongo_scenario on;
    on.scenario.run(3 * effort(),
                    [&]
                    {
                        on.scenario.server(1).kill();
                        on.scenario.server(1).start();
                    });
}

TEST_CASE("MongoDB is killed and started again")
{
    mongo_scenario on;
    on.scenario.run(3 * effort(),
                    [&]
                    {
                        on.database.kill();
                        on.database.start();
                    });
}

TEST_CASE("MongoDB stands still until a request has been refused")
{
    mongo_scenario on;
    on.scenario.run(effort(),
                    [&]
                    {
                        on.database.signal(SIGSTOP);
                        const auto answer = http_client{on.scenario.server().port()}.ask(
                            "POST", "/sessions/1/seats/reserve",
                            R"({"userId": "x", "seats": [999999]})");
                        on.database.signal(SIGCONT);
                        REQUIRE(answer.has_value());
                        CHECK(answer->status == 503); // a refusal could not be verified
                    });
}

} // namespace cinema::tests
