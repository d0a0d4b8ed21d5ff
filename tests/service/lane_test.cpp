// What a lane relies on: the store's time, what the store has now, and what has really ended.

#include "service/lane_fixture.hpp"

#include <doctest/doctest.h>

#include <thread>

namespace cinema::tests
{

using booking::errc;
using namespace std::chrono_literals;

TEST_CASE("lane: a hold ends by the store's time, not by the host's")
{
    lane_fixture f;
    const auto held = f.reserve("A1", 60s);

    CHECK(held->created_at() >= f.clock.now());
    CHECK(held->created_at() < f.clock.now() + 1h);
    CHECK(*held->held_until() == held->created_at() + 60s);
}

TEST_CASE("lane: what was answered by a time is not taken back when the store's clock goes back")
{
    lane_fixture f;
    const auto held = f.reserve("A1", 5s);
    f.clock.advance(7s);
    f.tell_time();
    CHECK(f.service->confirm({.reservation = held->id}).error() == errc::hold_expired);

    f.clock.advance(-7s);
    f.tell_time();
    CHECK(f.service->confirm({.reservation = held->id}).error() == errc::hold_expired);
}

TEST_CASE("lane: a map is verified for as long as the house wants, whoever sells meanwhile")
{
    auto options = service_fixture::quiet();
    options.view_age_max = 0ms; // for no time at all
    lane_fixture f{options};
    booking::booking_service second{f.database, options};
    const auto free_seats = [&] { return f.service->seats(f.session).value()->free_seats(); };
    CHECK(free_seats() == 40);
    CHECK(free_seats() == 40); // verified once more

    CHECK(second.reserve({.session = f.session, .user = "ben", .seats = {"A1"}}).has_value());
    CHECK(free_seats() == 39);
}

TEST_CASE("lane: a lost swap is decided again in a turn, in which nobody else writes")
{
    lane_fixture f;
    f.reserve("A1");
    CHECK(f.remote->turns() == 0);

    f.rival->come_first(f.session);
    f.reserve("A2");
    CHECK(f.rival->changes() == 1);
    CHECK(f.remote->turns() == 1);
}

TEST_CASE("lane: documents that are behind do not bring a reservation back that has ended")
{
    lane_fixture f;
    const auto sold = f.reserve("A1");
    CHECK(f.service->cancel({.reservation = sold->id}).has_value());
    f.documents->show(sold);

    CHECK(f.service->find(sold->id).error() == errc::reservation_not_found);
    CHECK(f.service->check_in({.reservation = sold->id}).error() == errc::reservation_not_found);
    CHECK(f.service->confirm({.reservation = sold->id}).error() == errc::reservation_not_found);
}

TEST_CASE("lane: what has ended is kept for seven days, its keys with it")
{
    auto options = service_fixture::quiet();
    options.sweep_interval = 1ms;
    lane_fixture f{options};
    const booking::reserve_request request{
        .session = f.session, .user = "anna", .seats = {"A1"}, .idempotency_key = "key"};
    const auto sold = f.service->reserve(request).value().reservation;
    CHECK(f.service->cancel({.reservation = sold->id}).has_value());
    while (f.remote->purged_before().empty())
        std::this_thread::yield();

    for (const auto before : f.remote->purged_before())
        CHECK(before == f.clock.now() - 7 * 24h);
}

} // namespace cinema::tests
