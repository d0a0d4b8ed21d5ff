#include <cinema/booking/domain/text.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace booking = cinema::booking;
using namespace std::string_view_literals;

TEST_CASE("text is UTF-8, from the first to the last character of each length")
{
    for (const auto text :
         {""sv, "A"sv, "\x01"sv, "\x7F"sv, "\xC2\x80"sv, "\xDF\xBF"sv, "\xE0\xA0\x80"sv,
          "\xED\x9F\xBF"sv, "\xEE\x80\x80"sv, "\xEF\xBF\xBF"sv, "\xF0\x90\x80\x80"sv,
          "\xF4\x8F\xBF\xBF"sv, "Die Brücke – 橋 \xF0\x9F\x8E\xAC"sv})
    {
        CAPTURE(text);
        CHECK(booking::is_text(text));
    }
}

TEST_CASE("NUL, broken, overlong, surrogate and too large characters are no text")
{
    for (const auto text :
         {"\0"sv, "a\0b"sv, "\x80"sv, "\xBF"sv, "\xC0\x80"sv, "\xC1\xBF"sv, "\xC3"sv, "\xC3("sv,
          "\xE0\x9F\xBF"sv, "\xE2\x82"sv, "\xE2\x28\xA1"sv, "\xED\xA0\x80"sv, "\xED\xBF\xBF"sv,
          "\xF0\x8F\xBF\xBF"sv, "\xF0\x90\x80"sv, "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv,
          "\xFF"sv, "fine until here\xFE"sv})
    {
        CAPTURE(text);
        CHECK_FALSE(booking::is_text(text));
    }
}

TEST_CASE("shortening never splits a character")
{
    const std::string text = "aä€\xF0\x9F\x8E\xAC"; // 1 + 2 + 3 + 4 bytes
    const std::vector<std::size_t> kept{0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (std::size_t most = 0; most < kept.size(); ++most)
    {
        CAPTURE(most);
        const auto front = booking::shortened(text, most);
        CHECK(front == text.substr(0, kept[most]));
        CHECK(booking::is_text(front));
    }
}
