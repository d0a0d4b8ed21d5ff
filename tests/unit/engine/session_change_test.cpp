#include <cinema/booking/engine/session_change.hpp>

#include "unit/engine/box_office.hpp"

#include <doctest/doctest.h>

#include <chrono>

namespace booking = cinema::booking;
using namespace cinema::tests;
using namespace std::chrono_literals;

namespace
{

struct flags
{
    bool is_new;
    bool was_live;
    bool frees;
    bool takes;
    friend bool operator==(const flags&, const flags&) = default;
};

/// What a change says of a reservation's guard rows; it must name the reservation exactly once.
flags of(const booking::session_change& change, const booking::reservation_id& id)
{
    std::optional<flags> found;
    for (const auto& entry : change.reservations)
        if (entry.now->id == id)
        {
            CHECK_FALSE(found.has_value());
            found = flags{entry.is_new, entry.was_live, entry.frees_seats(), entry.takes_seats()};
        }
    return found.value();
}

constexpr flags new_and_live{true, false, false, true};
constexpr flags new_and_ended{true, false, false, false};
constexpr flags moved_on{false, true, false, false};
constexpr flags ended{false, true, true, false};

} // namespace

TEST_CASE("a new reservation takes its seats, held or sold")
{
    box_office office;
    const auto held = office.take({"A1"}, 60s);
    const auto sold = office.take({"A2"});
    const auto change = office.commit();
    CHECK(of(change, held) == new_and_live);
    CHECK(of(change, sold) == new_and_live);
}

TEST_CASE("a reservation made and moved on within one draft is written once, in its last state")
{
    box_office office;
    const auto id = office.take({"A1"}, 60s);
    CHECK(office.ask(booking::extend_request{.reservation = id, .hold = 90s}).has_value());
    CHECK(office.ask(booking::confirm_request{.reservation = id}).has_value());
    const auto change = office.commit();
    CHECK(change.reservations.size() == 1);
    CHECK(of(change, id) == new_and_live);
    CHECK(change.reservations[0].now->events.size() == 3);
}

TEST_CASE("a reservation made and ended within one draft touches no guard row")
{
    box_office office;
    const auto given_back = office.take({"A1"});
    CHECK(office.ask(booking::cancel_request{.reservation = given_back}).has_value());
    const auto lapsed = office.take({"A2"}, 1s);
    office.now += 1s;
    const auto winner = office.take({"A2"});
    const auto change = office.commit();
    CHECK(of(change, given_back) == new_and_ended);
    CHECK(of(change, lapsed) == new_and_ended);
    CHECK(of(change, winner) == new_and_live);
    CHECK(office.store().guard().size() == 1);
}

TEST_CASE("a stored reservation that moves on keeps its seats")
{
    box_office office;
    const auto id = office.take({"A1"}, 60s);
    office.commit();
    CHECK(office.ask(booking::confirm_request{.reservation = id}).has_value());
    CHECK(of(office.commit(), id) == moved_on);
    CHECK(office.ask(booking::check_in_request{.reservation = id}).has_value());
    CHECK(of(office.commit(), id) == moved_on);
}

TEST_CASE("a stored reservation that ends frees its seats, however many steps the draft took")
{
    box_office office;
    const auto cancelled = office.take({"A1"}, 60s);
    const auto lapsed = office.take({"A2"}, 1s);
    office.commit();
    CHECK(office.ask(booking::confirm_request{.reservation = cancelled}).has_value());
    CHECK(office.ask(booking::cancel_request{.reservation = cancelled}).has_value());
    office.now += 1s;
    const auto winner = office.take({"A1", "A2"});
    const auto change = office.commit();
    CHECK(of(change, cancelled) == ended);
    CHECK(of(change, lapsed) == ended);
    CHECK(of(change, winner) == new_and_live);
    CHECK(office.store().guard().size() == 2);
}

TEST_CASE("a change without a new version is a check and writes nothing")
{
    box_office office;
    office.take({"A1"});
    office.commit();
    CHECK(office.ask(seats({"A1"})).error() == booking::errc::seat_taken);
    office.now += 1s;
    const auto change = office.commit();
    CHECK(change.is_check());
    CHECK(change.expected == office.book().stamp());
    CHECK(change.reservations.empty());
    CHECK(change.keys.empty());
    CHECK_FALSE(change.blocked.has_value());
}
