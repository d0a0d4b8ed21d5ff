#include <cinema/booking/domain/error.hpp>

#include <boost/system/error_code.hpp>
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace booking = cinema::booking;
using booking::errc;

namespace
{

constexpr int last_errc = 29; // the table below and this bound grow with `errc`

booking::result<int> refused(errc code)
{
    return booking::refusal{.code = code, .detail = "because"};
}

} // namespace

TEST_CASE("every errc has a message of its own, and the values leave no gap from 1 on")
{
    std::set<std::string> messages;
    for (int value = 1; value <= last_errc; ++value)
    {
        CAPTURE(value);
        const std::string text = message(static_cast<errc>(value));
        CHECK(text != "unknown error");
        CHECK(text.back() != '.');
        CHECK(messages.insert(text).second);
        CHECK(booking::make_error_code(static_cast<errc>(value)).message() == text);
    }
    CHECK(std::string{message(errc{0})} == "unknown error");
    CHECK(std::string{message(static_cast<errc>(last_errc + 1))} == "unknown error");
}

TEST_CASE("values of errc are never renumbered")
{
    const std::vector<std::pair<errc, int>> numbers{
        {errc::invalid_request, 1},
        {errc::session_not_found, 2},
        {errc::hall_not_found, 3},
        {errc::reservation_not_found, 4},
        {errc::seat_taken, 5},
        {errc::store_unavailable, 6},
        {errc::outcome_unknown, 7},
        {errc::version_conflict, 8},
        {errc::stale_version, 9},
        {errc::seat_not_found, 10},
        {errc::seat_blocked, 11},
        {errc::hold_expired, 12},
        {errc::wrong_status, 13},
        {errc::key_reused, 14},
        {errc::busy, 15},
        {errc::storage_full, 16},
        {errc::session_full, 17},
        {errc::hall_busy, 18},
        {errc::stopped, 19},
        {errc::already_exists, 20},
        {errc::user_not_found, 21},
        {errc::sales_closed, 22},
        {errc::store_failed, 23},
        {errc::canceled, 24},
        {errc::schema_mismatch, 25},
        {errc::single_seat_left, 26},
        {errc::too_few_seats, 27},
        {errc::price_type_not_found, 28},
        {errc::pricing_failed, 29},
    };
    CHECK(numbers.size() == last_errc);
    for (const auto& [code, number] : numbers)
        CHECK(static_cast<int>(code) == number);
}

TEST_CASE("an error_code made of any errc counts as failed")
{
    for (int value = 1; value <= last_errc; ++value)
        CHECK(booking::make_error_code(static_cast<errc>(value)).failed());
}

TEST_CASE("an errc becomes an error_code by itself and compares with it")
{
    const booking::error_code code = errc::seat_taken;
    CHECK(code == errc::seat_taken);
    CHECK(code != errc::seat_blocked);
    CHECK(code.category() == booking::category());
    CHECK(std::string{code.category().name()} == "cinema.booking");
    CHECK(booking::error_code{} != errc::invalid_request);

    const booking::store_result<int> none = errc::session_not_found;
    CHECK(none.error() == errc::session_not_found);
}

TEST_CASE("a refusal compares with an errc from either side, whatever its details are")
{
    const booking::refusal why{.code = errc::seat_taken,
                               .seats = {booking::seat_number{7}},
                               .version = booking::session_version{3}};
    CHECK(why == errc::seat_taken);
    CHECK(errc::seat_taken == why);
    CHECK(why != errc::stale_version);
    CHECK(why == booking::refusal{why});
    CHECK(why != booking::refusal{.code = errc::seat_taken});
}

TEST_CASE("a result compares through its error and has none when it has a value")
{
    const auto no = refused(errc::hold_expired);
    CHECK_FALSE(no.has_value());
    CHECK(no.error() == errc::hold_expired);

    const booking::result<int> yes = 5;
    CHECK(yes.value() == 5);
    for (int value = 1; value <= last_errc; ++value)
        CHECK(yes.error() != static_cast<errc>(value));
}

TEST_CASE("value() of a refused result throws booking_error, which says why")
{
    const auto no = refused(errc::busy);
    CHECK_THROWS_AS((void)no.value(), booking::booking_error);
    try
    {
        (void)no.value();
    }
    catch (const booking::booking_error& error)
    {
        CHECK(error.why() == errc::busy);
        CHECK(std::string{error.what()} == "because");
    }
    const booking::result<void> nothing = booking::invalid("no good");
    CHECK_THROWS_WITH_AS(nothing.value(), "no good", booking::booking_error);
}

TEST_CASE("a refusal tells its detail, or else the general message")
{
    CHECK(booking::refusal{.code = errc::busy, .detail = "the lane is full"}.what()
          == "the lane is full");
    CHECK(booking::refusal{.code = errc::busy}.what() == message(errc::busy));
    CHECK(booking::invalid("too long") == errc::invalid_request);
    CHECK(booking::invalid("too long").what() == "too long");
}

TEST_CASE("errors of two shared libraries, each with a category of its own, mean the same")
{
    const booking::booking_category elsewhere;
    const boost::system::error_code there{static_cast<int>(errc::outcome_unknown), elsewhere};
    CHECK(there == booking::make_error_code(errc::outcome_unknown));
    CHECK(booking::to_refusal(there) == errc::outcome_unknown);
    CHECK(elsewhere != boost::system::generic_category());
}

TEST_CASE("a store's error becomes a refusal; one of another category is store_failed")
{
    for (int value = 1; value <= last_errc; ++value)
        CHECK(booking::to_refusal(booking::make_error_code(static_cast<errc>(value)))
              == static_cast<errc>(value));

    const auto foreign = boost::system::errc::make_error_code(boost::system::errc::io_error);
    const auto why = booking::to_refusal(foreign);
    CHECK(why == errc::store_failed);
    CHECK(why.detail == foreign.message());
}
