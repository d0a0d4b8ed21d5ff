// POST /sessions/:id/seats/reserve: what is granted, what is refused, and how it is said.

#include "http/api_fixture.hpp"

#include <doctest/doctest.h>

using namespace cinema::tests;

TEST_CASE("reserve: a grant names the reservation twice, its seats, price, version and secret")
{
    api_fixture cinema;

    const auto answer = cinema.reserve(R"({"userId":"anna","seats":["A2",1]})");

    CHECK(answer.status == 201);
    CHECK(answer.field("Content-Type") == "application/json");
    CHECK(answer.field("Cache-Control") == "no-store");
    CHECK(answer.field("ETag") == "\"v2\"");
    auto made = answer.json().as_object();
    CHECK(answer.field("Location") == api_fixture::path_of(made));
    CHECK(made.at("_id") == made.at("id"));
    CHECK(made.at("id").as_string().starts_with("1-"));
    CHECK(made.at("secret").as_string().size() == 43);
    made.erase("id");
    made.erase("_id");
    made.erase("secret");
    CHECK(made
          == boost::json::value({{"user", "anna"},
                                 {"session", 1},
                                 {"seats", {1, 2}},
                                 {"labels", {"A1", "A2"}},
                                 {"prices", {1'200, 1'200}},
                                 {"price_types", {"", ""}},
                                 {"status", "confirmed"},
                                 {"held_until", nullptr},
                                 {"total", 2'400},
                                 {"currency", "EUR"},
                                 {"version", 2},
                                 {"created_at", "2030-01-01T12:00:00.000Z"},
                                 {"updated_at", "2030-01-01T12:00:00.000Z"}})
                 .as_object());
}

TEST_CASE("reserve: a user given as a number comes back as text, none as an empty one")
{
    api_fixture cinema;
    CHECK(cinema.reserved(R"({"userId":7,"seats":[1]})").at("user").as_string() == "7");
    CHECK(cinema.reserved(R"({"seats":[2]})").at("user").as_string().empty());
}

TEST_CASE("reserve: a hold says until when")
{
    api_fixture cinema;
    const auto held = cinema.reserved(R"({"seats":[1],"hold":true})");
    CHECK(held.at("status").as_string() == "held");
    CHECK(held.at("held_until").as_string() == "2030-01-01T12:10:00.000Z");
    CHECK(cinema.reserved(R"({"seats":[2],"hold":90})").at("held_until").as_string()
          == "2030-01-01T12:01:30.000Z");
    CHECK(cinema.reserved(R"({"seats":[3],"hold":0})").at("status").as_string() == "confirmed");
    CHECK(cinema.reserved(R"({"seats":[4],"hold":false})").at("held_until").is_null());
}

TEST_CASE("reserve: of two buyers of a seat the second is refused, with the seat and the version")
{
    api_fixture cinema;
    cinema.reserved(R"({"seats":[1,3]})");

    const auto answer = cinema.reserve(R"({"seats":[1,2,"A3"]})");

    CHECK(answer.status == 409);
    CHECK(answer.problem() == "seat-taken");
    CHECK(answer.field("ETag") == "\"v2\"");
    CHECK(answer.json().at("seats") == boost::json::value({1, 3}));
    CHECK(answer.json().at("version").as_int64() == 2);
    CHECK(answer.json().at("request_id").as_string() == "request-1");
    CHECK_FALSE(answer.json().at("error").as_string().empty());
    CHECK(cinema.reserve(R"({"seats":[2]})").status == 201); // nothing was kept of the refused one
}

TEST_CASE("reserve: a lapsed hold is free again at once")
{
    api_fixture cinema;
    cinema.reserved(R"({"seats":[1],"hold":60})");
    cinema.clock->advance(std::chrono::seconds{59});
    CHECK(cinema.reserve(R"({"seats":[1]})").status == 409);
    cinema.clock->advance(std::chrono::seconds{1});
    CHECK(cinema.reserve(R"({"seats":[1]})").status == 201);
}

TEST_CASE("reserve: with the version seen, another's purchase is enough to be refused")
{
    api_fixture cinema;
    CHECK(cinema.reserve(R"({"seats":[1]})", {{"If-Match", "\"v1\""}}).status == 201);

    for (const auto& [body, field] :
         {std::pair{R"({"seats":[2]})", "\"v1\""},
          std::pair{R"({"seats":[2],"expectedVersion":1})", "*"},
          std::pair{R"({"seats":[2]})", "W/\"v2\""}, std::pair{R"({"seats":[2]})", "\"unknown\""}})
    {
        const auto answer = cinema.reserve(body, {{"If-Match", field}});
        CHECK(answer.status == 412);
        CHECK(answer.problem() == "stale-version");
        CHECK(answer.field("ETag") == "\"v2\"");
        CHECK(answer.json().at("version").as_int64() == 2);
    }
    CHECK(cinema.reserve(R"({"seats":[2]})", {{"If-Match", "\"v1\", \"v2\""}}).status == 201);
    CHECK(cinema.reserve(R"({"seats":[3],"expectedVersion":3})", {{"If-Match", "\"v3\""}}).status
          == 201);
    CHECK(cinema.reserve(R"({"seats":[4]})", {{"If-Match", "*"}}).status == 201);
    const fields two_lines{{"If-Match", "\"v1\""}, {"If-Match", "\"v5\""}};
    CHECK(cinema.reserve(R"({"seats":[5]})", two_lines).status == 201);
}

TEST_CASE("reserve: preconditions that are malformed or contradict each other are refused")
{
    api_fixture cinema;
    CHECK(cinema.reserve(R"({"seats":[1]})", {{"If-Match", "v1"}}).problem() == "invalid-request");
    CHECK(cinema.reserve(R"({"seats":[1]})", {{"If-Match", ""}}).problem() == "invalid-request");
    CHECK(cinema.reserve(R"({"seats":[1],"expectedVersion":2})", {{"If-Match", "\"v1\""}}).problem()
          == "invalid-request");
}

TEST_CASE("reserve: the same key gives the same answer again, whatever has happened since")
{
    api_fixture cinema;
    const fields key{{"Idempotency-Key", "key-1"}};
    const auto first = cinema.reserve(R"({"userId":"anna","seats":[1],"hold":60})", key);
    CHECK(first.status == 201);
    CHECK(first.field("Idempotency-Replayed").empty());

    cinema.clock->advance(std::chrono::seconds{120});
    CHECK(cinema.reserve(R"({"seats":["A1"]})").status == 201); // somebody else has it now
    const auto again = cinema.reserve(R"({"hold":60,"seats":["A1"],"userId":"anna","x":1})", key);

    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(again.field("ETag") == first.field("ETag"));
    CHECK(again.field("Location") == first.field("Location"));
    CHECK(again.field("Idempotency-Replayed") == "true");
}

TEST_CASE("reserve: a key is replayed before any precondition is looked at")
{
    api_fixture cinema;
    const fields strict{{"Idempotency-Key", "key-1"}, {"If-Match", "\"v1\""}};
    const auto first = cinema.reserve(R"({"seats":[1]})", strict);
    CHECK(first.status == 201);
    CHECK(cinema.reserve(R"({"seats":[1]})", strict).body == first.body);
}

TEST_CASE("reserve: a key with another request is refused, a refusal is decided again")
{
    api_fixture cinema;
    const fields key{{"Idempotency-Key", "key-1"}};
    cinema.reserved(R"({"seats":[1],"hold":60})");
    CHECK(cinema.reserve(R"({"seats":[1]})", key).status == 409);
    cinema.clock->advance(std::chrono::seconds{60});
    CHECK(cinema.reserve(R"({"seats":[1]})", key).status == 201);
    for (const auto* const other :
         {R"({"seats":[2]})", R"({"seats":[1],"hold":60})", R"({"seats":[1],"userId":"ben"})"})
    {
        const auto answer = cinema.reserve(other, key);
        CHECK(answer.status == 422);
        CHECK(answer.problem() == "key-reused");
    }
}

TEST_CASE("reserve: a key is 1 to 64 visible characters")
{
    api_fixture cinema;
    for (const std::string& odd :
         {std::string{}, std::string(65, 'k'), std::string{"a b"}, std::string{"\xC3\xB6"}})
        CHECK(cinema.reserve(R"({"seats":[1]})", {{"Idempotency-Key", odd}}).problem()
              == "invalid-request");
    CHECK(cinema.reserve(R"({"seats":[1]})", {{"Idempotency-Key", std::string(64, 'k')}}).status
          == 201);
}

TEST_CASE("reserve: what breaks a rule is refused, saying which")
{
    api_fixture cinema;
    const auto problem = [&](std::string_view body)
    {
        const auto answer = cinema.reserve(body);
        return std::to_string(answer.status) + ' ' + answer.problem();
    };
    CHECK(problem(R"({"seats":[]})") == "400 invalid-request");
    CHECK(problem(R"({})") == "400 invalid-request");
    CHECK(problem(R"({"seats":[1,2,3,4,5,6,7,9,1,2,3]})") == "400 invalid-request");
    CHECK(problem(R"({"seats":[1,"A1"]})") == "400 invalid-request");
    CHECK(problem(R"({"seats":[1],"hold":-1})") == "400 invalid-request");
    CHECK(problem(R"({"seats":[1],"hold":3601})") == "400 invalid-request");
    CHECK(problem(R"({"seats":[1],"userId":")" + std::string(201, 'u') + "\"}")
          == "400 invalid-request");
    CHECK(problem(R"({"seats":[10]})") == "422 seat-not-found");
    CHECK(problem(R"({"seats":["Z99"]})") == "422 seat-not-found");
    CHECK(problem(R"({"seats":["B3"]})") == "409 seat-blocked");
    CHECK(cinema.reserve(R"({"seats":["B3"]})").json().at("seats") == boost::json::value({8}));
}

TEST_CASE("reserve: after sales have closed nothing is sold")
{
    auto options = api_fixture::quiet();
    options.rules.sales_close = std::chrono::minutes{0};
    api_fixture cinema{api_fixture::no_waiting(), options};
    const auto answer = cinema.reserve(R"({"seats":[1]})");
    CHECK(answer.status == 422);
    CHECK(answer.problem() == "sales-closed");
}

TEST_CASE("reserve: there has to be a body, of JSON, and a session")
{
    api_fixture cinema;
    const auto path = "/sessions/1/seats/reserve";
    CHECK(cinema.ask_as_is("POST", path, "", {}).problem() == "invalid-request");
    CHECK(cinema.ask_as_is("POST", path, R"({"seats":[1]})", {}).status == 415);
    CHECK(cinema.ask_as_is("POST", path, "seats=1", {{"Content-Type", "text/plain"}}).problem()
          == "media-type");
    CHECK(cinema.ask("POST", path, "{").problem() == "invalid-request");
    for (const auto* const id : {"2", "0", "x"})
    {
        const auto answer = cinema.ask("POST", "/sessions/" + std::string{id} + "/seats/reserve",
                                       R"({"seats":[1]})");
        CHECK(answer.status == 404);
        CHECK(answer.problem() == "session-not-found");
    }
}

TEST_CASE("reserve: strange texts come back as they were, or are refused")
{
    api_fixture cinema;
    int seat = 0;
    for (const std::string user :
         {"Robert'); DROP TABLE seats;--", "{\\\"$gt\\\":\\\"\\\"}", "<script>alert(1)</script>",
          "\\u0001\\u001f\\u007f", "\xE2\x80\xAE txet",
          "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80", "%00%0a", "\\ud83c\\udfac", " "})
    {
        const std::string body =
            R"({"userId":")" + user + R"(","seats":[)" + std::to_string(++seat);
        const auto answer = cinema.reserve(body + "]}");
        CAPTURE(user);
        if (seat == 8) // blocked
            continue;
        REQUIRE(answer.status == 201);
        CHECK(answer.json().at("user") == boost::json::parse('"' + user + '"'));
    }
    CHECK(cinema.reserve(R"({"userId":"a\u0000","seats":[1]})").status == 400);
    CHECK(cinema.reserve(R"({"userId":"anna","seats":["'; --"]})").problem() == "seat-not-found");
}
