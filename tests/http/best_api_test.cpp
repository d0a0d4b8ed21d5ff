// GET /sessions/:id/seats/best, reserving the best seats, price types and the rule against gaps.

#include "http/api_fixture.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace cinema::tests;
using boost::json::value;

namespace
{

/// A film with prices for children, in a hall of two rows of six seats.
struct priced_cinema : api_fixture
{
    explicit priced_cinema(booking::gap_rule gaps = booking::gap_rule::off)
        : priced_cinema{with(gaps)}
    {
    }

    explicit priced_cinema(booking::service_options options)
        : api_fixture{no_waiting(), std::move(options)}
    {
        const auto plain =
            service->create_hall({.name = "Hall B", .layout = booking::seat_layout::grid(2, 6)});
        film = service
                   ->create_session({.hall = plain.value().id,
                                     .movie_title = "Nosferatu",
                                     .showtime = clock->now(),
                                     .prices = {{"standard", booking::minor_units{900}},
                                                {"standard", booking::minor_units{500}, "child"}}})
                   .value()
                   .id;
        path = "/sessions/" + std::to_string(raw(film)) + "/seats";
    }

    static booking::service_options with(booking::gap_rule gaps)
    {
        auto options = quiet();
        options.rules.gaps = gaps;
        return options;
    }

    api_answer best(const std::string& query) { return ask("GET", path + "/best?" + query); }
    api_answer buy(const std::string& body) { return ask("POST", path + "/reserve", body); }

    booking::session_id film{};
    std::string path;
};

} // namespace

TEST_CASE("best: seats, labels, total and the version they were picked at")
{
    priced_cinema cinema;
    const auto answer = cinema.best("count=2");
    CHECK(answer.status == 200);
    CHECK(answer.field("ETag") == "\"v1\"");
    CHECK(answer.json()
          == value({{"session", 2},
                    {"seats", {9, 10}},
                    {"labels", {"B3", "B4"}},
                    {"groups", 1},
                    {"left_alone", boost::json::array{}},
                    {"total", 1'800},
                    {"currency", "EUR"},
                    {"version", 1}}));
    CHECK(cinema.ask("GET", cinema.path + "/best?count=2", {}, {{"If-None-Match", "\"v1\""}}).status
          == 304);
}

TEST_CASE("best: the total is what the house's own pricing asks now, and left out if it fails")
{
    bool fails = false;
    std::int64_t amount = 700;
    auto options = priced_cinema::with(booking::gap_rule::off);
    options.rules.price = [&](const booking::price_question& question)
    {
        if (fails)
            throw std::runtime_error{"no tariff"};
        CHECK(question.price_type.empty());
        return booking::seat_price{booking::minor_units{amount}};
    };
    priced_cinema cinema{std::move(options)};
    const std::vector<std::pair<std::string, std::string>> known{{"If-None-Match", "\"v1\""}};
    const auto total = [&]
    {
        const auto shown = cinema.ask("GET", cinema.path + "/best?count=2", {}, known);
        CHECK(shown.status == 200);
        return shown.json();
    };
    CHECK(total().at("total") == value(1'400));
    amount = 800; // at the same version
    CHECK(total().at("total") == value(1'600));
    CHECK(cinema.ask("GET", cinema.path).json().at(0).at("price") == value(900));
    fails = true;
    CHECK_FALSE(total().as_object().contains("total"));
    CHECK(total().at("currency") == value("EUR"));
}

TEST_CASE("best: why the house's own pricing failed is logged, and not told to who asked")
{
    std::vector<std::string> log;
    auto options = priced_cinema::with(booking::gap_rule::off);
    options.rules.price = [](const booking::price_question&) -> booking::result<booking::seat_price>
    { throw std::runtime_error{"no tariff at 10.0.0.7"}; };
    options.log = [&](std::string_view line) { log.emplace_back(line); };
    priced_cinema cinema{std::move(options)};
    const auto refused = cinema.buy(R"({"seats":["A1"]})");
    CHECK(refused.status == 503);
    CHECK(refused.problem() == "pricing-failed");
    CHECK(refused.json().at("detail") == value("the price could not be made; nothing changed"));
    CHECK(refused.body.find("tariff") == std::string::npos);
    CHECK(log == std::vector<std::string>{"the pricing failed: no tariff at 10.0.0.7"});
}

TEST_CASE("best: filters")
{
    api_fixture cinema;
    const auto labels = [&](const std::string& query)
    { return cinema.ask("GET", "/sessions/1/seats/best?" + query).json().at("labels"); };
    CHECK(labels("count=2&category=premium") == value({"A4", "A5"}));
    CHECK(labels("count=2&accessible=1") == value({"B1", "B2"}));
    CHECK(labels("count=1&accessible=true") == value({"B1"}));
    CHECK(labels("count=6&split=true&accessible=&category=").as_array().size() == 6);
}

TEST_CASE("best: what cannot be is refused, saying why")
{
    api_fixture cinema;
    const auto refused = [&](const std::string& query)
    {
        const auto answer = cinema.ask("GET", "/sessions/1/seats/best?" + query);
        return std::to_string(answer.status) + ' ' + answer.problem();
    };
    CHECK(refused("count=6") == "409 too-few-seats");
    for (const std::string bad : {"count=0", "count=11", "count=x", "count=1&count=2",
                                  "accessible=2", "accessible=-1", "split=yes", "category=box"})
    {
        CAPTURE(bad);
        CHECK(refused(bad) == "400 invalid-request");
    }
    CHECK(cinema.ask("GET", "/sessions/99/seats/best").problem() == "session-not-found");
    CHECK(cinema.ask("POST", "/sessions/1/seats/best", "{}").status == 405);
}

TEST_CASE("best: reserving the best seats gives what was picked when it was decided")
{
    priced_cinema cinema;
    const auto first = cinema.buy(R"({"best":2,"userId":"anna"})");
    CHECK(first.status == 201);
    CHECK(first.json().at("labels") == value({"B3", "B4"}));
    CHECK(cinema.buy(R"({"best":2})").json().at("labels") == value({"A3", "A4"}));
    const auto none = cinema.buy(R"({"best":3})");
    CHECK(none.status == 409);
    CHECK(none.problem() == "too-few-seats");
    CHECK(cinema.buy(R"({"best":3,"split":true})").status == 201);
}

TEST_CASE("best: price types are charged and shown")
{
    priced_cinema cinema;
    const auto family = cinema.buy(R"({"best":3,"price_types":["child","","child"]})").json();
    CHECK(family.at("prices") == value({500, 900, 500}));
    CHECK(family.at("price_types") == value({"child", "", "child"}));
    CHECK(family.at("total").as_int64() == 1'900);
    CHECK(cinema.buy(R"({"seats":["A1","A2"],"price_types":["child"]})").json().at("total")
          == value(1'000));
    const auto unknown = cinema.buy(R"({"seats":["A5"],"price_types":["student"]})");
    CHECK(unknown.status == 422);
    CHECK(unknown.problem() == "price-type-not-found");
    CHECK(unknown.json().at("error").as_string().find("child") != std::string::npos);
    CHECK(cinema.ask("GET", "/sessions/2").json().at("prices")
          == value({{{"category", "standard"}, {"price", 900}, {"price_type", ""}},
                    {{"category", "standard"}, {"price", 500}, {"price_type", "child"}}}));
}

TEST_CASE("best: a reservation that leaves a single seat is refused or told, as the house wants")
{
    priced_cinema strict{booking::gap_rule::enforce};
    const auto refused = strict.buy(R"({"seats":["A2"]})");
    CHECK(refused.status == 422);
    CHECK(refused.problem() == "single-seat-left");
    CHECK(refused.json().at("seats") == value({1}));

    priced_cinema warning{booking::gap_rule::warn};
    CHECK(warning.buy(R"({"seats":["A2"]})").json().at("left_alone") == value({1}));
    CHECK_FALSE(warning.buy(R"({"seats":["B1"]})").json().as_object().contains("left_alone"));
}
