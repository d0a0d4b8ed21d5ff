#include <cinema/booking/adapters/mongo.hpp>
#include <cinema/booking/testing/conformance.hpp>

#include "support/mongo_server.hpp"
#include "support/race_workers.hpp"
#include "support/ran_against.hpp"

#include <iostream>
#include <string>

namespace
{

namespace booking = cinema::booking;

const cinema::tests::ran_against named{[] { return cinema::tests::name_of_shared_mongo(); }};

booking::stores open(const std::string& uri)
{
    return booking::open_mongo_stores(
               {.uri = uri,
                .timeout = std::chrono::minutes{1},
                .log = [](std::string_view line) { std::cerr << line << '\n'; }})
        .value();
}

struct mongo
{
    static constexpr bool shares_among_processes = true;

    static booking::testing::fixture make()
    {
        const auto uri = cinema::tests::new_mongo_database();
        return {.stores = open(uri),
                .open_again = [uri] { return open(uri); },
                .run_workers = [uri](std::span<const std::string> tasks)
                { return cinema::tests::run_race_workers("mongo_race_worker", uri, tasks); }};
    }
};

} // namespace

CINEMA_BOOKING_CONFORMANCE(mongo);
