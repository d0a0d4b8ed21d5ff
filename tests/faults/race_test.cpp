// Sixty-four clients storm one session of a real server on SQLite.

#include <cinema/booking/adapters/sqlite.hpp>

#include "faults/sales_check.hpp"
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

purchase request_for(std::int64_t seat, std::int64_t copy)
{
    purchase one;
    one.user = "buyer";
    one.key = "seat-" + std::to_string(seat) + "-copy-" + std::to_string(copy);
    one.session = 1;
    one.seats = {seat};
    one.body = "{\"userId\": \"buyer\", \"seats\": [" + std::to_string(seat) + "]}";
    return one;
}

/// Sends every request once, sixty-four at a time, in the order given.
std::vector<purchase> storm(std::uint16_t port, std::vector<purchase> requests)
{
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < clients; ++i)
        threads.emplace_back(
            [&, i]
            {
                http_client client{port};
                for (auto turn = next.fetch_add(1); turn < requests.size();
                     turn = next.fetch_add(1))
                {
                    requests[turn].buyer = i;
                    requests[turn].port = port;
                    persist(client, requests[turn]);
                }
            });
    for (auto& thread : threads)
        thread.join();
    return requests;
}

struct storm_fixture
{
    storm_fixture() { server.start(); }

    temporary_folder folder;
    std::string file = (folder.path() / "race.db").string();
    server_process server{CINEMA_SERVER,
                          folder.path(),
                          "sqlite:" + file,
                          {"--demo-sessions", "1", "--demo-hall", "10x25", "--access-log", "off"}};
};

} // namespace

TEST_CASE("of twelve requests for each seat of a hall one is granted, and all others are refused")
{
    storm_fixture f;
    std::vector<purchase> requests;
    for (std::int64_t seat = 1; seat <= hall_seats; ++seat)
        for (std::int64_t copy = 0; copy < copies; ++copy)
            requests.push_back(request_for(seat, copy));
    std::shuffle(requests.begin(), requests.end(), std::mt19937{250});

    const auto all = storm(f.server.port(), std::move(requests));

    std::map<std::int64_t, std::size_t> granted;
    for (const auto& one : all)
    {
        CHECK_MESSAGE((one.status == 201 || one.status == 409), one.status, " ", one.answer.body);
        granted[one.seats.front()] += one.status == 201;
    }
    CHECK(granted.size() == hall_seats);
    for (const auto& [seat, times] : granted)
        CHECK_MESSAGE(times == 1, "seat ", seat, " was sold ", times, " times");
    CHECK(f.server.terminate() == 0);
    CHECK(f.server.check() == 0);
    check_history(all, booking::open_sqlite_stores({.file = f.file}));
}

TEST_CASE("buyers of different seats never get a conflict")
{
    storm_fixture f;
    std::vector<purchase> requests;
    for (std::int64_t seat = 1; seat <= hall_seats; ++seat)
        requests.push_back(request_for(seat, 0));
    std::shuffle(requests.begin(), requests.end(), std::mt19937{1});

    const auto all = storm(f.server.port(), std::move(requests));

    for (const auto& one : all)
        CHECK_MESSAGE(one.status == 201, one.answer.body);
    CHECK(f.server.terminate() == 0);
    check_history(all, booking::open_sqlite_stores({.file = f.file}));
}

} // namespace cinema::tests
