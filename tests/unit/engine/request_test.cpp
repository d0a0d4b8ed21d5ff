#include <cinema/booking/engine/request.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

namespace booking = cinema::booking;
using booking::errc;
using namespace std::chrono_literals;

namespace
{

bool is_fine(const booking::result<void>& checked)
{
    if (!checked)
        CHECK(checked.error() == errc::invalid_request);
    return checked.has_value();
}

booking::reserve_request reserve(std::size_t seats)
{
    return {.session = booking::session_id{1},
            .user = "anna",
            .seats = std::vector<booking::seat_ref>(seats, booking::seat_ref{1})};
}

template <class Request>
Request keyed(Request request, std::string key)
{
    request.idempotency_key = std::move(key);
    return request;
}

} // namespace

TEST_CASE("every request knows its session, by itself or from its reservation's id")
{
    const booking::session_id session{12};
    const booking::reservation_id id{session, {}};
    CHECK(session_of(booking::reserve_request{.session = session}) == session);
    CHECK(session_of(booking::confirm_request{.reservation = id}) == session);
    CHECK(session_of(booking::extend_request{.reservation = id}) == session);
    CHECK(session_of(booking::cancel_request{.reservation = id}) == session);
    CHECK(session_of(booking::check_in_request{.reservation = id}) == session);
    CHECK(session_of(booking::block_request{.session = session}) == session);
    CHECK(session_of(booking::expire_request{.session = session}) == session);
}

TEST_CASE("one reserves 1 seat or more, up to the limit")
{
    CHECK_FALSE(is_fine(check(reserve(0))));
    CHECK(is_fine(check(reserve(1))));
    CHECK(is_fine(check(reserve(booking::reserve_seats_max))));
    CHECK_FALSE(is_fine(check(reserve(booking::reserve_seats_max + 1))));
}

TEST_CASE("a user's label takes up to its limit, may be empty, and is text")
{
    auto request = reserve(1);
    request.user.clear();
    CHECK(is_fine(check(request)));
    request.user.assign(booking::user_label_bytes_max, 'u');
    CHECK(is_fine(check(request)));
    request.user.push_back('u');
    CHECK_FALSE(is_fine(check(request)));
    request.user = std::string{"a\0b", 3};
    CHECK_FALSE(is_fine(check(request)));
    request.user = "\xC3";
    CHECK_FALSE(is_fine(check(request)));
}

TEST_CASE("reserving holds for no time or within the limits")
{
    auto request = reserve(1);
    for (const auto hold : {0s, booking::hold_min, 10s, booking::hold_max})
    {
        request.hold = hold;
        CHECK(is_fine(check(request)));
    }
    for (const auto hold : {-1s, booking::hold_min - 2s, booking::hold_max + 1s,
                            std::chrono::seconds::max(), std::chrono::seconds::min()})
    {
        request.hold = hold;
        CHECK_FALSE(is_fine(check(request)));
    }
}

TEST_CASE("a hold is extended within the limits, never by nothing")
{
    for (const auto hold : {booking::hold_min, booking::hold_default, booking::hold_max})
        CHECK(is_fine(check(booking::extend_request{.hold = hold})));
    for (const auto hold : {0s, -1s, booking::hold_max + 1s})
        CHECK_FALSE(is_fine(check(booking::extend_request{.hold = hold})));
}

TEST_CASE("an idempotency key is visible ASCII up to the limit, on every operation that takes one")
{
    const auto accepted = [](const std::string& key)
    {
        const bool by_all = is_fine(check(keyed(reserve(1), key)));
        CHECK(is_fine(check(keyed(booking::confirm_request{}, key))) == by_all);
        CHECK(is_fine(check(keyed(booking::extend_request{}, key))) == by_all);
        CHECK(is_fine(check(keyed(booking::cancel_request{}, key))) == by_all);
        CHECK(is_fine(check(keyed(booking::check_in_request{}, key))) == by_all);
        return by_all;
    };
    CHECK(accepted("")); // no key
    CHECK(accepted("!"));
    CHECK(accepted("~"));
    CHECK(accepted(std::string(booking::idempotency_key_bytes_max, 'k')));
    CHECK_FALSE(accepted(std::string(booking::idempotency_key_bytes_max + 1, 'k')));
    for (const std::string key : {" ", "a b", "a\t", "\x7F", "\x1F", "\x80", "\xFF", "ä"})
    {
        CAPTURE(key);
        CHECK_FALSE(accepted(key));
    }
    CHECK_FALSE(accepted(std::string(1, '\0')));
}

TEST_CASE("one blocks 1 seat or more, up to as many as a hall can have")
{
    const auto block = [](std::size_t seats)
    {
        return booking::block_request{
            .seats = std::vector<booking::seat_ref>(seats, booking::seat_ref{1})};
    };
    CHECK_FALSE(is_fine(check(block(0))));
    CHECK(is_fine(check(block(1))));
    CHECK(is_fine(check(block(booking::hall_seats_max))));
    CHECK_FALSE(is_fine(check(block(booking::hall_seats_max + 1))));
}

TEST_CASE("nothing can be wrong with expiring by itself")
{
    CHECK(is_fine(check(booking::expire_request{})));
}
