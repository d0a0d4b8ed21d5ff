#include <cinema/booking/domain/reservation.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <set>
#include <string>

namespace booking = cinema::booking;
using booking::reservation_status;
using booking::seat_number;
using booking::session_version;
using namespace std::chrono_literals;

namespace
{

constexpr auto noon = booking::from_unix_ms(1'782'900'000'000);

booking::reservation hold(std::chrono::milliseconds length)
{
    booking::reservation made;
    made.seats.push_back({seat_number{3}, booking::minor_units{900}});
    made.seats.push_back({seat_number{4}, booking::minor_units{1'400}});
    made.events.push_back({.status = reservation_status::held,
                           .version = session_version{2},
                           .at = noon,
                           .held_until = noon + length});
    return made;
}

booking::reservation with_event(booking::reservation base, reservation_status status)
{
    base.events.push_back({.status = status, .version = session_version{5}, .at = noon + 1s});
    return base;
}

} // namespace

TEST_CASE("each status has a name of its own")
{
    std::set<std::string> names;
    for (const auto status :
         {reservation_status::held, reservation_status::confirmed, reservation_status::checked_in,
          reservation_status::cancelled, reservation_status::expired})
        CHECK(names.insert(to_string(status)).second);
    CHECK(names.count("unknown") == 0);
    CHECK(std::string{to_string(reservation_status{})} == "unknown");
}

TEST_CASE("a reservation's state is that of its last event, its beginning that of its first")
{
    const auto sold = with_event(hold(10min), reservation_status::confirmed);
    CHECK(sold.status() == reservation_status::confirmed);
    CHECK(sold.version() == session_version{5});
    CHECK(sold.created_at() == noon);
    CHECK(sold.updated_at() == noon + 1s);
    CHECK_FALSE(sold.held_until().has_value());
}

TEST_CASE("held, confirmed and checked-in reservations take their seats; ended ones do not")
{
    CHECK(hold(1s).is_live());
    CHECK(with_event(hold(1s), reservation_status::confirmed).is_live());
    CHECK(with_event(hold(1s), reservation_status::checked_in).is_live());
    CHECK_FALSE(with_event(hold(1s), reservation_status::cancelled).is_live());
    CHECK_FALSE(with_event(hold(1s), reservation_status::expired).is_live());
}

TEST_CASE("a hold lapses at the very millisecond of its end, and only a hold does")
{
    CHECK_FALSE(hold(1s).has_lapsed(noon));
    CHECK_FALSE(hold(1s).has_lapsed(noon + 999ms));
    CHECK(hold(1s).has_lapsed(noon + 1'000ms));
    CHECK(hold(1s).has_lapsed(noon + 1h));
    CHECK_FALSE(with_event(hold(1s), reservation_status::confirmed).has_lapsed(noon + 1h));
    CHECK_FALSE(with_event(hold(1s), reservation_status::expired).has_lapsed(noon + 1h));
}

TEST_CASE("a reservation costs the sum of its seats")
{
    CHECK(hold(1s).total() == booking::minor_units{2'300});
    CHECK(booking::reservation{}.total() == booking::minor_units{0});
}

TEST_CASE("a reservation can be seen as it was after each of its events")
{
    const auto sold = with_event(hold(10min), reservation_status::confirmed);
    CHECK(sold.as_of(0) == hold(10min));
    CHECK(sold.as_of(1) == sold);
}
