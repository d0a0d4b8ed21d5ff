#include <cinema/booking/version.hpp>

#include <doctest/doctest.h>

#include <string>

TEST_CASE("version: the text says the same as the numbers")
{
    const std::string numbers = std::to_string(CINEMA_BOOKING_VERSION_MAJOR) + "."
                                + std::to_string(CINEMA_BOOKING_VERSION_MINOR) + "."
                                + std::to_string(CINEMA_BOOKING_VERSION_PATCH);

    CHECK(cinema::booking::version == numbers);
}
