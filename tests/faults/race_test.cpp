// Sixty-four clients ask one session of a real server on SQLite for all its seats at once.

#include <cinema/booking/adapters/sqlite.hpp>

#include "faults/fault_scenario.hpp"
#include "support/ran_against.hpp"

#include <doctest/doctest.h>

namespace cinema::tests
{

namespace
{

constexpr std::int64_t hall_seats = 250;
constexpr std::int64_t copies = 12;
constexpr unsigned clients = 64;

const ran_against named{[] { return std::string{"cinema-server on SQLite"}; }};

struct fixture
{
    temporary_folder folder;
    std::string file{(folder.path() / "race.db").string()};
    fault_scenario scenario{
        {.store = "sqlite:" + file,
         .sessions = 1,
         .hall = "10x25",
         .hall_seats = hall_seats,
         .open = [this] { return booking::open_sqlite_stores({.file = file}); }}};
};

} // namespace

TEST_CASE("of twelve requests for each seat of a hall one is granted, and all others are refused")
{
    fixture f;
    load_run running{f.scenario.load({.buyers = clients, .seed = 250, .copies = copies})};
    const auto report = running.finish();

    check_each_seat_once(report, hall_seats);
    f.scenario.judge(report);
}

TEST_CASE("buyers of different seats never get a conflict")
{
    fixture f;
    load_run running{f.scenario.load({.buyers = clients, .copies = 1})};
    const auto report = running.finish();

    check_each_seat_once(report, hall_seats);
    CHECK(refusals(report) == 0);
    f.scenario.judge(report);
}

} // namespace cinema::tests
