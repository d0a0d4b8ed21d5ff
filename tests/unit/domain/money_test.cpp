#include <cinema/booking/domain/money.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace booking = cinema::booking;

TEST_CASE("amounts add up in the smallest unit")
{
    CHECK(booking::minor_units{1'250} + booking::minor_units{-50} == booking::minor_units{1'200});
    constexpr auto sum = booking::minor_units{1} + booking::minor_units{2};
    CHECK(sum == booking::minor_units{3});
}

TEST_CASE("the currency is EUR unless another is given")
{
    CHECK(booking::currency_code{}.text() == "EUR");
    CHECK(booking::currency_code::parse("JPY")->text() == "JPY");
    CHECK(booking::currency_code::parse("EUR") == booking::currency_code{});
    CHECK(booking::currency_code::parse("AZZ")->text() == "AZZ");
}

TEST_CASE("a currency is exactly three capital ASCII letters")
{
    for (const std::string_view text :
         {"", "E", "EU", "EURO", "eur", "Eur", "EU1", "EU ", "E\xC3R", "@AA", "AA[", "???"})
    {
        CAPTURE(text);
        CHECK_FALSE(booking::currency_code::parse(text).has_value());
    }
}
