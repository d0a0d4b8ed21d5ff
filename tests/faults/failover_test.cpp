// Two servers on a PostgreSQL address of two hosts. The primary is killed and its standby promoted
// while the servers have connections to the primary, and know sessions as it had them.

#include <cinema/booking/adapters/postgres.hpp>

#include "faults/fault_scenario.hpp"
#include "support/effort.hpp"
#include "support/postgres_replica.hpp"
#include "support/ran_against.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace cinema::tests
{

namespace
{

const ran_against named{[]
                        {
                            return "two cinema-servers on PostgreSQL " + postgres_server::version()
                                   + " with a standby that is promoted";
                        }};

struct fixture
{
    explicit fixture(bool is_synchronous) : database{is_synchronous} {}

    /// Operations until so many are answered.
    load_report sell(unsigned seed, std::size_t answers)
    {
        load_run running{scenario.load({.seed = seed})};
        running.wait_for_answers(answers);
        return running.finish();
    }

    replicated_postgres database;
    fault_scenario scenario{{.store = database.url(), .servers = 2, .sessions = 4, .open = [this] {
                                 return booking::open_postgres_stores(
                                     {.conninfo = database.conninfo()});
                             }}};
};

std::size_t rounds() { return std::min<std::size_t>(effort(), 10); }

} // namespace

TEST_CASE("a standby that every commit waited for takes over: nothing is lost")
{
    for (std::size_t round = 0; round < rounds(); ++round)
    {
        fixture f{true};
        f.scenario.run(
            1, [&] { f.database.fail_over(); }, {}, 300);
    }
}

TEST_CASE("a standby that lags takes over: what it lacks is gone, and nothing else")
{
    for (std::size_t round = 0; round < rounds(); ++round)
    {
        fixture f{false};
        auto report = f.sell(1, 300);
        f.database.catch_up();
        f.database.cut_off();
        const auto lost = f.sell(2, 300);
        f.database.fail_over();
        report.add(f.sell(3, 300));
        MESSAGE(lost.granted.size() << " granted operations were lost with the primary");
        f.scenario.judge(report);
    }
}

} // namespace cinema::tests
