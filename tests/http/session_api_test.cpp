// GET /sessions, /sessions/:id, /sessions/:id/seats: shapes, filters, pages, entity tags.

#include "http/api_fixture.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace cinema::tests;
using std::chrono::hours;

namespace
{

std::vector<std::string> titles(const api_answer& answer)
{
    std::vector<std::string> found;
    const auto list = answer.json();
    for (const auto& item : list.as_array())
        found.emplace_back(item.at("movie_title").as_string());
    return found;
}

using strings = std::vector<std::string>;

} // namespace

TEST_CASE("sessions: the list has the original's members and ours, numbers as numbers")
{
    api_fixture cinema;
    cinema.reserved(R"({"seats":[1,"A5"]})");

    const auto answer = cinema.ask("GET", "/sessions");

    CHECK(answer.status == 200);
    CHECK(answer.field("Content-Type") == "application/json");
    CHECK(
        answer.json()
        == boost::json::value({{{"id", 1},
                                {"hall_id", 1},
                                {"movie_title", "Metropolis"},
                                {"showtime", "2030-01-01T12:00:00.000Z"},
                                {"seats", {2, 3, 4, 6, 7, 9}},
                                {"version", 2},
                                {"ends_at", "2030-01-01T14:33:00.000Z"},
                                {"currency", "EUR"},
                                {"hall", "Hall A"},
                                {"time_zone", "Europe/Berlin"},
                                {"seats_total", 9},
                                {"seats_free", 6},
                                {"prices",
                                 {{{"category", "standard"}, {"price", 1'200}, {"price_type", ""}},
                                  {{"category", "premium"}, {"price", 0}, {"price_type", ""}}}}}}));
    CHECK(cinema.ask("GET", "/sessions/1").json() == answer.json().at(0));
}

TEST_CASE("sessions: an empty cinema is an empty list")
{
    api_fixture cinema;
    CHECK(cinema.ask("GET", "/sessions?movie=nothing").body == "[]");
}

TEST_CASE("sessions: a seat map has the original's members and ours")
{
    api_fixture cinema;
    cinema.reserved(R"({"seats":[1]})");
    cinema.reserved(R"({"seats":["A2"],"hold":true})");

    const auto answer = cinema.ask("GET", "/sessions/1/seats");
    const auto seats = answer.json().as_array();

    CHECK(answer.status == 200);
    CHECK(answer.field("ETag") == "\"v3\"");
    REQUIRE(seats.size() == 9);
    CHECK(seats[0]
          == boost::json::value({{"id", 1},
                                 {"hall_id", 1},
                                 {"row", 1},
                                 {"col", 1},
                                 {"seat_number", 1},
                                 {"isReserved", true},
                                 {"label", "A1"},
                                 {"status", "sold"},
                                 {"category", "standard"},
                                 {"price", 1'200},
                                 {"kind", "standard"},
                                 {"accessible", false}}));
    CHECK(seats[1].at("status").as_string() == "held");
    CHECK(seats[1].at("isReserved").as_bool());
    CHECK(seats[2].at("status").as_string() == "free");
    CHECK_FALSE(seats[2].at("isReserved").as_bool());
    CHECK(seats[4].at("category").as_string() == "premium");
    CHECK(seats[5].at("accessible").as_bool());
    CHECK(seats[5].at("row").as_int64() == 3);
    CHECK(seats[6].at("kind").as_string() == "companion");
    CHECK(seats[7].at("col").as_int64() == 4);
    CHECK(seats[7].at("status").as_string() == "blocked");
    CHECK(seats[7].at("isReserved").as_bool());
}

TEST_CASE("sessions: a map that was seen is not sent again until a seat changes")
{
    api_fixture cinema;
    int seat = 0;
    for (const auto* const path : {"/sessions/1", "/sessions/1/seats", "/sessions"})
    {
        const auto tag = cinema.ask("GET", path).field("ETag");
        const auto again = cinema.ask("GET", path, {}, {{"If-None-Match", "\"x\", W/" + tag}});
        CHECK(again.status == 304);
        CHECK(again.body.empty());
        CHECK(again.field("ETag") == tag);
        CHECK(cinema.ask("GET", path, {}, {{"If-None-Match", "*"}}).status == 304);
        const fields lines{{"If-None-Match", "\"x\""}, {"If-None-Match", tag}};
        CHECK(cinema.ask("GET", path, {}, lines).status == 304);
        CHECK(again.field("Cache-Control") == "no-cache");

        cinema.reserved(R"({"seats":[)" + std::to_string(++seat) + "]}");
        CHECK(cinema.ask("GET", path, {}, {{"If-None-Match", tag}}).status == 200);
    }
}

TEST_CASE("sessions: an id that is none is answered like one that nobody has")
{
    api_fixture cinema;
    for (const auto* const id : {"2", "0", "-1", "01", "x", "1x", "9223372036854775808", "%31%30"})
        for (const std::string rest : {"", "/seats"})
        {
            const auto answer = cinema.ask("GET", "/sessions/" + std::string{id} + rest);
            CAPTURE(id);
            CHECK(answer.status == 404);
            CHECK(answer.problem() == "session-not-found");
        }
    CHECK(cinema.ask("GET", "/sessions/%31").status == 200);
}

TEST_CASE("sessions: filters by day in the hall's time zone, film and hall")
{
    api_fixture cinema;
    const auto midnight = cinema.clock->now() + hours{11}; // in Berlin, the 2nd begins
    cinema.add_session("Nosferatu", midnight);
    const auto tokyo = cinema.service
                           ->create_hall({.name = "Hall T",
                                          .layout = booking::seat_layout::grid(1, 1),
                                          .time_zone = "Asia/Tokyo"})
                           .value()
                           .id;
    const auto add = [&](std::string title, booking::time_point showtime)
    {
        (void)cinema.service
            ->create_session({.hall = tokyo, .movie_title = std::move(title), .showtime = showtime})
            .value();
    };
    add("Gojira", cinema.clock->now() + hours{2}); // 23:00 of the 1st in Tokyo
    add("Ikiru", cinema.clock->now() + hours{3});  // midnight: the 2nd

    const auto listed = [&](const std::string& query)
    { return titles(cinema.ask("GET", "/sessions?" + query)); };
    CHECK(listed("") == strings{"Metropolis", "Gojira", "Ikiru", "Nosferatu"});
    CHECK(listed("date=2030-01-01") == strings{"Metropolis", "Gojira"});
    CHECK(listed("date=2030-01-02") == strings{"Ikiru", "Nosferatu"});
    CHECK(listed("date=2030-01-02&hall=2") == strings{"Ikiru"});
    CHECK(listed("date=2030-01-03").empty());
    CHECK(listed("movie=oPOLi") == strings{"Metropolis"});
    CHECK(listed("hall=1&movie=") == strings{"Metropolis", "Nosferatu"});
    CHECK(listed("from=2030-01-01T14:00:00Z&before=2030-01-01T15:00:00.000Z") == strings{"Gojira"});
    CHECK(listed("hall=9").empty());
}

TEST_CASE("sessions: pages follow each other by Link, each session once")
{
    api_fixture cinema;
    std::set<std::int64_t> wanted{1};
    for (int i = 1; i < 25; ++i)
        wanted.insert(raw(
            cinema.add_session(i % 2 == 0 ? "A & B" : "C", cinema.clock->now() + hours{3 * i})));

    for (const std::string first : {"/sessions?limit=7", "/sessions?limit=25", "/sessions"})
    {
        std::set<std::int64_t> seen;
        std::string next = first;
        while (!next.empty())
        {
            const auto page = cinema.ask("GET", next);
            const auto list = page.json();
            for (const auto& item : list.as_array())
                CHECK(seen.insert(item.at("id").as_int64()).second);
            const auto link = page.field("Link");
            CHECK((link.empty() || link.ends_with("; rel=\"next\"")));
            next = link.empty() ? "" : link.substr(1, link.find('>') - 1);
        }
        CHECK(seen == wanted);
    }
    const auto films = cinema.ask("GET", "/sessions?limit=2&movie=a+%26+b");
    CHECK(titles(films) == strings{"A & B", "A & B"});
    CHECK(films.field("Link").find("movie=a%20%26%20b") != std::string::npos);
}

TEST_CASE("sessions: a day with few sessions among many is found page by page")
{
    api_fixture cinema;
    for (int i = 1; i < 40; ++i)
        cinema.add_session("Other", cinema.clock->now() + hours{3 * i});

    std::size_t seen = 0;
    std::string next = "/sessions?limit=2&date=2030-01-03";
    while (!next.empty())
    {
        const auto page = cinema.ask("GET", next);
        seen += page.json().as_array().size();
        const auto link = page.field("Link");
        next = link.empty() ? "" : link.substr(1, link.find('>') - 1);
    }
    CHECK(seen == 8); // one each three hours
}

TEST_CASE("sessions: a malformed query is refused")
{
    api_fixture cinema;
    for (const auto* const query : {"limit=0", "limit=1001", "date=2030-02-30", "after=x", "hall=A",
                                    "limit=1&limit=2", "movie=%ff", "movie=%"})
    {
        const auto answer = cinema.ask("GET", "/sessions?" + std::string{query});
        CAPTURE(query);
        CHECK(answer.status == 400);
        CHECK(answer.problem() == "invalid-request");
    }
    CHECK(cinema.ask("GET", "/sessions?unknown=1&limit=1000").status == 200);
}

TEST_CASE("sessions: a list is kept for a moment, the seats in it are not")
{
    auto params = api_fixture::no_waiting();
    params.list_age_max = hours{1};
    api_fixture cinema{params};
    CHECK(cinema.ask("GET", "/sessions").json().at(0).at("seats_free").as_int64() == 8);

    cinema.reserved(R"({"seats":[1]})");

    CHECK(cinema.ask("GET", "/sessions").json().at(0).at("seats_free").as_int64() == 7);
}

TEST_CASE("sessions: readers of the same list share its text")
{
    api_fixture cinema;
    const auto first = cinema.ask("GET", "/sessions").response.shared;
    REQUIRE(first);
    CHECK(cinema.ask("GET", "/sessions?limit=9").response.shared == first);
    cinema.reserved(R"({"seats":[1]})");
    CHECK(cinema.ask("GET", "/sessions").response.shared != first);
}

TEST_CASE("sessions: a seat map is made once for each version, in bounded memory")
{
    auto params = api_fixture::no_waiting();
    params.cache_bytes_max = 10'000;
    api_fixture cinema{params};
    for (int i = 1; i < 20; ++i)
        cinema.add_session("Other", cinema.clock->now() + hours{3 * i});

    const auto first = cinema.ask("GET", "/sessions/1/seats").response.shared;
    CHECK(cinema.ask("GET", "/sessions/1/seats").response.shared == first);
    for (int i = 1; i <= 20; ++i)
        CHECK(cinema.ask("GET", "/sessions/" + std::to_string(i) + "/seats").status == 200);
    CHECK(cinema.ask("GET", "/sessions/1/seats").response.shared != first);

    const auto metrics = cinema.ask("GET", "/metrics").body;
    const auto at = metrics.find("\ncinema_http_cache_bytes ");
    REQUIRE(at != std::string::npos);
    CHECK(std::stoul(metrics.substr(at + 25)) <= 10'000);
}
