// The server is killed with -9 in the middle of its work, again and again, and started on the same
// file: nothing acknowledged is lost, nothing is sold twice, keys still replay.

#include <cinema/booking/adapters/sqlite.hpp>

#include "faults/sales_check.hpp"
#include "faults/shop_checks.hpp"
#include "support/effort.hpp"
#include "support/ran_against.hpp"
#include "support/server_process.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <random>

namespace cinema::tests
{

namespace
{

constexpr int demo_sessions = 8;
constexpr std::int64_t hall_seats = 1'000;

const ran_against named{[] { return std::string{"cinema-server on SQLite, killed by -9"}; }};

std::vector<std::string> load_options()
{
    return {"--demo-sessions", std::to_string(demo_sessions),
            "--demo-hall",     "20x50",
            "--access-log",    "off"};
}

} // namespace

TEST_CASE("a server killed in the middle of its work loses nothing and sells nothing twice")
{
    const temporary_folder folder;
    const auto file = (folder.path() / "killed.db").string();
    server_process server{folder.path(), "sqlite:" + file, load_options()};
    server.start();
    const auto sessions = session_ids(server.port());
    const auto before = reserved_seats(server.port(), sessions);
    std::mt19937 random{7};

    crowd buyers{{.ports = {server.port()}, .sessions = sessions, .seats = hall_seats}};
    const auto kills = 20 * effort();
    for (std::size_t kill = 0; kill < kills; ++kill)
    {
        wait_for_answers(buyers, 60 + random() % 60);
        server.kill();
        server.start();
    }
    wait_for_answers(buyers, 60);
    const auto all = buyers.finish();

    std::size_t granted = 0;
    std::size_t repeated = 0;
    for (const auto& one : all)
    {
        granted += one.status == 201;
        repeated += one.tries > 1;
    }
    MESSAGE(kills << " kills, " << all.size() << " requests, " << granted << " granted, "
                  << repeated << " met a kill");
    CHECK(granted > 1'000);
    CHECK(repeated > kills);
    check_sales(all, server.port(), sessions, before);
    check_replays(all, server.port());
    check_reservations(all, server.port());
    CHECK(server.terminate() == 0);
    CHECK(server.check() == 0);
    check_history(all, booking::open_sqlite_stores({.file = file}));
}

TEST_CASE("two servers on one file sell each seat once, though one is killed in between")
{
    const temporary_folder folder;
    const auto file = (folder.path() / "shared.db").string();
    const auto store = "sqlite:" + file;
    server_process first{folder.path(), store, load_options()};
    server_process second{folder.path(), store, load_options()};
    first.start();
    second.start();
    const auto sessions = session_ids(first.port());
    const auto before = reserved_seats(first.port(), sessions);

    crowd buyers{{.ports = {first.port(), second.port()},
                  .sessions = {sessions.front(), sessions.back()},
                  .seats = hall_seats,
                  .buyers = 32,
                  .seed = 2}};
    for (std::size_t kill = 0; kill < 3 * effort(); ++kill)
    {
        wait_for_answers(buyers, 300);
        second.kill();
        wait_for_answers(buyers, 100);
        second.start();
    }
    wait_for_answers(buyers, 300);
    const auto all = buyers.finish();
    std::this_thread::sleep_for(std::chrono::seconds{1}); // by then each sees the other's sales
    for (const auto* server : {&first, &second})
    {
        check_sales(all, server->port(), sessions, before);
        check_replays(all, server->port());
    }
    CHECK(first.terminate() == 0);
    CHECK(second.terminate() == 0);
    CHECK(first.check() == 0);
    check_history(all, booking::open_sqlite_stores({.file = file}));
}

} // namespace cinema::tests
