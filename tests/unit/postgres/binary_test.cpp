#include "postgres/binary.hpp"

#include "postgres/parameters.hpp"
#include "postgres/rows.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <optional>
#include <string>

using namespace cinema::booking;
using namespace cinema::booking::postgres;
using namespace std::string_view_literals;

namespace
{

template <class Value>
std::string on_wire(const Value& value)
{
    std::string out;
    wire<Value>::append(out, value);
    return out;
}

template <class Value>
std::string on_wire(const array<Value>& values)
{
    std::string out;
    values.append_to(out);
    return out;
}

} // namespace

TEST_CASE("numbers go most significant byte first, and come back")
{
    CHECK(on_wire(std::int64_t{-2}) == "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE"sv);
    CHECK(on_wire(std::int32_t{258}) == "\0\0\x01\x02"sv);
    CHECK(on_wire(std::int16_t{258}) == "\x01\x02"sv);
    CHECK(on_wire(true) == "\x01"sv);
    for (const auto value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                             std::int64_t{0}, std::numeric_limits<std::int64_t>::max()})
        CHECK(integer_from(on_wire(value)) == value);
    CHECK_THROWS_AS((void)integer_from("123"), failure);
}

TEST_CASE("an id keeps all of its bits")
{
    const change_id all{~std::uint64_t{0}};
    CHECK(change_id{static_cast<std::uint64_t>(integer_from(on_wire(all)))} == all);
    CHECK(wire<change_id>::id.element == wire<std::int64_t>::id.element);
    CHECK(wire<seat_number>::id.element == wire<std::int32_t>::id.element);
}

TEST_CASE("times are microseconds since 2000, and infinite beyond what the database keeps")
{
    const auto millennium = from_unix_ms(946'684'800'000);
    CHECK(to_timestamp(millennium) == 0);
    CHECK(to_timestamp(millennium - std::chrono::milliseconds{1}) == -1'000);
    CHECK(from_timestamp(-1) == millennium - std::chrono::milliseconds{1}); // rounded down
    CHECK(from_timestamp(999) == millennium);
    for (const auto time : {time_point{}, time_max, from_unix_ms(-62'135'596'800'000)})
        CHECK(from_timestamp(to_timestamp(time)) == time);
    for (const auto time : {time_point::min(), time_point::max()})
        CHECK(from_timestamp(to_timestamp(time)) == time);
    CHECK(to_timestamp(from_unix_ms(-300'000'000'000'000))
          == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("an array gives back its values, missing ones included")
{
    array<std::string_view> texts;
    texts.add("one"sv);
    texts.add(std::optional<std::string_view>{});
    texts.add(""sv);
    const auto bytes = on_wire(texts);

    array_reader reader{bytes};
    REQUIRE(reader.size() == 3);
    CHECK(reader.next() == "one"sv);
    CHECK(reader.next() == std::nullopt);
    CHECK(reader.ok());
    CHECK(reader.next() == ""sv);
    CHECK(reader.next() == std::nullopt);
    CHECK(!reader.ok());
}

TEST_CASE("an empty array has no dimensions")
{
    const auto bytes = on_wire(array<session_id>{});
    CHECK(bytes == "\0\0\0\0\0\0\0\0\0\0\0\x14"sv);
    CHECK(array_reader{bytes}.size() == 0);
    CHECK(array_reader{bytes}.ok());
}

TEST_CASE("what is no array is not taken for one")
{
    array<std::int64_t> numbers;
    numbers.add(std::int64_t{7});
    const auto whole = on_wire(numbers);
    for (std::size_t length = 0; length < 20; ++length)
        CHECK(!array_reader{std::string_view{whole}.substr(0, length)}.ok());
    for (std::size_t length = 20; length < whole.size(); ++length)
    {
        const auto cut = whole.substr(0, length);
        array_reader reader{cut};
        CHECK(reader.next() == std::nullopt);
        CHECK(!reader.ok());
    }
    auto two_dimensions = whole;
    two_dimensions[3] = '\2';
    CHECK(!array_reader{two_dimensions}.ok());
}

TEST_CASE("parameters know their types, lengths and what is missing")
{
    const auto values = parameters::of(session_id{1}, std::string{"text"},
                                       std::optional<time_point>{}, json{"{}"}, true);
    REQUIRE(values.size() == 5);
    const auto begins = values.values();
    CHECK(values.types()[1] == 25);
    CHECK(values.lengths()[1] == 4);
    CHECK(std::string_view{begins[1], 4} == "text");
    CHECK(begins[2] == nullptr);
    CHECK(values.types()[2] == 1184);
    CHECK(std::string_view{begins[3], 3} == "\1{}"sv);
    CHECK(json_from({begins[3], 3}) == "{}");
    CHECK_THROWS_AS((void)json_from("{}"), failure);
}
