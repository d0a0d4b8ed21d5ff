// Request bodies: what a reserve request may say, and what is no proper JSON.

#include "http/json_body.hpp"

#include <cinema/booking/domain/limits.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace cinema::booking;
using namespace cinema::booking::http;
using std::chrono::seconds;

namespace
{

command_body read(std::string_view text) { return parse_command_body(text).value(); }

/// Why it was refused; empty if it was not.
std::string problem(std::string_view text)
{
    const auto body = parse_command_body(text);
    if (body)
        return {};
    CHECK(body.error() == errc::invalid_request);
    return body.error().detail;
}

std::string nested(std::size_t depth)
{
    std::string text = "{\"a\":";
    text += std::string(depth - 1, '[') + "1" + std::string(depth - 1, ']');
    return text + '}';
}

} // namespace

TEST_CASE("bodies: a user is a string or a number, kept as it was written")
{
    CHECK(read(R"({"userId":"anna"})").user == "anna");
    CHECK(read(R"({"userId":5})").user == "5");
    CHECK(read(R"({"userId":-1.50})").user == "-1.50");
    CHECK(read(R"({"userId":18446744073709551615})").user == "18446744073709551615");
    CHECK(read(R"({"userId":"\u0416 \ud83c\udfac \"q\""})").user
          == "\xD0\x96 \xF0\x9F\x8E\xAC \"q\"");
    CHECK(read(R"({"userId":null})").user.empty());
    CHECK_FALSE(problem(R"({"userId":true})").empty());
    CHECK_FALSE(problem(R"({"userId":[]})").empty());
    CHECK_FALSE(problem(R"({"userId":{}})").empty());
    CHECK_FALSE(problem(R"({"userId":"a\u0000b"})").empty());
}

TEST_CASE("bodies: seats are whole numbers, numeric strings and labels")
{
    const auto seats = read(R"({"seats":[7,"8","C7"]})").seats;
    REQUIRE(seats.size() == 3);
    CHECK(seats[0].number() == seat_number{7});
    CHECK(seats[1].number() == seat_number{8});
    CHECK(seats[2].label() == "C7");
    for (const auto* const odd :
         {R"({"seats":7})", R"({"seats":"7"})", R"({"seats":{}})", R"({"seats":[7.0]})",
          R"({"seats":[7e0]})", R"({"seats":[0]})", R"({"seats":[-7]})", R"({"seats":[""]})",
          R"({"seats":[true]})", R"({"seats":[null]})", R"({"seats":[[7]]})", R"({"seats":[{}]})",
          R"({"seats":[2147483648]})", R"({"seats":[99999999999999999999]})", R"({"seats":null})"})
        CHECK_FALSE(problem(odd).empty());
    std::string many = R"({"seats":[1)";
    for (std::size_t i = 0; i < json_seats_max; ++i)
        many += ",1";
    CHECK_FALSE(problem(many + "]}").empty());
}

TEST_CASE("bodies: a hold is seconds, true or false")
{
    CHECK(read(R"({"hold":true})").hold == hold_default);
    CHECK(read(R"({"hold":false})").hold == seconds{0});
    CHECK(read(R"({"hold":90})").hold == seconds{90});
    CHECK(read(R"({"hold":-1})").hold == seconds{-1}); // the rules refuse it
    CHECK_FALSE(read(R"({"hold":null})").hold);
    CHECK_FALSE(read("{}").hold);
    CHECK_FALSE(problem(R"({"hold":"90"})").empty());
    CHECK_FALSE(problem(R"({"hold":1.5})").empty());
    CHECK_FALSE(problem(R"({"hold":[1]})").empty());
}

TEST_CASE("bodies: a wish for the best seats is a number, with what goes with it")
{
    const auto wish =
        read(R"({"split":true,"best":3,"category":"premium","accessible":2})").best.value();
    CHECK(wish.count == 3);
    CHECK(wish.category == "premium");
    CHECK(wish.accessible == 2);
    CHECK(wish.split);
    CHECK(read(R"({"best":1,"accessible":true})").best->accessible == 1);
    CHECK(read(R"({"best":1,"accessible":false,"split":null})").best->accessible == 0);
    CHECK_FALSE(read(R"({"best":null})").best.has_value());
    for (const auto* body :
         {R"({"best":"3"})", R"({"best":-1})", R"({"best":true})", R"({"best":{}})",
          R"({"best":1.5})", R"({"best":1,"split":1})", R"({"best":1,"category":1})",
          R"({"best":1,"accessible":"x"})", R"({"seats":[1],"category":"premium"})"})
    {
        CAPTURE(body);
        CHECK_FALSE(problem(body).empty());
    }
}

TEST_CASE("bodies: price types are strings, null for none")
{
    CHECK(read(R"({"price_types":["child",null,""]})").price_types
          == std::vector<std::string>{"child", "", ""});
    CHECK_FALSE(problem(R"({"price_types":"child"})").empty());
    CHECK_FALSE(problem(R"({"price_types":[1]})").empty());
    CHECK_FALSE(problem(R"({"price_types":{}})").empty());
    CHECK_FALSE(problem(R"({"price_types":["child",["senior"]]})").empty());
    CHECK_FALSE(problem(R"({"price_types":[["child"]]})").empty());
    CHECK_FALSE(problem(R"({"price_types":["child",{}]})").empty());
    CHECK(read(R"({"price_types":null})").price_types.empty());
}

TEST_CASE("bodies: an expected version is an integer")
{
    CHECK(read(R"({"expectedVersion":17})").expected == session_version{17});
    CHECK_FALSE(read(R"({"expectedVersion":null})").expected);
    CHECK_FALSE(problem(R"({"expectedVersion":-1})").empty());
    CHECK_FALSE(problem(R"({"expectedVersion":"17"})").empty());
    CHECK_FALSE(problem(R"({"expectedVersion":17.0})").empty());
}

TEST_CASE("bodies: what nobody knows is ignored, at any depth")
{
    const auto body = read(R"({"x":{"seats":[1],"userId":{}},"y":[[1],{"hold":"x"}],"seats":[3]})");
    REQUIRE(body.seats.size() == 1);
    CHECK(body.seats[0].number() == seat_number{3});
}

TEST_CASE("bodies: a name twice in an object is refused, in two objects it is not")
{
    CHECK(problem(R"({"seats":[1],"seats":[2]})") == "the body names a member twice: seats");
    CHECK_FALSE(problem(R"({"a":1,"\u0061":2})").empty());
    CHECK_FALSE(problem(R"({"x":{"a":1,"a":2}})").empty());
    CHECK(problem(R"({"a":{"a":1},"b":{"a":2}})").empty());
}

TEST_CASE("bodies: depth and members have limits")
{
    CHECK(problem(nested(json_depth_max)).empty());
    CHECK(problem(nested(json_depth_max + 1)).find("deep") != std::string::npos);
    CHECK_FALSE(problem(nested(30'000)).empty());
    std::string many = "{\"m0\":0";
    for (std::size_t i = 1; i < json_members_max; ++i)
        many += ",\"m" + std::to_string(i) + "\":0";
    CHECK(problem(many + '}').empty());
    CHECK_FALSE(problem(many + ",\"more\":0}").empty());
}

TEST_CASE("bodies: what is not one JSON object in UTF-8 is refused")
{
    for (const std::string odd : {"",
                                  " ",
                                  "null",
                                  "5",
                                  "\"seats\"",
                                  "[]",
                                  "[{}]",
                                  "{",
                                  "{} {}",
                                  "{}x",
                                  "{\"a\"}",
                                  "{\"a\":}",
                                  "{\"a\":1,}",
                                  "{'a':1}",
                                  "{a:1}",
                                  "{\"a\":01}",
                                  "{\"a\":+1}",
                                  "{\"a\":NaN}",
                                  "{\"a\":1} // why",
                                  "\xEF\xBB\xBF{}",
                                  "{\"a\":\"\xFF\"}",
                                  "{\"a\":\"\xED\xA0\x80\"}",
                                  "{\"a\":\"\\ud800\"}",
                                  "{\"a\":\"\n\"}"})
    {
        CAPTURE(odd);
        CHECK_FALSE(problem(odd).empty());
    }
    CHECK(problem(" {} \r\n").empty());
}

TEST_CASE("bodies: the media type is application/json, in UTF-8 if it says so")
{
    CHECK(is_json_type("application/json"));
    CHECK(is_json_type("Application/JSON ; charset=\"UTF-8\""));
    CHECK(is_json_type("application/json;"));
    for (const auto* const odd : {"", "text/plain", "application/jsonp", "application/json2",
                                  "application/json; charset=utf-16", "application/x-json",
                                  "application/x-www-form-urlencoded", "json"})
        CHECK_FALSE(is_json_type(odd));
}
