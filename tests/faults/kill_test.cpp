// The server is killed with -9 in the middle of its work, again and again, and started on the same
// file: nothing acknowledged is lost, nothing is sold twice, keys still replay.

#include "faults/sales_check.hpp"
#include "support/effort.hpp"
#include "support/server_process.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace cinema::tests
{

namespace
{

using seat_key = std::pair<std::int64_t, std::int64_t>; // session, seat

constexpr int demo_sessions = 8;
constexpr std::int64_t hall_seats = 1'000;

std::vector<std::string> load_options()
{
    return {"--demo-sessions", std::to_string(demo_sessions),
            "--demo-hall",     "20x50",
            "--access-log",    "off"};
}

std::vector<std::int64_t> session_ids(std::uint16_t port)
{
    std::vector<std::int64_t> ids;
    const auto answer = http_client{port}.ask("GET", "/sessions");
    REQUIRE(answer.has_value());
    const auto listed = answer->json();
    for (const auto& session : listed.as_array())
        ids.push_back(session.at("id").as_int64());
    return ids;
}

std::set<seat_key> reserved_seats(std::uint16_t port, const std::vector<std::int64_t>& sessions)
{
    std::set<seat_key> taken;
    http_client client{port};
    for (const auto session : sessions)
    {
        const auto answer = client.ask("GET", "/sessions/" + std::to_string(session) + "/seats");
        REQUIRE(answer.has_value());
        const auto map = answer->json();
        for (const auto& seat : map.as_array())
            if (seat.at("isReserved").as_bool())
                taken.emplace(session, seat.at("seat_number").as_int64());
    }
    return taken;
}

/// Each seat acknowledged to one buyer only, and taken on the server exactly if acknowledged.
void check_sales(const std::vector<purchase>& all, std::uint16_t port,
                 const std::vector<std::int64_t>& sessions, const std::set<seat_key>& before)
{
    std::map<seat_key, std::string> holder;
    for (const auto& one : all)
    {
        REQUIRE_MESSAGE(one.status != 0, "without a definite answer: ", one.key);
        CHECK_MESSAGE((one.status == 201 || one.status == 409), one.status, " ", one.answer.body);
        if (one.status != 201)
            continue;
        for (const auto seat : one.seats)
        {
            const auto [at, is_first] = holder.emplace(seat_key{one.session, seat}, one.key);
            CHECK_MESSAGE(is_first, "sold twice: seat ", seat, " of session ", one.session, " to ",
                          at->second, " and ", one.key);
        }
    }
    std::set<seat_key> acknowledged = before;
    for (const auto& [seat, key] : holder)
        acknowledged.insert(seat);
    CHECK(reserved_seats(port, sessions) == acknowledged);
}

/// A grant, asked for again with its key, is the same to the letter.
void check_replays(const std::vector<purchase>& all, std::uint16_t port)
{
    http_client client{port};
    std::size_t replayed = 0;
    for (const auto& one : all)
    {
        if (one.status != 201 || replayed >= 200)
            continue;
        ++replayed;
        const auto again =
            client.ask("POST", "/sessions/" + std::to_string(one.session) + "/seats/reserve",
                       one.body, {{"Idempotency-Key", one.key}});
        REQUIRE(again.has_value());
        CHECK(again->status == 201);
        CHECK(again->body == one.answer.body);
        CHECK(again->field("idempotency-replayed") == "true");
    }
    CHECK(replayed > 0);
}

/// A buyer's own reservation is there, with the secret it was given.
void check_reservations(const std::vector<purchase>& all, std::uint16_t port)
{
    http_client client{port};
    for (const auto& one : all)
    {
        if (one.status != 201)
            continue;
        const auto granted = one.answer.json();
        const auto found = client.ask(
            "GET", "/reservations/" + std::string{granted.at("id").as_string()}, {},
            {{"Authorization", "Bearer " + std::string{granted.at("secret").as_string()}}});
        REQUIRE(found.has_value());
        CHECK(found->status == 200);
        CHECK(found->json().at("seats") == granted.at("seats"));
        CHECK(found->json().at("status") == "confirmed");
    }
}

/// Waits until the crowd has got `count` more answers.
void wait_for_answers(const crowd& buyers, std::size_t count)
{
    const auto goal = buyers.answered() + count;
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (buyers.answered() < goal && std::chrono::steady_clock::now() < give_up)
        std::this_thread::sleep_for(std::chrono::microseconds{500});
    REQUIRE(buyers.answered() >= goal);
}

} // namespace

TEST_CASE("a server killed in the middle of its work loses nothing and sells nothing twice")
{
    const temporary_folder folder;
    const auto file = (folder.path() / "killed.db").string();
    server_process server{CINEMA_SERVER, folder.path(), "sqlite:" + file, load_options()};
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
    check_history(all, file);
}

TEST_CASE("two servers on one file sell each seat once, though one is killed in between")
{
    const temporary_folder folder;
    const auto file = (folder.path() / "shared.db").string();
    const auto store = "sqlite:" + file;
    server_process first{CINEMA_SERVER, folder.path(), store, load_options()};
    server_process second{CINEMA_SERVER, folder.path(), store, load_options()};
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
    check_history(all, file);
}

} // namespace cinema::tests
