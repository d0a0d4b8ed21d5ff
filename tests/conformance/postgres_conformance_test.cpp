#include <cinema/booking/adapters/postgres.hpp>
#include <cinema/booking/testing/conformance.hpp>

#include "support/postgres_schema.hpp"
#include "support/race_workers.hpp"
#include "support/ran_against.hpp"

#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace
{

namespace booking = cinema::booking;
using cinema::tests::postgres_schema;

const cinema::tests::ran_against named{
    [] { return cinema::tests::name_of_shared_postgres() + ", routed by batch and by session"; }};

booking::stores open(const std::string& conninfo, booking::postgres_routing routing)
{
    // A turn may take long where many write and a disk is slow.
    return booking::open_postgres_stores(
               {.conninfo = conninfo,
                .timeout = std::chrono::minutes{1},
                .connections_max = 8,
                .routing = routing,
                .allows_unsafe_durability = true,
                .log = [](std::string_view line) { std::cerr << line << '\n'; }})
        .value();
}

template <booking::postgres_routing Routing>
struct postgres
{
    static constexpr bool shares_among_processes = true;

    static booking::testing::fixture make()
    {
        const auto schema = std::make_shared<postgres_schema>();
        const auto conninfo = schema->conninfo();
        return {
            .stores = open(conninfo, Routing),
            .open_again = [conninfo] { return open(conninfo, Routing); },
            .run_workers = [conninfo](std::span<const std::string> tasks)
            { return cinema::tests::run_race_workers("postgres_race_worker", conninfo, tasks); },
            .data = schema};
    }
};

using postgres_by_batch = postgres<booking::postgres_routing::batch>;
using postgres_by_session = postgres<booking::postgres_routing::session>;

} // namespace

CINEMA_BOOKING_CONFORMANCE(postgres_by_batch, postgres_by_session);
