#include <cinema/booking/engine/session_draft.hpp>

#include "unit/engine/box_office.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

namespace booking = cinema::booking;
using namespace cinema::tests;
using namespace std::chrono_literals;
using booking::errc;
using booking::minor_units;
using booking::reservation_status;
using booking::seat_number;
using booking::session_version;

namespace
{

using numbers = std::vector<seat_number>;

booking::seat_layout mixed_hall()
{
    return booking::seat_layout::draw(std::vector<std::string>{"sss_ppp", "", "Box:wcx"}).value();
}

booking::reserve_request strict(booking::reserve_request request, session_version version)
{
    request.expected = version;
    return request;
}

} // namespace

TEST_CASE("a reservation without a hold is sold at once, at the session's next version")
{
    box_office office;
    auto request = seats({"C7"});
    request.account = {"account-1"};
    const auto granted = office.ask(request).value();
    CHECK(granted.version == session_version{2});
    CHECK_FALSE(granted.replayed);

    const auto& made = *granted.reservation;
    CHECK(made.id == booking::reservation_id{show_id, office.last_ticket().reservation});
    CHECK(made.user == "anna");
    CHECK(made.account == booking::user_id{"account-1"});
    CHECK(made.currency.text() == "CHF");
    CHECK(made.seats.size() == 1);
    CHECK(made.seats[0].number == seat_number{23});
    CHECK(made.events.size() == 1);
    CHECK(made.last()
          == booking::reservation_event{.status = reservation_status::confirmed,
                                        .version = session_version{2},
                                        .at = opening,
                                        .operation = office.last_ticket().operation});
}

TEST_CASE("a reservation with a hold is held for so long")
{
    box_office office;
    const auto granted = office.ask(seats({"C7"}, 600s)).value();
    CHECK(granted.reservation->status() == reservation_status::held);
    CHECK(granted.reservation->held_until() == opening + 600s);
}

TEST_CASE("seats may be named by number and label in any order; they are kept in ascending order")
{
    box_office office;
    const auto granted = office.ask(seats({"b2", 3, "1", "A2"})).value();
    numbers reserved;
    for (const auto& seat : granted.reservation->seats)
        reserved.push_back(seat.number);
    CHECK(reserved == numbers{seat_number{1}, seat_number{2}, seat_number{3}, seat_number{10}});
}

TEST_CASE("prices are those of the seats' categories when they are reserved")
{
    box_office office{mixed_hall()};
    const auto granted = office.ask(seats({"A1", "A4", "Box1"})).value();
    CHECK(granted.reservation->seats[0].price == minor_units{900});
    CHECK(granted.reservation->seats[1].price == minor_units{1'400});
    CHECK(granted.reservation->seats[2].price == minor_units{900});
    CHECK(granted.reservation->total() == minor_units{3'200});
}

TEST_CASE("buyers of different seats never disturb each other")
{
    box_office office;
    for (int number = 1; number <= 40; ++number)
    {
        const auto granted = office.ask(seats({number}));
        CHECK(granted.value().version == session_version{static_cast<std::uint64_t>(number) + 1});
    }
    CHECK(office.commit().next.version == session_version{41});
    CHECK(office.store().guard().size() == 40);
}

TEST_CASE("a taken seat is refused with its number and the version, and nothing is reserved")
{
    box_office office;
    office.take({"C7"});
    const auto refused = office.ask(seats({"C6", "C7", "C8"}));
    CHECK(refused.error() == errc::seat_taken);
    CHECK(refused.error().seats == numbers{seat_number{23}});
    CHECK(refused.error().version == session_version{2});
    CHECK(office.version() == session_version{2});
    CHECK(office.ask(seats({"C6", "C8"})).has_value());
}

TEST_CASE("all taken seats of a request are named, in ascending order")
{
    box_office office;
    office.take({3, 1});
    office.take({5}, 60s);
    CHECK(office.ask(seats({5, 4, 3, 1})).error().seats
          == numbers{seat_number{1}, seat_number{3}, seat_number{5}});
}

TEST_CASE("a blocked seat is refused with its number")
{
    box_office office;
    CHECK(office.ask(booking::block_request{.session = show_id, .seats = {2, 4}}).has_value());
    const auto refused = office.ask(seats({1, 2, 3, 4}));
    CHECK(refused.error() == errc::seat_blocked);
    CHECK(refused.error().seats == numbers{seat_number{2}, seat_number{4}});
    CHECK(office.ask(seats({1, 3})).has_value());
}

TEST_CASE("seats the hall does not have are refused by name, all of them")
{
    box_office office;
    const auto refused = office.ask(seats({"C7", "Z9", 41, "0"}));
    CHECK(refused.error() == errc::seat_not_found);
    CHECK(refused.error().detail == "the hall has no seat Z9, 41, 0");
}

TEST_CASE("a long unknown name is cut in the message without splitting a character")
{
    box_office office;
    const std::string name = "fourteen bytes\xC3\xA4\xC3\xA4";
    CHECK(office.ask(seats({name})).error().detail == "the hall has no seat fourteen bytes");
}

TEST_CASE("a seat named twice is refused, by whatever names")
{
    box_office office;
    for (const auto& refs : std::vector<std::vector<booking::seat_ref>>{
             {7, 7}, {"A7", 7}, {"a7", "A7"}, {"7", "007"}, {1, 2, 3, "A2"}})
    {
        const auto refused = office.ask(seats(refs));
        CHECK(refused.error() == errc::invalid_request);
        CHECK(refused.error().detail.find("twice") != std::string::npos);
    }
    CHECK_FALSE(office.draft().is_changed());
}

TEST_CASE("the most seats a request may name can be reserved, one more cannot")
{
    box_office office;
    std::vector<booking::seat_ref> refs;
    for (std::size_t i = 1; i <= booking::reserve_seats_max; ++i)
        refs.emplace_back(i);
    CHECK(office.ask(seats(refs)).value().reservation->seats.size() == booking::reserve_seats_max);
    refs.assign(booking::reserve_seats_max + 1, 20);
    CHECK(office.ask(seats(refs)).error() == errc::invalid_request);
}

TEST_CASE("a strict request is granted at exactly its version and refused past or before it")
{
    box_office office;
    office.take({1});
    CHECK(office.version() == session_version{2});
    for (const auto version : {0U, 1U, 3U})
    {
        const auto refused = office.ask(strict(seats({2}), session_version{version}));
        CHECK(refused.error() == errc::stale_version);
        CHECK(refused.error().version == session_version{2});
    }
    CHECK(office.ask(strict(seats({2}), session_version{2})).value().version == session_version{3});
}

TEST_CASE("of two strict requests for one version, even for different seats, the first one wins")
{
    box_office office;
    CHECK(office.ask(strict(seats({1}), session_version{1})).has_value());
    CHECK(office.ask(strict(seats({2}), session_version{1})).error() == errc::stale_version);
}

TEST_CASE("sales close at the very millisecond that the house has chosen")
{
    for (const auto close :
         {std::chrono::minutes{-30}, std::chrono::minutes{0}, std::chrono::minutes{15}})
    {
        box_office office{booking::seat_layout::grid(1, 3), {.sales_close = close}};
        office.now = showtime + close - 1ms;
        CHECK(office.ask(seats({1})).has_value());
        office.now = showtime + close;
        const auto refused = office.ask(seats({2}));
        CHECK(refused.error() == errc::sales_closed);
        CHECK(refused.error().version == session_version{2});
    }
}

TEST_CASE("sales never close if the house has not chosen when")
{
    box_office office;
    office.now = showtime + 10 * 365 * 24h;
    CHECK(office.ask(seats({1})).has_value());
}

TEST_CASE("after sales have closed, what is held can be confirmed, extended and cancelled")
{
    box_office office{booking::seat_layout::grid(1, 3), {.sales_close = std::chrono::minutes{0}}};
    office.now = showtime - 1s;
    const auto first = office.take({1}, 60s);
    const auto second = office.take({2}, 60s);
    office.now = showtime + 1s;
    CHECK(office.ask(booking::extend_request{.reservation = first, .hold = 90s}).has_value());
    CHECK(office.ask(booking::confirm_request{.reservation = first}).has_value());
    CHECK(office.ask(booking::cancel_request{.reservation = second}).has_value());
}

TEST_CASE("a hall whose numbers have gaps is sold by those numbers")
{
    std::vector<booking::seat> house;
    for (const int number : {101, 205, 999})
        house.push_back({.number = seat_number{number},
                         .row = 1,
                         .column = static_cast<std::uint16_t>(house.size() + 1),
                         .label = "L" + std::to_string(house.size() + 1)});
    box_office office{
        booking::seat_layout::from_seats(std::move(house), {"standard"}, {"L"}).value()};
    office.take({205});
    CHECK(office.ask(seats({"L2", 999})).error().seats == numbers{seat_number{205}});
    CHECK(office.ask(seats({1})).error() == errc::seat_not_found);
    CHECK(office.ask(booking::block_request{.session = show_id, .seats = {999}}).has_value());
    office.commit();
    office.reload();
    CHECK(office.ask(seats({"L3"})).error() == errc::seat_blocked);
    CHECK(office.ask(seats({"L1"})).has_value());
}
