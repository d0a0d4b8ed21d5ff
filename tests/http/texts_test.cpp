// What is read and written by hand: times, entity tags, paths, queries, JSON strings.

#include "http/etag.hpp"
#include "http/session_query.hpp"
#include "http/text.hpp"
#include "http/time_zone.hpp"
#include "http/url.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace cinema::booking;
using namespace cinema::booking::http;

namespace
{

std::string json(std::string_view text)
{
    std::string out;
    append_json(out, text);
    return out;
}

std::string iso(time_point time)
{
    std::string out;
    append_iso_time(out, time);
    return out;
}

std::string http_time(std::time_t time)
{
    std::string out;
    append_http_time(out, time);
    return out;
}

constexpr auto noon = from_unix_ms(1'893'499'200'000); // 2030-01-01 12:00 UTC

} // namespace

TEST_CASE("texts: a JSON string escapes what JSON and logs need escaped")
{
    CHECK(json("plain") == R"("plain")");
    CHECK(json("a\"b\\c\n\r\t") == R"("a\"b\\c\n\r\t")");
    CHECK(json(std::string_view{"\0\x1f\x7f", 3}) == R"("\u0000\u001f\u007f")");
    CHECK(json("K\xC3\xB6ln \xF0\x9F\x8E\xAC") == "\"K\xC3\xB6ln \xF0\x9F\x8E\xAC\"");
}

TEST_CASE("texts: bytes that are no UTF-8 do not get into a JSON string")
{
    const std::string mark = "\xEF\xBF\xBD";
    CHECK(json("a\xFF") == "\"a" + mark + "\"");
    CHECK(json("\xC3") == '"' + mark + '"');
    CHECK(json("\xC0\x80") == '"' + mark + mark + '"');            // overlong
    CHECK(json("\xED\xA0\x80") == '"' + mark + mark + mark + '"'); // half of a surrogate pair
    CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));
    CHECK(is_utf8("\xF4\x8F\xBF\xBF"));
}

TEST_CASE("texts: a time is written as JavaScript does, and read back")
{
    CHECK(iso(noon) == "2030-01-01T12:00:00.000Z");
    CHECK(iso(from_unix_ms(-1)) == "1969-12-31T23:59:59.999Z");
    CHECK(iso(from_unix_ms(951'782'400'123)) == "2000-02-29T00:00:00.123Z");
    CHECK(iso(time_point::max()) == "9999-12-31T23:59:59.999Z");
    CHECK(parse_iso_time("2030-01-01T12:00:00.000Z") == noon);
    CHECK(parse_iso_time("2030-01-01T12:00:00Z") == noon);
    for (const auto* const odd :
         {"", "2030-01-01", "2030-13-01T00:00:00Z", "2030-02-30T00:00:00Z", "2030-01-01T24:00:00Z",
          "2030-01-01T12:00:00", "2030-01-01 12:00:00Z", "2030-01-01T12:00:00.1Z", "x"})
        CHECK_FALSE(parse_iso_time(odd));
}

TEST_CASE("texts: the time of an HTTP date")
{
    CHECK(http_time(784'111'777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http_time(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_CASE("texts: a number is digits and nothing else")
{
    CHECK(parse_number<int>("0") == 0);
    CHECK(parse_number<std::int64_t>("9223372036854775807"));
    for (const auto* const odd : {"", "-1", "+1", " 1", "1 ", "01", "0x1", "1.0", "1e3"})
        CHECK_FALSE(parse_number<int>(odd));
    CHECK_FALSE(parse_number<std::int64_t>("9223372036854775808"));
}

TEST_CASE("entity tags: If-None-Match is a list, an asterisk or weak, and compared weakly")
{
    CHECK(names_etag("\"v17\"", "\"v17\""));
    CHECK(names_etag("W/\"v17\"", "\"v17\""));
    CHECK(names_etag("\"v16\" ,, W/\"v17\"", "\"v17\""));
    CHECK(names_etag("*", "\"v17\""));
    CHECK_FALSE(names_etag("\"v1\"", "\"v17\""));
    CHECK_FALSE(names_etag("\"v170\"", "\"v17\""));
    for (const auto* const odd :
         {"", ",", "v17", "\"v17", "\"v17\" \"v17\"", "w/\"v17\"", "W/ v17"})
        CHECK_FALSE(names_etag(odd, "\"v17\""));
}

TEST_CASE("entity tags: If-Match asks for a version, strictly")
{
    CHECK(parse_if_match("\"v17\"").expected == session_version{17});
    CHECK(parse_if_match("\"v15\", \"v17\",\"v16\"").expected == session_version{17});
    CHECK(parse_if_match("*").is_well_formed);
    CHECK_FALSE(parse_if_match("*").expected);
    for (const auto* const never : {"W/\"v17\"", "\"17\"", "\"v017\"", "\"v-1\"", "\"\"", "\"v\"",
                                    "\"v99999999999999999999\""})
    {
        CHECK(parse_if_match(never).is_well_formed);
        CHECK(parse_if_match(never).expected == if_match::no_version);
    }
    for (const auto* const odd : {"", "v17", "17", "\"v17", "\"v17\" x"})
        CHECK_FALSE(parse_if_match(odd).is_well_formed);
}

TEST_CASE("addresses: a path is decoded once, and cannot hide a slash or a control character")
{
    CHECK(decode_path("/sessions/%31") == "/sessions/1");
    CHECK(decode_path("/a%20b%C3%B6") == "/a b\xC3\xB6");
    CHECK(decode_path("/%2531") == "/%31");
    for (const auto* const odd :
         {"/%", "/%2", "/%zz", "/%2e%2e%2f", "/%5c", "/%00", "/%0a", "/%7f"})
        CHECK_FALSE(decode_path(odd));
}

TEST_CASE("addresses: a query is names and values, in UTF-8")
{
    const auto read = parse_query("movie=The+Cat%26Dog&&date=&flag&a=b=c");
    REQUIRE(read);
    CHECK(*read
          == query_fields{{"movie", "The Cat&Dog"}, {"date", ""}, {"flag", ""}, {"a", "b=c"}});
    for (const auto* const odd : {"a=%", "a=%ff", "a=%00", "%0a=1"})
        CHECK_FALSE(parse_query(odd));
    std::string many;
    for (std::size_t i = 0; i <= query_fields_max; ++i)
        many += "a=1&";
    CHECK_FALSE(parse_query(many));
    std::string encoded;
    append_encoded(encoded, "a b&\xC3\xB6~");
    CHECK(encoded == "a%20b%26%C3%B6~");
}

TEST_CASE("session queries: what is asked is read, and comes back as the same query")
{
    const auto read = parse_session_query({{"date", "2030-01-02"},
                                           {"movie", "M & M"},
                                           {"hall", "3"},
                                           {"limit", "7"},
                                           {"x", "y"},
                                           {"from", "2030-01-01T12:00:00Z"},
                                           {"after", "1893499200000.12"},
                                           {"before", ""}});
    REQUIRE(read.has_value());
    CHECK(read->limit == 7);
    CHECK(read->filter.hall == hall_id{3});
    CHECK(read->filter.from == noon);
    CHECK_FALSE(read->filter.before);
    CHECK(read->after == session_cursor{noon, session_id{12}});
    CHECK(read->text()
          == "date=2030-01-02&movie=M%20%26%20M&hall=3&from=2030-01-01T12%3A00%3A00.000Z&limit=7");
    CHECK(parse_session_query(*parse_query(read->key()))->key() == read->key());
}

TEST_CASE("session queries: what is malformed is refused, naming it")
{
    const auto refused = [](std::string name, std::string value)
    {
        const auto read = parse_session_query({{name, value}});
        return !read && read.error() == errc::invalid_request
               && read.error().detail.starts_with(name);
    };
    CHECK(refused("date", "2030-02-30"));
    CHECK(refused("date", "2030-1-1"));
    CHECK(refused("date", "tomorrow"));
    CHECK(refused("hall", "A"));
    CHECK(refused("from", "2030-01-01"));
    CHECK(refused("limit", "0"));
    CHECK(refused("limit", "1001"));
    CHECK(refused("limit", "-1"));
    CHECK(refused("after", "x"));
    CHECK(refused("after", "1.2.3"));
    CHECK(refused("movie", std::string(301, 'm')));
    CHECK(parse_session_query({{"limit", "1"}, {"limit", "2"}}).has_error());
}

TEST_CASE("session queries: a cursor comes back, also from before 1970")
{
    for (const session_cursor cursor :
         {session_cursor{noon, session_id{12}}, session_cursor{from_unix_ms(-5), session_id{1}}})
        CHECK(parse_cursor(cursor_text(cursor)) == cursor);
}

TEST_CASE("time zones: a day begins and ends where the hall is")
{
    using namespace std::chrono;
    const auto [from, before] = day_in_zone(2030y / January / 1, "Europe/Berlin");
    CHECK(iso(from) == "2029-12-31T23:00:00.000Z");
    CHECK(iso(before) == "2030-01-01T23:00:00.000Z");
    const auto spring = day_in_zone(2030y / March / 31, "Europe/Berlin");
    CHECK(spring.second - spring.first == hours{23});
    const auto unknown = day_in_zone(2030y / January / 1, "Middle/Earth");
    CHECK(iso(unknown.first) == "2030-01-01T00:00:00.000Z");
    const auto anywhere = day_anywhere(2030y / January / 1);
    for (const auto* const zone : {"Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin"})
    {
        const auto there = day_in_zone(2030y / January / 1, zone);
        CHECK(there.first >= anywhere.first);
        CHECK(there.second <= anywhere.second);
    }
}
