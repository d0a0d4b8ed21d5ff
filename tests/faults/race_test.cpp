// Sixty-four clients storm one session of a real server on SQLite.

#include <cinema/booking/adapters/sqlite.hpp>

#include "faults/sales_check.hpp"
#include "faults/seat_storm.hpp"
#include "support/ran_against.hpp"
#include "support/server_process.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

namespace cinema::tests
{

namespace
{

constexpr std::int64_t hall_seats = 250;
constexpr std::int64_t copies = 12;
constexpr unsigned clients = 64;

const ran_against named{[] { return std::string{"cinema-server on SQLite, one and two"}; }};

struct storm_fixture
{
    storm_fixture() { server.start(); }

    temporary_folder folder;
    std::string file = (folder.path() / "race.db").string();
    server_process server{folder.path(),
                          "sqlite:" + file,
                          {"--demo-sessions", "1", "--demo-hall", "10x25", "--access-log", "off"}};
};

} // namespace

TEST_CASE("of twelve requests for each seat of a hall one is granted, and all others are refused")
{
    storm_fixture f;
    const auto all =
        storm({f.server.port()}, clients, requests_for_all_seats(hall_seats, copies, 250));

    check_each_seat_once(all, hall_seats);
    CHECK(f.server.terminate() == 0);
    CHECK(f.server.check() == 0);
    check_history(all, booking::open_sqlite_stores({.file = f.file}));
}

TEST_CASE("buyers of different seats never get a conflict")
{
    storm_fixture f;
    const auto all = storm({f.server.port()}, clients, requests_for_all_seats(hall_seats, 1, 1));

    for (const auto& one : all)
        CHECK_MESSAGE(one.status == 201, one.answer.body);
    CHECK(f.server.terminate() == 0);
    check_history(all, booking::open_sqlite_stores({.file = f.file}));
}

} // namespace cinema::tests
