#include <cinema/booking/domain/session.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace booking = cinema::booking;
using booking::errc;
using booking::minor_units;
using namespace std::chrono_literals;

namespace
{

constexpr auto tonight = booking::from_unix_ms(1'782'936'000'000);

booking::session_spec spec()
{
    return {.hall = booking::hall_id{1}, .movie_title = "Metropolis", .showtime = tonight};
}

booking::session_spec titled(std::string title)
{
    auto made = spec();
    made.movie_title = std::move(title);
    return made;
}

booking::session_spec priced(std::vector<booking::category_price> prices)
{
    auto made = spec();
    made.prices = std::move(prices);
    return made;
}

booking::session_spec timed(booking::time_point from, std::optional<booking::time_point> to)
{
    auto made = spec();
    made.showtime = from;
    made.ends_at = to;
    return made;
}

} // namespace

TEST_CASE("a film's title takes up to its limit and not a byte more or less")
{
    CHECK(check(titled("M")).has_value());
    CHECK(check(titled(std::string(booking::movie_title_bytes_max, 'm'))).has_value());
    CHECK(check(titled("")).error() == errc::invalid_request);
    CHECK(check(titled(std::string(booking::movie_title_bytes_max + 1, 'm'))).error()
          == errc::invalid_request);
}

TEST_CASE("a film's title is text that every store can keep")
{
    CHECK(check(titled("千と千尋の神隠し")).has_value());
    CHECK(check(titled(std::string{"a\0b", 3})).error() == errc::invalid_request);
    CHECK(check(titled("\xC3\x28")).error() == errc::invalid_request);
}

TEST_CASE("a session ends after it begins, by a millisecond at least, or has no end")
{
    CHECK(check(timed(tonight, std::nullopt)).has_value());
    CHECK(check(timed(tonight, tonight + 1ms)).has_value());
    CHECK(check(timed(tonight, tonight)).error() == errc::invalid_request);
    CHECK(check(timed(tonight, tonight - 1ms)).error() == errc::invalid_request);
}

TEST_CASE("a session takes place in the years 1970 to 9999")
{
    const booking::time_point first{};
    CHECK(check(timed(first, std::nullopt)).has_value());
    CHECK(check(timed(first - 1ms, std::nullopt)).error() == errc::invalid_request);
    CHECK(check(timed(booking::time_max, std::nullopt)).has_value());
    CHECK(check(timed(booking::time_max + 1ms, std::nullopt)).error() == errc::invalid_request);
    CHECK(check(timed(tonight, booking::time_max)).has_value());
    CHECK(check(timed(tonight, booking::time_max + 1ms)).error() == errc::invalid_request);
}

TEST_CASE("a price reaches from 0 to its limit and not further")
{
    constexpr auto most = booking::price_minor_units_max;
    CHECK(check(priced({{"standard", minor_units{0}}})).has_value());
    CHECK(check(priced({{"standard", minor_units{most}}})).has_value());
    CHECK(check(priced({{"standard", minor_units{-1}}})).error() == errc::invalid_request);
    const auto refused = check(priced({{"vip", minor_units{1}}, {"loge", minor_units{most + 1}}}));
    CHECK(refused.error() == errc::invalid_request);
    CHECK(refused.error().what().find("loge") != std::string::npos);
}

TEST_CASE("a session has a limited number of prices")
{
    std::vector<booking::category_price> prices;
    for (std::size_t i = 0; i < booking::session_prices_max; ++i)
        prices.push_back({"category " + std::to_string(i), minor_units{1}});
    CHECK(check(priced(prices)).has_value());
    prices.push_back({"one more", minor_units{1}});
    CHECK(check(priced(prices)).error() == errc::invalid_request);
}

TEST_CASE("a price names its category within the limits, as text, and only once")
{
    constexpr auto most = booking::category_bytes_max;
    CHECK(check(priced({{std::string(most, 'c'), minor_units{1}}})).has_value());
    CHECK(check(priced({{std::string(most + 1, 'c'), minor_units{1}}})).error()
          == errc::invalid_request);
    CHECK(check(priced({{"", minor_units{1}}})).error() == errc::invalid_request);
    CHECK(check(priced({{"\xFF", minor_units{1}}})).error() == errc::invalid_request);
    CHECK(
        check(priced({{"a", minor_units{1}}, {"b", minor_units{1}}, {"a", minor_units{1}}})).error()
        == errc::invalid_request);
}

TEST_CASE("a seat costs what its category costs, and nothing if the session does not name it")
{
    booking::session session;
    session.prices = {{"standard", minor_units{900}}, {"premium", minor_units{1'400}}};
    CHECK(session.price_of("premium") == minor_units{1'400});
    CHECK(session.price_of("standard") == minor_units{900});
    CHECK(session.price_of("Premium") == minor_units{0});
    CHECK(session.price_of("") == minor_units{0});
}

TEST_CASE(
    "a seat costs the price without a type, wherever it stands, else the first of its category")
{
    booking::session session;
    session.prices = {{"standard", minor_units{500}, "child"},
                      {"standard", minor_units{900}},
                      {"premium", minor_units{1'400}, "adult"},
                      {"premium", minor_units{800}, "child"}};
    CHECK(session.price_of("standard") == minor_units{900});
    CHECK(session.price_of("premium") == minor_units{1'400});
    REQUIRE(session.find_price("premium", "child") != nullptr);
    CHECK(session.find_price("premium", "child")->price == minor_units{800});
    CHECK(session.find_price("standard", "adult") == nullptr);
}
