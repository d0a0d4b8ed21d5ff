#include <cinema/booking/testing/conformance.hpp>

#include "support/mongo_server.hpp"
#include "support/polyglot_stores.hpp"
#include "support/postgres_schema.hpp"
#include "support/race_workers.hpp"
#include "support/ran_against.hpp"

#include <memory>
#include <string>

namespace
{

namespace booking = cinema::booking;
using namespace cinema::tests;

const ran_against named{[]
                        { return name_of_shared_postgres() + " with " + name_of_shared_mongo(); }};

struct polyglot
{
    static constexpr bool shares_among_processes = true;

    static booking::testing::fixture make()
    {
        const auto schema = std::make_shared<postgres_schema>();
        const polyglot_place place{schema->conninfo(), new_mongo_database()};
        const auto stores = open_polyglot(place).value();
        return {.stores = stores,
                .deliver = [stores] { deliver_all(stores); },
                .open_again = [place] { return open_polyglot(place).value(); },
                .run_workers = [place](std::span<const std::string> tasks)
                { return run_race_workers("polyglot_race_worker", place.text(), tasks); },
                .data = schema};
    }
};

} // namespace

CINEMA_BOOKING_CONFORMANCE(polyglot);
