#include <cinema/booking/domain/limits.hpp>

#include "common/hall_text.hpp"
#include "common/json_text.hpp"
#include "common/reservation_text.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace cinema::booking;
using namespace cinema::booking::adapters;

namespace
{

/// `text` as a JSON string, and what is read from that.
std::string round_trip(std::string_view text)
{
    std::string json;
    append_string(json, text);
    json_reader reader{json};
    auto read = reader.string();
    CHECK(reader.done());
    return read;
}

} // namespace

TEST_CASE("json: a string comes back, whatever is in it")
{
    const std::string all_bytes = []
    {
        std::string bytes;
        for (int i = 0; i < 256; ++i)
            bytes.push_back(static_cast<char>(i));
        return bytes;
    }();
    for (const std::string& text : {std::string{}, std::string{"C7"}, std::string{"\"\\\""},
                                    std::string{"\n\t\0x", 4}, std::string{"Ö 🎬"}, all_bytes})
        CHECK(round_trip(text) == text);
}

TEST_CASE("json: broken strings are noticed")
{
    for (const char* text : {"", "a", "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u00", "\"\\u00zz\"",
                             "\"\\u12\"", "\"\\u1234\"", "\"a\"b"})
    {
        json_reader reader{text};
        (void)reader.string();
        CHECK_MESSAGE(!reader.done(), text);
    }
}

TEST_CASE("json: spaces between the pieces do not matter, what is missing does")
{
    json_reader spaced{" [ 1 , 2 ] "};
    spaced.expect("[");
    CHECK(spaced.number<int>() == 1);
    spaced.expect(",");
    CHECK(spaced.number<int>() == 2);
    spaced.expect("]");
    CHECK(spaced.done());

    json_reader missing{"[1]"};
    missing.expect("[");
    (void)missing.number<int>();
    missing.expect(",");
    CHECK(!missing.ok());
    missing.expect("]");
    CHECK(!missing.done());

    json_reader too_big{"300"};
    (void)too_big.number<std::uint8_t>();
    CHECK(!too_big.ok());
}

TEST_CASE("seats: they are kept as a list of numbers and prices")
{
    const reserved_seats seats{{seat_number{7}, minor_units{1'250}},
                               {seat_number{8}, minor_units{0}},
                               {seat_number{std::numeric_limits<std::int32_t>::max()},
                                minor_units{price_minor_units_max}}};
    CHECK(to_text(seats) == "[[7,1250],[8,0],[2147483647,1000000000]]");
    CHECK(seats_from(to_text(seats)) == seats);
}

TEST_CASE("seats: what is no list of seats is not taken for one")
{
    for (const char* text :
         {"", "[]", "[[]]", "[[7]]", "[[7,1250]", "[[7,1250]]]", "[[7,1250],]", "[[7,1.5]]",
          "[[7,\"1\"]]", "[[3000000000,1]]", "null", "[[7,1250]] x"})
        CHECK_MESSAGE(!seats_from(text), text);
}

TEST_CASE("events: they are kept as lists, oldest first")
{
    const reservation_events events{
        {.status = reservation_status::held,
         .version = session_version{5},
         .at = from_unix_ms(1'764'000'000'000),
         .held_until = from_unix_ms(1'764'000'600'000),
         .operation = operation_id{0xC0FFEE}},
        {.status = reservation_status::expired,
         .version = session_version{std::numeric_limits<std::uint64_t>::max()},
         .at = from_unix_ms(-1)}};
    CHECK(to_text(events)
          == R"([["held",5,1764000000000,1764000600000,"0000000000c0ffee"],)"
             R"(["expired",18446744073709551615,-1,null,null]])");
    CHECK(events_from(to_text(events)) == events);
}

TEST_CASE("events: each status and the greatest numbers come back")
{
    using enum reservation_status;
    for (const auto status : {held, confirmed, checked_in, cancelled, expired})
    {
        CHECK(status_from(to_string(status)) == status);
        reservation_events events{
            {.status = status,
             .version = session_version{1},
             .at = time_point::max(),
             .held_until = time_point::min(),
             .operation = operation_id{std::numeric_limits<std::uint64_t>::max()}}};
        for (std::size_t i = 1; i < reservation_events_max; ++i)
            events.push_back(events.front());
        CHECK(events_from(to_text(events)) == events);
    }
    CHECK(!status_from("HELD"));
    CHECK(!status_from(""));
}

TEST_CASE("events: what is no life of a reservation is not taken for one")
{
    for (const char* text :
         {"", "[]", "[[]]", R"([["held",5,1,2]])", R"([["held",5,1,null,null]])",
          R"([["sold",5,1,null,null]])", R"([["confirmed",-5,1,null,null]])",
          R"([["confirmed",5,1,null,"c0ffee"]])", R"([["confirmed",5,1,null,"000000000000000g"]])",
          R"([["confirmed",5,1,null,null]],)", R"([["confirmed",5,1,null,null],])",
          R"([["confirmed",5,1,null,null])", R"([["confirmed",5,x,null,null]])"})
        CHECK_MESSAGE(!events_from(text), text);
}

TEST_CASE("halls: names of categories and rows come back, whatever is in them")
{
    const seat_config plain{{"standard", "premium"}, {"A", "", "B"}};
    CHECK(to_text(plain) == R"({"categories":["standard","premium"],"rows":["A","","B"]})");
    const seat_config odd{{"\"],\"rows\":[\"", "\\", "Ö"}, {}};
    for (const auto& config : {plain, odd})
        CHECK(seat_config_from(to_text(config)) == config);
    for (const char* text :
         {"", "{}", R"({"categories":[]})", R"({"categories":["a"],"rows":["b"})",
          R"({"rows":[],"rows":[]})", R"({"rows":[],"categories":[],"rows":[]})",
          R"({"categories":[,],"rows":[]})"})
        CHECK_MESSAGE(!seat_config_from(text), text);
    // As a database gives it back that sorts members and puts spaces between them.
    CHECK(seat_config_from(R"({"rows": ["A", "", "B"], "categories": ["standard", "premium"]})")
          == plain);
}

TEST_CASE("halls: each kind of seat comes back")
{
    for (const auto kind : {seat_kind::standard, seat_kind::accessible, seat_kind::companion})
        CHECK(seat_kind_from(to_text(kind)) == kind);
    CHECK(!seat_kind_from("Standard"));
}
