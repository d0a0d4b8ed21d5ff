// The server is killed with -9 in the middle of its work, again and again, and started on the same
// file: nothing acknowledged is lost, nothing is sold twice, keys still replay.

#include <cinema/booking/adapters/sqlite.hpp>

#include "faults/fault_scenario.hpp"
#include "support/effort.hpp"
#include "support/ran_against.hpp"

#include <doctest/doctest.h>

namespace cinema::tests
{

namespace
{

const ran_against named{[] { return std::string{"cinema-server on SQLite, killed by -9"}; }};

/// Servers on one file.
struct sqlite_scenario
{
    explicit sqlite_scenario(std::size_t servers, std::size_t sessions)
        : scenario{
            {.store = "sqlite:" + file, .servers = servers, .sessions = sessions, .open = [this] {
                 return booking::open_sqlite_stores({.file = file});
             }}}
    {
    }

    temporary_folder folder;
    std::string file{(folder.path() / "killed.db").string()};
    fault_scenario scenario;
};

} // namespace

TEST_CASE("a server killed in the middle of its work loses nothing and sells nothing twice")
{
    sqlite_scenario on{1, 8};
    on.scenario.run(20 * effort(),
                    [&]
                    {
                        on.scenario.server().kill();
                        on.scenario.server().start();
                    });
}

TEST_CASE("two servers on one file sell each seat once, though one is killed in between")
{
    sqlite_scenario on{2, 2};
    on.scenario.run(
        3 * effort(),
        [&]
        {
            on.scenario.server(1).kill();
            on.scenario.server(1).start();
        },
        {.seed = 2}, 300);
}

} // namespace cinema::tests
