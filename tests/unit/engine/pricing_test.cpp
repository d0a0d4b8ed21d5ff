#include <cinema/booking/engine/pricing.hpp>

#include "unit/engine/box_office.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

namespace booking = cinema::booking;
using namespace cinema::tests;
using booking::errc;
using booking::minor_units;

namespace
{

booking::seat_layout two_categories()
{
    return booking::seat_layout::draw(std::vector<std::string>{"sspp"}).value();
}

/// Standard 900, premium 1,400, as `make_show` has them; children pay 500 for standard seats.
box_office with_children(booking::booking_rules rules = {})
{
    box_office office{two_categories(), std::move(rules)};
    office.store().set_prices({{"standard", minor_units{900}},
                               {"standard", minor_units{500}, "child"},
                               {"standard", minor_units{700}, "senior"},
                               {"premium", minor_units{1'400}, "adult"}});
    office.reload();
    return office;
}

booking::reserve_request typed(std::vector<booking::seat_ref> refs, std::vector<std::string> types)
{
    auto request = seats(std::move(refs));
    request.price_types = std::move(types);
    return request;
}

/// Price and type of each seat, as in "900 + 500 child".
std::string bill(const booking::decision& granted)
{
    std::string text;
    for (const auto& seat : granted.value().reservation->seats)
    {
        text += (text.empty() ? "" : " + ") + std::to_string(raw(seat.price));
        text += (seat.price_type.empty() ? "" : " ") + seat.price_type;
    }
    return text;
}

} // namespace

TEST_CASE("a seat costs the first price of its category unless another type is asked for")
{
    CHECK(bill(with_children().ask(seats({1, 3}))) == "900 + 1400 adult");
    CHECK(bill(with_children().ask(typed({1, 2}, {"child"}))) == "500 child + 500 child");
    CHECK(bill(with_children().ask(typed({1, 2}, {"", "senior"}))) == "900 + 700 senior");
    CHECK(bill(with_children().ask(typed({3, 4}, {"adult"}))) == "1400 adult + 1400 adult");
}

TEST_CASE("the price without a type can be bought wherever it stands among those of its category")
{
    box_office office{two_categories()};
    office.store().set_prices(
        {{"standard", minor_units{500}, "child"}, {"standard", minor_units{900}}});
    office.reload();
    CHECK(bill(office.ask(seats({1}))) == "900");
    CHECK(bill(office.ask(typed({2}, {""}))) == "900");
    office.reload();
    CHECK(bill(office.ask(typed({1, 2}, {"child", ""}))) == "500 child + 900");
}

TEST_CASE("price types go with the seats they are named with, in whatever order these are")
{
    auto office = with_children();
    const auto granted = office.ask(typed({2, "A1"}, {"child", "senior"}));
    CHECK(bill(granted) == "700 senior + 500 child");
    CHECK(granted.value().reservation->total() == minor_units{1'200});
}

TEST_CASE("the types of seats that are picked go by ascending numbers")
{
    booking::reserve_request request{.session = show_id,
                                     .best =
                                         booking::best_seats{.count = 2, .category = "standard"},
                                     .price_types = {"child", ""}};
    CHECK(bill(with_children().ask(request)) == "500 child + 900");
}

TEST_CASE("a price type that a seat does not have is refused, naming those there are")
{
    const auto refused = with_children().ask(typed({1, 3}, {"child"})).error();
    CHECK(refused == errc::price_type_not_found);
    CHECK(refused.seats == std::vector{booking::seat_number{3}});
    CHECK(refused.what() == "category premium has no price type child; it has adult");
    CHECK(with_children().ask(typed({1}, {"student"})).error().what()
          == "category standard has no price type student; it has child, senior");
}

TEST_CASE("price types are one for all or one for each seat, and of a limited length")
{
    for (const auto& types :
         {std::vector<std::string>{"child", "child"}, std::vector<std::string>(4, "child"),
          std::vector<std::string>{std::string(41, 'x')}, std::vector<std::string>{"\xFF"}})
        CHECK(with_children().ask(typed({1, 2, 3}, types)).error() == errc::invalid_request);
}

TEST_CASE("a key stands for the price types, too")
{
    auto office = with_children();
    auto request = typed({1, 2}, {"child", "senior"});
    request.idempotency_key = "key";
    CHECK(office.ask(request).has_value());
    SUBCASE("the same seats in another order with their types are the same request")
    {
        request.seats = {2, 1};
        request.price_types = {"senior", "child"};
        CHECK(office.ask(request).value().replayed);
    }
    SUBCASE("other types are another one")
    {
        request.price_types = {"senior", "child"};
        CHECK(office.ask(request).error() == errc::key_reused);
    }
    SUBCASE("no types are another one")
    {
        request.price_types.clear();
        CHECK(office.ask(request).error() == errc::key_reused);
    }
}

TEST_CASE("a pricing of one's own is asked for each seat")
{
    const auto early_bird =
        [](const booking::price_question& question) -> booking::result<booking::seat_price>
    {
        auto listed = list_price(question);
        if (listed && question.session.showtime - question.now >= std::chrono::hours{24})
            listed->amount = minor_units{raw(listed->amount) / 2};
        return listed;
    };
    auto office = with_children({.price = early_bird});
    CHECK(bill(office.ask(seats({1, 3}))) == "450 + 700 adult");
    office.now = showtime;
    CHECK(bill(office.ask(typed({2}, {"child"}))) == "500 child");
}

TEST_CASE("a pricing of one's own may say that it has no such price type")
{
    const booking::refusal none{.code = errc::price_type_not_found, .detail = "only adults"};
    auto office = with_children(
        {.price = [&](const booking::price_question&) -> booking::result<booking::seat_price>
         { return none; }});
    const auto refused = office.ask(typed({1}, {"child"}));
    CHECK(refused.error() == errc::price_type_not_found);
    CHECK(refused.error().what() == "only adults");
}

TEST_CASE("a pricing that fails refuses the reservation and nothing else")
{
    using question = booking::price_question;
    using answer = booking::result<booking::seat_price>;
    const std::vector<booking::pricing_function> broken{
        [](const question&) -> answer {
            return booking::seat_price{minor_units{-1}, ""};
        },
        [](const question&) -> answer {
            return booking::seat_price{minor_units{booking::price_minor_units_max + 1}, ""};
        },
        [](const question&) -> answer {
            return booking::seat_price{minor_units{1}, std::string(41, 'x')};
        },
        [](const question&) -> answer {
            return booking::seat_price{minor_units{1}, "\xFF"};
        },
        [](const question&) -> answer { return booking::refusal{}; },
        [](const question&) -> answer { return booking::refusal{.code = errc::outcome_unknown}; },
        [](const question&) -> answer { throw std::runtime_error{"no tariff"}; },
        [](const question&) -> answer { throw 1; },
    };
    for (const auto& pricing : broken)
    {
        auto office = with_children({.price = pricing});
        CHECK(office.ask(seats({1})).error() == errc::pricing_failed);
        const auto change = office.commit();
        CHECK(change.reservations.empty());
        CHECK(!change.is_check()); // a grant under way, at an earlier price, is too late
    }
}

TEST_CASE("a category without prices costs nothing and has no price types")
{
    box_office office{two_categories()};
    office.store().set_prices({});
    office.reload();
    CHECK(bill(office.ask(seats({1}))) == "0");
    CHECK(office.ask(typed({2}, {"child"})).error().what()
          == "category standard has no price type child");
}
