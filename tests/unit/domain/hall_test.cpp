#include <cinema/booking/domain/hall.hpp>

#include <doctest/doctest.h>

#include <string>

namespace booking = cinema::booking;
using booking::errc;

namespace
{

booking::hall_spec hall(std::string name, std::string time_zone = "UTC")
{
    return {.name = std::move(name),
            .layout = booking::seat_layout::grid(1, 1),
            .time_zone = std::move(time_zone)};
}

} // namespace

TEST_CASE("a hall's name takes up to its limit and not a byte more or less")
{
    CHECK(check(hall("H")).has_value());
    CHECK(check(hall(std::string(booking::hall_name_bytes_max, 'h'))).has_value());
    CHECK(check(hall("")).error() == errc::invalid_request);
    CHECK(check(hall(std::string(booking::hall_name_bytes_max + 1, 'h'))).error()
          == errc::invalid_request);
}

TEST_CASE("a hall's time zone takes up to its limit and not a byte more or less")
{
    CHECK(check(hall("H", "Z")).has_value());
    CHECK(check(hall("H", std::string(booking::time_zone_bytes_max, 'z'))).has_value());
    CHECK(check(hall("H", "")).error() == errc::invalid_request);
    CHECK(check(hall("H", std::string(booking::time_zone_bytes_max + 1, 'z'))).error()
          == errc::invalid_request);
}

TEST_CASE("a hall's name and time zone are text that every store can keep")
{
    CHECK(check(hall("Großer Saal")).has_value());
    CHECK(check(hall(std::string{"H\0", 2})).error() == errc::invalid_request);
    CHECK(check(hall("\xFF")).error() == errc::invalid_request);
    CHECK(check(hall("H", "Europe/\xC3")).error() == errc::invalid_request);
}
