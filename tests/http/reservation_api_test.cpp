// Everything below /reservations: the life of a reservation, and who may see it.

#include "http/api_fixture.hpp"

#include <doctest/doctest.h>

using namespace cinema::tests;

namespace
{

/// A cinema with one held reservation.
struct held_seat : api_fixture
{
    boost::json::value made = reserved(R"({"userId":"anna","seats":[1,"A4"],"hold":true})");
    std::string path = path_of(made);
    fields secret = secret_of(made);

    api_answer confirm(fields more = {})
    {
        more.insert(more.end(), secret.begin(), secret.end());
        return ask("POST", path + "/confirm", {}, more);
    }
    api_answer extend(std::string_view body = {})
    {
        return ask("POST", path + "/extend", body, secret);
    }
    api_answer cancel() { return ask("DELETE", path, {}, secret); }
    api_answer show() { return ask("GET", path, {}, secret); }
    std::string status() { return std::string{show().json().at("status").as_string()}; }
};

} // namespace

TEST_CASE("reservations: whoever shows the secret sees it, in the shape of the grant")
{
    held_seat cinema;
    const auto answer = cinema.show();

    CHECK(answer.status == 200);
    CHECK(answer.field("ETag") == "\"v2\"");
    CHECK(answer.field("Cache-Control") == "no-store");
    auto expected = cinema.made.as_object();
    expected.erase("secret");
    CHECK(answer.json() == expected);
    CHECK(cinema.ask("HEAD", cinema.path, {}, cinema.secret).status == 200);
}

TEST_CASE("reservations: one that was seen is not sent again until the session changes")
{
    held_seat cinema;
    auto fields = cinema.secret;
    fields.emplace_back("If-None-Match", "\"v2\"");
    const auto unchanged = cinema.ask("GET", cinema.path, {}, fields);
    CHECK(unchanged.status == 304);
    CHECK(unchanged.field("ETag") == "\"v2\"");
    CHECK(unchanged.field("Cache-Control") == "no-store"); // as with 200
    CHECK(cinema.confirm().status == 200);
    CHECK(cinema.ask("GET", cinema.path, {}, fields).status == 200);
}

TEST_CASE("reservations: without the secret every answer is that of a missing reservation")
{
    held_seat cinema;
    const auto other = cinema.reserved(R"({"seats":[2]})");
    const std::string missing = "/reservations/1-0192f0c1-0000-7000-8000-000000000000";
    const auto nothing = cinema.ask("GET", missing, {}, cinema.secret);
    CHECK(nothing.status == 404);
    CHECK(nothing.problem() == "reservation-not-found");

    auto secret = std::string{cinema.made.at("secret").as_string()};
    const std::vector<fields> strangers{
        {},
        api_fixture::secret_of(other),
        {{"Authorization", "Basic " + secret}},
        {{"Authorization", secret}},
        {{"Authorization", "Bearer"}},
        {{"Authorization", "Bearer " + secret.substr(1)}},
        {{"Authorization", "Bearer " + secret + "A"}},
        {{"Authorization", "Bearer " + std::string(43, 'A')}},
    };
    for (const auto& stranger : strangers)
        for (const auto& [method, rest] :
             {std::pair{"GET", ""}, std::pair{"DELETE", ""}, std::pair{"POST", "/confirm"},
              std::pair{"POST", "/extend"}})
        {
            const auto answer = cinema.ask(method, cinema.path + rest, {}, stranger);
            CHECK(answer.status == 404);
            CHECK(answer.body == nothing.body);
            CHECK(answer.response.fields == nothing.response.fields);
        }
    CHECK(cinema.status() == "held");
    CHECK(cinema.ask("GET", cinema.path, {}, {{"Authorization", "bearer   " + secret}}).status
          == 200);
}

TEST_CASE("reservations: an id that is none is answered like one that nobody has")
{
    held_seat cinema;
    for (const std::string id :
         {"x", "1", "1-", "-1-0192f0c1-0000-7000-8000-000000000000",
          "01-0192f0c1-0000-7000-8000-000000000000", "1-0192F0C1-0000-7000-8000-000000000000",
          "99-0192f0c1-0000-7000-8000-000000000000"})
        CHECK(cinema.ask("GET", "/reservations/" + id, {}, cinema.secret).problem()
              == "reservation-not-found");
}

TEST_CASE("reservations: a hold is confirmed, once or often")
{
    held_seat cinema;
    const auto answer = cinema.confirm();
    CHECK(answer.status == 200);
    CHECK(answer.json().at("status").as_string() == "confirmed");
    CHECK(answer.json().at("held_until").is_null());
    CHECK(answer.json().at("labels") == boost::json::value({"A1", "A4"}));
    CHECK_FALSE(answer.json().as_object().contains("secret"));
    CHECK(answer.field("ETag") == "\"v3\"");
    CHECK(answer.field("Location").empty());

    const auto again = cinema.confirm();
    CHECK(again.status == 200);
    CHECK(again.field("ETag") == "\"v3\"");
}

TEST_CASE("reservations: a hold can be confirmed until it has run out, not from then on")
{
    held_seat cinema;
    cinema.clock->advance(std::chrono::seconds{600});
    for (int i = 0; i < 2; ++i) // before and after its end has been written down
    {
        const auto answer = cinema.confirm();
        CHECK(answer.status == 410);
        CHECK(answer.problem() == "hold-expired");
        CHECK(cinema.extend().status == 410);
        cinema.sweep();
    }
    CHECK(cinema.status() == "expired");
}

TEST_CASE("reservations: a hold is extended from now on, by ten minutes or as asked")
{
    held_seat cinema;
    cinema.clock->advance(std::chrono::seconds{60});
    CHECK(cinema.extend().json().at("held_until").as_string() == "2030-01-01T12:11:00.000Z");
    CHECK(cinema.extend(R"({"hold":900})").json().at("held_until").as_string()
          == "2030-01-01T12:16:00.000Z");
    CHECK(cinema.extend(R"({"hold":1})").json().at("held_until").as_string()
          == "2030-01-01T12:16:00.000Z"); // never shorter
    CHECK(cinema.extend(R"({"hold":0})").problem() == "invalid-request");
    CHECK(cinema.extend(R"({"hold":3601})").problem() == "invalid-request");
    CHECK(cinema.confirm().status == 200);
    const auto late = cinema.extend();
    CHECK(late.status == 409);
    CHECK(late.problem() == "wrong-status");
}

TEST_CASE("reservations: cancelling frees the seats, once or often")
{
    held_seat cinema;
    const auto answer = cinema.cancel();
    CHECK(answer.status == 200);
    CHECK(answer.json().at("status").as_string() == "cancelled");
    CHECK(cinema.cancel().status == 200);
    CHECK(cinema.reserve(R"({"seats":[1]})").status == 201);
    const auto late = cinema.confirm();
    CHECK(late.status == 409);
    CHECK(late.problem() == "wrong-status");
    CHECK(cinema.status() == "cancelled");
}

TEST_CASE("reservations: steps have keys and preconditions, too")
{
    held_seat cinema;
    const auto stale = cinema.confirm({{"If-Match", "\"v1\""}});
    CHECK(stale.status == 412);
    CHECK(stale.field("ETag") == "\"v2\"");

    const fields key{{"Idempotency-Key", "key-1"}, {"If-Match", "\"v2\""}};
    const auto first = cinema.confirm(key);
    CHECK(first.status == 200);
    CHECK(cinema.cancel().status == 200);
    const auto again = cinema.confirm(key);
    CHECK(again.status == 200);
    CHECK(again.body == first.body);
    CHECK(again.field("Idempotency-Replayed") == "true");
    CHECK(cinema.confirm({{"Idempotency-Key", "key-1"}}).problem() == "key-reused");
}

TEST_CASE("reservations: a body on a step may be missing, but not be malformed")
{
    held_seat cinema;
    CHECK(cinema.ask("POST", cinema.path + "/confirm", "[]", cinema.secret).status == 400);
    CHECK(cinema.ask_as_is("POST", cinema.path + "/confirm", "{}", cinema.secret).status == 415);
    CHECK(cinema.ask("POST", cinema.path + "/confirm", R"({"expectedVersion":1})", cinema.secret)
              .status
          == 412);
    CHECK(cinema.ask("DELETE", cinema.path, R"({"expectedVersion":2})", cinema.secret).status
          == 200);
}

TEST_CASE("reservations: the secret is the same on every server of the database, not on another's")
{
    held_seat cinema;
    booking::booking_service neighbour{cinema.database, api_fixture::quiet()};
    booking::booking_api api{neighbour};
    const std::vector<booking::api_field> secret{{cinema.secret[0].first, cinema.secret[0].second}};
    CHECK(api.handle({.target = cinema.path, .fields = secret}).status == 200);

    held_seat elsewhere;
    CHECK(elsewhere.made.at("secret") != cinema.made.at("secret"));
    CHECK(elsewhere.ask("GET", elsewhere.path, {}, cinema.secret).status == 404);
}
