#include <cinema/booking/domain/seat.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

namespace booking = cinema::booking;
using booking::seat_number;
using booking::seat_ref;

namespace
{

struct numbered
{
    seat_ref ref;
    int number;
};

} // namespace

TEST_CASE("a seat is named by number as a number, an integer of any kind, or decimal text")
{
    for (const auto& [ref, number] : {
             numbered{seat_number{7}, 7},
             numbered{7, 7},
             numbered{std::uint64_t{7}, 7},
             numbered{std::int8_t{7}, 7},
             numbered{"7", 7},
             numbered{std::string{"2000"}, 2'000},
             numbered{"2147483647", 2'147'483'647},
             numbered{std::numeric_limits<std::int32_t>::max(),
                      std::numeric_limits<std::int32_t>::max()},
         })
    {
        CAPTURE(number);
        CHECK(ref.number() == seat_number{number});
        CHECK(ref.label().empty());
        CHECK(ref.text() == std::to_string(number));
    }
}

TEST_CASE("an integer that is no seat number names no seat")
{
    CHECK(seat_ref{std::int64_t{1} << 32}.number() == seat_number{0});
    CHECK(seat_ref{std::numeric_limits<std::uint64_t>::max()}.number() == seat_number{0});
    CHECK(seat_ref{std::numeric_limits<std::int64_t>::min()}.number() == seat_number{0});
    CHECK(seat_ref{-1}.number() == seat_number{-1}); // in range, but no hall has it
}

TEST_CASE("any text but a positive decimal number is a label")
{
    for (const std::string text : {"C7", "c7", "Box 3", "7a", "a7", "-7", "+7", " 7", "7 ", "7.0",
                                   "0", "000", "2147483648", "99999999999999999999", ""})
    {
        CAPTURE(text);
        const seat_ref ref{text};
        CHECK(ref.number() == seat_number{0});
        CHECK(ref.label() == text);
        CHECK(ref.text() == text);
    }
}

TEST_CASE("leading zeros do not change the number that a text names")
{
    CHECK(seat_ref{"007"}.number() == seat_number{7});
    CHECK(seat_ref{"007"}.label().empty());
}

TEST_CASE("a character or a truth value is not taken for a number")
{
    CHECK(!std::is_constructible_v<seat_ref, char>);
    CHECK(!std::is_constructible_v<seat_ref, char32_t>);
    CHECK(!std::is_constructible_v<seat_ref, bool>);
    CHECK(std::is_constructible_v<seat_ref, std::uint8_t>);
}
