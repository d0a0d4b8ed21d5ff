#include "faults/load_checks.hpp"

#include <cinema/booking/testing/history.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>
#include <utility>

namespace cinema::tests
{

namespace
{

using seat_key = std::pair<std::int64_t, std::int64_t>; // session, seat

std::set<seat_key> reserved_seats(std::uint16_t port, const std::vector<std::int64_t>& sessions)
{
    std::set<seat_key> taken;
    http_client client{port};
    for (const auto session : sessions)
    {
        const auto map = definite_answer(
            client, {.method = "GET", .target = "/sessions/" + std::to_string(session) + "/seats"});
        REQUIRE(map.status == 200);
        const auto listed = map.json();
        for (const auto& seat : listed.as_array())
            if (seat.at("isReserved").as_bool())
                taken.emplace(session, seat.at("seat_number").as_int64());
    }
    return taken;
}

/// The body of an answer without the labels of its seats: a server that cannot read the hall in
/// time leaves them out.
boost::json::object content_of(const http_answer& answer)
{
    auto content = answer.json().as_object();
    content.erase("labels");
    return content;
}

} // namespace

http_answer definite_answer(http_client& client, const http_operation& operation)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    for (;;)
    {
        auto answer =
            client.ask(operation.method, operation.target, operation.body, operation.fields);
        if (answer && answer->status != 503)
            return *std::move(answer);
        REQUIRE(std::chrono::steady_clock::now() < until);
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}

std::vector<std::int64_t> session_ids(std::uint16_t port)
{
    std::vector<std::int64_t> ids;
    http_client client{port};
    const auto answer = definite_answer(client, {.method = "GET", .target = "/sessions"});
    REQUIRE(answer.status == 200);
    const auto listed = answer.json();
    for (const auto& session : listed.as_array())
        ids.push_back(session.at("id").as_int64());
    return ids;
}

void check_seats(const load_report& report, std::uint16_t port,
                 const std::vector<std::int64_t>& sessions)
{
    for (const auto& one : report.operations.operations)
        REQUIRE_MESSAGE(one.result != booking::testing::outcome::unknown,
                        "without a definite answer: ", one.key);
    std::map<seat_key, std::string> holders;
    std::set<seat_key> expected;
    for (const auto& one : report.bought)
    {
        if (!one.is_live())
            continue;
        for (const auto seat : one.seats)
        {
            const seat_key key{static_cast<std::int64_t>(raw(one.id.session)), seat};
            const auto [holder, is_first] = holders.emplace(key, one.id.text());
            CHECK_MESSAGE(is_first, "sold twice: seat ", seat, " of session ", key.first, " in ",
                          holder->second, " and ", one.id.text());
            expected.insert(key);
        }
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    auto taken = reserved_seats(port, sessions);
    while (taken != expected && std::chrono::steady_clock::now() < until)
        taken = reserved_seats(port, sessions);
    CHECK(taken == expected);
}

void check_replays(const load_report& report, std::uint16_t port)
{
    constexpr std::size_t replays_max = 300;
    http_client client{port};
    const auto step = 1 + report.granted.size() / replays_max;
    for (std::size_t i = 0; i < report.granted.size(); i += step)
    {
        const auto again = definite_answer(client, report.granted[i]);
        CHECK(again.status == report.granted[i].answer.status);
        CHECK_MESSAGE(content_of(again) == content_of(report.granted[i].answer), again.body);
        CHECK(again.field("idempotency-replayed") == "true");
    }
    CHECK(!report.granted.empty());
}

void check_reservations(const load_report& report, std::uint16_t port)
{
    using booking::reservation_status;
    http_client client{port};
    for (const auto& one : report.bought)
    {
        const auto found = definite_answer(client, {.method = "GET",
                                                    .target = "/reservations/" + one.id.text(),
                                                    .fields = {{"Authorization", one.secret}}});
        CHECK(found.status == 200);
        const bool has_lapsed = one.is_short && one.status == reservation_status::held;
        const auto status = has_lapsed ? reservation_status::expired : one.status;
        CHECK_MESSAGE(found.json().at("status") == to_string(status), one.id.text());
        CHECK(found.json().at("seats").as_array().size() == one.seats.size());
    }
}

void check_each_seat_once(const load_report& report, std::int64_t seats)
{
    std::map<std::int64_t, std::size_t> granted;
    for (const auto& one : report.bought)
        ++granted[one.seats.front()];
    CHECK(granted.size() == static_cast<std::size_t>(seats));
    for (const auto& [seat, times] : granted)
        CHECK_MESSAGE(times == 1, "seat ", seat, " was sold ", times, " times");
    for (const auto& one : report.operations.operations)
        if (one.result == booking::testing::outcome::refused)
            CHECK_MESSAGE(one.code == booking::errc::seat_taken, booking::slug(one.code));
}

std::size_t refusals(const load_report& report)
{
    return static_cast<std::size_t>(
        std::ranges::count(report.operations.operations, booking::testing::outcome::refused,
                           &booking::testing::operation_record::result));
}

void check_history(const load_report& report, const booking::store_result<booking::stores>& stores)
{
    auto what = report.operations;
    REQUIRE(stores.has_value());
    booking::testing::add_ends(what, *stores);
    const auto witness = booking::testing::check_witness(what);
    CHECK_MESSAGE(witness.is_clean(), witness.text());
    const auto black_box = booking::testing::check_black_box(what);
    CHECK_MESSAGE(black_box.is_clean(), black_box.text());
    MESSAGE("witness: " << witness.text());
}

} // namespace cinema::tests
