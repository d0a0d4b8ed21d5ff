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

constexpr booking::expire_request sweep{.session = show_id};

} // namespace

TEST_CASE("a hold confirms until the last millisecond and not at the very one of its expiry")
{
    box_office office;
    const auto in_time = office.take({1}, 10s);
    const auto too_late = office.take({2}, 10s);
    office.now += 9'999ms;
    CHECK(office.ask(booking::confirm_request{.reservation = in_time}).has_value());
    office.now += 1ms;
    CHECK(office.ask(booking::confirm_request{.reservation = too_late}).error()
          == errc::hold_expired);
}

TEST_CASE("a held seat is taken until the last millisecond and free at the very one of its expiry")
{
    box_office office;
    office.take({1}, 10s);
    office.now += 9'999ms;
    CHECK(office.ask(seats({1})).error() == errc::seat_taken);
    office.now += 1ms;
    CHECK(office.ask(seats({1})).has_value());
}

TEST_CASE("a hold is extended until the last millisecond and not at the very one of its expiry")
{
    box_office office;
    const auto id = office.take({1}, 10s);
    office.now += 9'999ms;
    CHECK(office.ask(booking::extend_request{.reservation = id, .hold = 1s}).has_value());
    office.now += 1s;
    CHECK(office.ask(booking::extend_request{.reservation = id, .hold = 1s}).error()
          == errc::hold_expired);
}

TEST_CASE("a lapsed hold is free to the next reserve at once, which expires it")
{
    box_office office;
    const auto lapsed = office.take({1, 2, 3}, 1s);
    office.commit();
    office.now += 1s;
    const auto granted = office.ask(seats({2})).value();
    CHECK(granted.version == session_version{4}); // 3: the expiry
    CHECK(office.status(lapsed) == reservation_status::expired);

    const auto& expiry = (*office.draft().find(lapsed.id))->last();
    CHECK(expiry.version == session_version{3});
    CHECK(expiry.at == office.now);
    CHECK(expiry.operation == booking::operation_id{0});
    CHECK(office.ask(seats({1, 3})).value().version == session_version{5}); // all are free
    CHECK(office.commit().reservations.size() == 3);
}

TEST_CASE("one reserve can free the seats of several lapsed holds")
{
    box_office office;
    const auto first = office.take({1, 2}, 1s);
    const auto second = office.take({3, 4}, 1s);
    office.now += 1s;
    CHECK(office.ask(seats({2, 3})).value().version == session_version{6});
    CHECK(office.status(first) == reservation_status::expired);
    CHECK(office.status(second) == reservation_status::expired);
}

TEST_CASE("a refused reserve expires nothing")
{
    box_office office;
    const auto lapsed = office.take({1}, 1s);
    office.take({2});
    office.commit();
    office.now += 1s;
    const auto refused = office.ask(seats({1, 2}));
    CHECK(refused.error().seats == std::vector{booking::seat_number{2}});
    CHECK_FALSE(office.draft().is_changed());
    CHECK(office.status(lapsed) == reservation_status::held);
}

TEST_CASE("the sweep expires every hold that has run out by then and no other")
{
    box_office office;
    const auto first = office.take({1, 2}, 1s);
    const auto second = office.take({3}, 2s);
    const auto third = office.take({4}, 3s);
    const auto sold = office.take({5});
    office.commit();

    office.now += 999ms;
    CHECK(office.ask(sweep).value().version == session_version{5});
    CHECK(office.commit().is_check());

    office.now = opening + 2s;
    const auto granted = office.ask(sweep).value();
    CHECK(granted.reservation == nullptr);
    CHECK(granted.version == session_version{7}); // one for each hold, not for each seat
    CHECK(office.status(first) == reservation_status::expired);
    CHECK(office.status(second) == reservation_status::expired);
    CHECK(office.status(third) == reservation_status::held);
    CHECK(office.status(sold) == reservation_status::confirmed);
    CHECK(office.commit().reservations.size() == 2);
    CHECK(office.ask(sweep).value().version == session_version{7});
}

TEST_CASE("within a draft time never runs back")
{
    box_office office;
    office.take({1}, 10s);
    office.now += 10s;
    CHECK(office.ask(seats({2})).has_value());
    office.now -= 9s; // the clock was set back: the hold stays lapsed
    const auto granted = office.ask(seats({1})).value();
    CHECK(granted.reservation->created_at() == opening + 10s);
}

TEST_CASE("time counts also where the decision was a refusal")
{
    box_office office;
    const auto id = office.take({1}, 10s);
    office.now += 10s;
    CHECK(office.ask(seats({"nowhere"})).error() == errc::seat_not_found);
    office.now = opening;
    CHECK(office.ask(booking::confirm_request{.reservation = id}).error() == errc::hold_expired);
}

TEST_CASE("a refusal because a hold ran out ends the hold: a confirmation under way is too late")
{
    box_office office;
    const auto id = office.take({1}, 10s);
    const auto other = office.take({2}, 10s);
    office.commit();
    office.now += 10s;

    SUBCASE("confirming")
    {
        CHECK(office.ask(booking::confirm_request{.reservation = id}).error()
              == errc::hold_expired);
    }
    SUBCASE("extending")
    {
        CHECK(office.ask(booking::extend_request{.reservation = id, .hold = 60s}).error()
              == errc::hold_expired);
    }

    CHECK(office.status(id) == booking::reservation_status::expired);
    CHECK(office.status(other) == booking::reservation_status::expired);
    CHECK(office.commit().reservations.size() == 2);
}

TEST_CASE("a refusal because sales are closed raises the version, once for a session")
{
    box_office office{booking::seat_layout::grid(5, 8), {.sales_close = std::chrono::minutes{0}}};
    office.now = showtime;
    CHECK(office.ask(seats({1})).error() == errc::sales_closed);
    CHECK(office.ask(seats({2})).error() == errc::sales_closed);
    const auto change = office.commit();
    CHECK(change.next.version == booking::later(change.expected.version));
    CHECK(change.at == showtime);
    CHECK(office.ask(seats({1})).error() == errc::sales_closed);
    CHECK(office.commit().is_check());
}

TEST_CASE("a refusal for a gap that a lapsed hold left is final, too")
{
    box_office office{booking::seat_layout::grid(1, 8), {.gaps = booking::gap_rule::enforce}};
    office.take({1, 2}, 10s);
    office.commit();
    office.now += 10s;
    CHECK(office.ask(seats({2})).error() == errc::single_seat_left);
    CHECK(!office.commit().is_check());
    CHECK(office.ask(seats({2})).error() == errc::single_seat_left);
    CHECK(office.commit().is_check());
}

TEST_CASE("once a clock that was a day ahead is set right, holds last as long as they should")
{
    box_office office;
    office.now += 24h;
    office.take({1});
    office.commit();
    office.now -= 24h;

    const auto made = office.ask(seats({2}, 10s)).value();
    CHECK(made.reservation->created_at() == office.now);
    CHECK(made.reservation->held_until() == office.now + 10s);
    CHECK(office.commit().at == office.now);
    CHECK(office.book().changed_at() == office.now);
}

TEST_CASE("time does not run back from one draft to the next, nor over loading anew")
{
    box_office office;
    office.take({1}, 10s);
    office.now += 5s;
    office.take({2}, 1s);
    const auto change = office.commit();
    CHECK(change.at == opening + 5s);
    CHECK(office.book().changed_at() == opening + 5s);

    office.now = opening;
    CHECK(office.ask(seats({3})).value().reservation->created_at() == opening + 5s);
    office.reload();
    CHECK(office.ask(seats({3})).value().reservation->created_at() == opening + 5s);
}

TEST_CASE("a change carries the latest time that counted in it")
{
    box_office office;
    office.now = opening + 7s;
    CHECK(office.ask(seats({"nowhere"})).error() == errc::seat_not_found);
    office.now = opening + 3s;
    office.take({1});
    CHECK(office.commit().at == opening + 7s);
}

TEST_CASE("a hold made within the draft expires within it, too")
{
    box_office office;
    const auto id = office.take({1}, 1s);
    office.now += 1s;
    office.take({1}, 1s);
    office.now += 1s;
    CHECK(office.ask(sweep).value().version == session_version{5});
    CHECK(office.status(id) == reservation_status::expired);
    CHECK(office.commit().reservations.size() == 2);
    CHECK(office.store().guard().empty());
}
