#pragma once

#include "faults/buyers.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

/// What must hold of a shop that many bought from while it suffered.
namespace cinema::tests
{

using seat_key = std::pair<std::int64_t, std::int64_t>; // session, seat

inline std::vector<std::int64_t> session_ids(std::uint16_t port)
{
    std::vector<std::int64_t> ids;
    const auto answer = http_client{port}.ask("GET", "/sessions");
    REQUIRE(answer.has_value());
    const auto listed = answer->json();
    for (const auto& session : listed.as_array())
        ids.push_back(session.at("id").as_int64());
    return ids;
}

/// A session's map, asked for again while the server says that it cannot tell just now.
inline boost::json::value map_of(http_client& client, std::int64_t session)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    for (;;)
    {
        const auto answer = client.ask("GET", "/sessions/" + std::to_string(session) + "/seats");
        if (answer && answer->status == 200)
            return answer->json();
        REQUIRE(std::chrono::steady_clock::now() < until);
        REQUIRE((!answer || answer->status == 503));
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}

inline std::set<seat_key> reserved_seats(std::uint16_t port,
                                         const std::vector<std::int64_t>& sessions)
{
    std::set<seat_key> taken;
    http_client client{port};
    for (const auto session : sessions)
    {
        const auto map = map_of(client, session);
        for (const auto& seat : map.as_array())
            if (seat.at("isReserved").as_bool())
                taken.emplace(session, seat.at("seat_number").as_int64());
    }
    return taken;
}

/// Each seat acknowledged to one buyer only, and taken on the server exactly if acknowledged.
inline void check_sales(const std::vector<purchase>& all, std::uint16_t port,
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
inline void check_replays(const std::vector<purchase>& all, std::uint16_t port)
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
inline void check_reservations(const std::vector<purchase>& all, std::uint16_t port)
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
inline void wait_for_answers(const crowd& buyers, std::size_t count)
{
    const auto goal = buyers.answered() + count;
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (buyers.answered() < goal && std::chrono::steady_clock::now() < give_up)
        std::this_thread::sleep_for(std::chrono::microseconds{500});
    REQUIRE(buyers.answered() >= goal);
}

} // namespace cinema::tests
