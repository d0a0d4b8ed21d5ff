#include <cinema/booking/engine/seat_map.hpp>

#include "unit/engine/box_office.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <set>
#include <string>

namespace booking = cinema::booking;
using namespace cinema::tests;
using namespace std::chrono_literals;
using booking::seat_status;

TEST_CASE("each seat status has a name of its own")
{
    std::set<std::string> names;
    for (const auto status :
         {seat_status::free, seat_status::held, seat_status::sold, seat_status::blocked})
        CHECK(names.insert(to_string(status)).second);
    CHECK(names.count("unknown") == 0);
}

TEST_CASE("a map shows every seat as free, held, sold or blocked, at one version")
{
    box_office office;
    office.take({"A1", "A2"}, 60s);
    const auto sold = office.take({"A3"});
    office.take({"A4"});
    CHECK(office.ask(booking::check_in_request{.reservation = sold}).has_value());
    CHECK(office.ask(booking::block_request{.session = show_id, .seats = {"E8"}}).has_value());
    const auto change = office.commit();

    const auto map = office.book().map();
    CHECK(map.stamp == change.next);
    CHECK(map.hall == office.hall());
    CHECK(map.session->blocked == std::vector{booking::seat_number{40}});
    CHECK(map.status.size() == 40);
    CHECK(map.status[0] == seat_status::held);
    CHECK(map.status[1] == seat_status::held);
    CHECK(map.status[2] == seat_status::sold);
    CHECK(map.status[3] == seat_status::sold);
    CHECK(map.status[4] == seat_status::free);
    CHECK(map.status[39] == seat_status::blocked);
    CHECK(map.free_seats() == 35);
}

TEST_CASE("a map shows a lapsed hold as held until its expiry is committed")
{
    box_office office;
    office.take({"A1"}, 1s);
    office.commit();
    office.now += 1h;
    CHECK(office.book().map().status[0] == seat_status::held);
    CHECK(office.ask(booking::expire_request{.session = show_id}).has_value());
    CHECK(office.book().map().status[0] == seat_status::held);
    office.commit();
    CHECK(office.book().map().status[0] == seat_status::free);
}

TEST_CASE("a map stays as it was when the book moves on")
{
    box_office office;
    const auto before = office.book().map();
    office.take({"A1"});
    CHECK(office.ask(booking::block_request{.session = show_id, .seats = {"E8"}}).has_value());
    office.commit();
    CHECK(before.free_seats() == 40);
    CHECK(before.session->blocked.empty());
    CHECK(before.stamp != office.book().map().stamp);
}
