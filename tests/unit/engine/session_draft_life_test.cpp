#include <cinema/booking/engine/session_draft.hpp>

#include "unit/engine/box_office.hpp"

#include <doctest/doctest.h>

#include <chrono>

namespace booking = cinema::booking;
using namespace cinema::tests;
using namespace std::chrono_literals;
using booking::errc;
using booking::reservation_status;
using booking::session_version;

namespace
{

booking::confirm_request confirm(const booking::reservation_id& id) { return {.reservation = id}; }

booking::extend_request extend(const booking::reservation_id& id, std::chrono::seconds hold)
{
    return {.reservation = id, .hold = hold};
}

booking::cancel_request cancel(const booking::reservation_id& id) { return {.reservation = id}; }

booking::check_in_request check_in(const booking::reservation_id& id)
{
    return {.reservation = id};
}

} // namespace

TEST_CASE("confirming sells what is held")
{
    box_office office;
    const auto id = office.take({1, 2}, 60s);
    office.now += 59s;
    const auto granted = office.ask(confirm(id)).value();
    CHECK(granted.reservation->status() == reservation_status::confirmed);
    CHECK_FALSE(granted.reservation->held_until().has_value());
    CHECK(granted.reservation->updated_at() == opening + 59s);
    CHECK(granted.version == session_version{3});
    office.now += 1h;
    CHECK(office.ask(seats({1})).error() == errc::seat_taken);
}

TEST_CASE("confirming what is sold or checked in changes nothing and succeeds")
{
    box_office office;
    const auto id = office.take({1});
    office.commit();
    CHECK(office.ask(confirm(id)).value().version == session_version{2});
    CHECK_FALSE(office.draft().is_changed());
    office.ask(check_in(id)).value();
    office.commit();
    const auto granted = office.ask(confirm(id)).value();
    CHECK(granted.reservation->status() == reservation_status::checked_in);
    CHECK_FALSE(office.draft().is_changed());
}

TEST_CASE("what is cancelled or expired cannot be confirmed, and the refusals differ")
{
    box_office office;
    const auto cancelled = office.take({1}, 60s);
    const auto lapsed = office.take({2}, 1s);
    office.ask(cancel(cancelled)).value();
    office.now += 1s;
    CHECK(office.ask(confirm(cancelled)).error() == errc::wrong_status);
    CHECK(office.ask(confirm(lapsed)).error() == errc::hold_expired);
    office.ask(booking::expire_request{.session = show_id}).value();
    CHECK(office.ask(confirm(lapsed)).error() == errc::hold_expired);
    CHECK(office.status(lapsed) == reservation_status::expired);
}

TEST_CASE("extending keeps a hold from now on")
{
    box_office office;
    const auto id = office.take({1}, 60s);
    office.now += 30s;
    const auto granted = office.ask(extend(id, 100s)).value();
    CHECK(granted.reservation->held_until() == opening + 130s);
    CHECK(granted.reservation->status() == reservation_status::held);
    CHECK(granted.version == session_version{3});
}

TEST_CASE("extending never makes a hold shorter")
{
    box_office office;
    const auto id = office.take({1}, 60s);
    office.commit();
    office.now += 10s;
    for (const auto hold : {1s, 49s, 50s})
    {
        const auto granted = office.ask(extend(id, hold)).value();
        CHECK(granted.reservation->held_until() == opening + 60s);
        CHECK_FALSE(office.draft().is_changed());
    }
    CHECK(office.ask(extend(id, 51s)).value().reservation->held_until() == opening + 61s);
}

TEST_CASE("a hold lasts at most its total limit, counted from reserving")
{
    box_office office;
    const auto id = office.take({1}, booking::hold_max);
    office.now += booking::hold_max - 1s;
    office.ask(extend(id, booking::hold_max)).value();
    office.now += booking::hold_max - 1s;
    const auto cut = office.ask(extend(id, booking::hold_max)).value();
    CHECK(cut.reservation->held_until() == opening + booking::hold_total_max);

    office.now = opening + booking::hold_total_max - 1s;
    CHECK(office.ask(extend(id, 1s)).has_value()); // it is held so long already
    CHECK(office.ask(extend(id, 2s)).error() == errc::wrong_status);
    CHECK(office.ask(confirm(id)).has_value());
}

TEST_CASE("a hold takes as many events as the limit says, then it is not extended any more")
{
    box_office office;
    const auto id = office.take({1}, 1s);
    for (std::size_t events = 2; events <= booking::reservation_events_max; ++events)
    {
        office.now += 500ms;
        CHECK(office.ask(extend(id, 1s)).value().reservation->events.size() == events);
    }
    office.now += 500ms;
    CHECK(office.ask(extend(id, 1s)).error() == errc::wrong_status);
    CHECK(office.ask(confirm(id)).value().reservation->events.size()
          == booking::reservation_events_max + 1);
    CHECK(office.ask(check_in(id)).has_value());
}

TEST_CASE("only a hold that has not run out can be extended")
{
    box_office office;
    const auto sold = office.take({1});
    const auto visited = office.take({2});
    const auto cancelled = office.take({3});
    const auto lapsed = office.take({4}, 1s);
    office.ask(check_in(visited)).value();
    office.ask(cancel(cancelled)).value();
    office.now += 1s;
    CHECK(office.ask(extend(sold, 60s)).error() == errc::wrong_status);
    CHECK(office.ask(extend(visited, 60s)).error() == errc::wrong_status);
    CHECK(office.ask(extend(cancelled, 60s)).error() == errc::wrong_status);
    CHECK(office.ask(extend(lapsed, 60s)).error() == errc::hold_expired);
    office.ask(booking::expire_request{.session = show_id}).value();
    CHECK(office.ask(extend(lapsed, 60s)).error() == errc::hold_expired);
}

TEST_CASE("cancelling gives the seats back at once, held or sold")
{
    box_office office;
    const auto held = office.take({1}, 60s);
    const auto sold = office.take({2, 3});
    const auto granted = office.ask(cancel(held)).value();
    CHECK(granted.reservation->status() == reservation_status::cancelled);
    CHECK(granted.version == session_version{4});
    office.ask(cancel(sold)).value();
    CHECK(office.ask(seats({1, 2, 3})).has_value());
}

TEST_CASE("cancelling what has ended changes nothing and succeeds")
{
    box_office office;
    const auto cancelled = office.take({1});
    const auto expired = office.take({2}, 1s);
    office.ask(cancel(cancelled)).value();
    office.now += 1s;
    office.ask(booking::expire_request{.session = show_id}).value();
    const auto version = office.version();
    CHECK(office.ask(cancel(cancelled)).value().version == version);
    CHECK(office.ask(cancel(expired)).value().reservation->status() == reservation_status::expired);
    CHECK(office.version() == version);
}

TEST_CASE("a hold that has lapsed can still be cancelled while its expiry is not decided")
{
    box_office office;
    const auto id = office.take({1}, 1s);
    office.now += 1h;
    CHECK(office.ask(cancel(id)).value().reservation->status() == reservation_status::cancelled);
}

TEST_CASE("visitors are let in once")
{
    box_office office;
    const auto id = office.take({1});
    const auto granted = office.ask(check_in(id)).value();
    CHECK(granted.reservation->status() == reservation_status::checked_in);
    CHECK(granted.version == session_version{3});
    CHECK(office.ask(check_in(id)).error() == errc::wrong_status);
    CHECK(office.ask(cancel(id)).error() == errc::wrong_status);
    CHECK(office.ask(seats({1})).error() == errc::seat_taken);
}

TEST_CASE("only who has paid is let in")
{
    box_office office;
    const auto held = office.take({1}, 60s);
    const auto cancelled = office.take({2});
    const auto expired = office.take({3}, 1s);
    office.ask(cancel(cancelled)).value();
    office.now += 1s;
    office.ask(booking::expire_request{.session = show_id}).value();
    for (const auto& id : {held, cancelled, expired})
        CHECK(office.ask(check_in(id)).error() == errc::wrong_status);
}

TEST_CASE("an unknown reservation, or one of another session, is not found by any operation")
{
    box_office office;
    const auto id = office.take({1}, 60s);
    auto elsewhere = id;
    elsewhere.session = booking::session_id{13};
    const booking::reservation_id unknown{show_id, ticket_number(99).reservation};
    for (const auto& stranger : {elsewhere, unknown})
    {
        CHECK(office.ask(confirm(stranger)).error() == errc::reservation_not_found);
        CHECK(office.ask(extend(stranger, 60s)).error() == errc::reservation_not_found);
        CHECK(office.ask(cancel(stranger)).error() == errc::reservation_not_found);
        CHECK(office.ask(check_in(stranger)).error() == errc::reservation_not_found);
    }
    CHECK(office.status(id) == reservation_status::held);
}

TEST_CASE("every step keeps the reservation's seats, prices, user and earlier events")
{
    box_office office;
    const auto first = office.ask(seats({1, 2}, 60s)).value().reservation;
    office.ask(extend(first->id, 90s)).value();
    office.ask(confirm(first->id)).value();
    office.commit();
    const auto last = office.ask(check_in(first->id)).value().reservation;
    CHECK(last->events.size() == 4);
    CHECK(last->as_of(0) == *first);
    CHECK(last->seats == first->seats);
    for (std::size_t i = 1; i < last->events.size(); ++i)
        CHECK(last->events[i].version > last->events[i - 1].version);
}

TEST_CASE("each step may ask for the session's exact version")
{
    box_office office;
    const auto id = office.take({1}, 60s);
    const auto now = office.version();
    const session_version past{1};
    CHECK(office.ask(booking::confirm_request{.reservation = id, .expected = past}).error()
          == errc::stale_version);
    CHECK(office.ask(booking::extend_request{.reservation = id, .hold = 90s, .expected = past})
              .error()
          == errc::stale_version);
    CHECK(office.ask(booking::cancel_request{.reservation = id, .expected = past}).error()
          == errc::stale_version);
    CHECK(office.ask(booking::check_in_request{.reservation = id, .expected = past}).error()
          == errc::stale_version);
    CHECK(office.ask(booking::extend_request{.reservation = id, .hold = 90s, .expected = now})
              .has_value());
    CHECK(office.ask(booking::confirm_request{.reservation = id, .expected = later(now)})
              .has_value());
    CHECK(office.ask(booking::check_in_request{.reservation = id, .expected = later(now, 2)})
              .has_value());
}
