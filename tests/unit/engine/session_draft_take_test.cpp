#include <cinema/booking/engine/session_draft.hpp>

#include "unit/engine/box_office.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <utility>

namespace booking = cinema::booking;
using namespace cinema::tests;
using namespace std::chrono_literals;
using booking::errc;
using booking::session_version;

TEST_CASE("an operation finds its own earlier attempt by its ticket and is granted as it was then")
{
    box_office office;
    const auto request = seats({1}, 60s);
    const auto first = office.ask(request).value();
    const auto ticket = office.last_ticket();
    office.take({2});

    for (const bool committed : {false, true})
    {
        const auto again = office.ask_again(request, ticket).value();
        CHECK(*again.reservation == *first.reservation);
        CHECK(again.version == first.version);
        CHECK_FALSE(again.replayed);
        if (!committed)
            office.commit();
    }
    CHECK_FALSE(office.draft().is_changed());
}

TEST_CASE("every step finds its own earlier attempt, whatever happened since")
{
    box_office office;
    const auto id = office.take({1}, 60s);
    const booking::extend_request extend{
        .reservation = id, .hold = 90s, .expected = session_version{2}};
    const auto extended = office.ask(extend).value();
    const auto extended_by = office.last_ticket();
    const booking::confirm_request confirm{.reservation = id, .expected = session_version{3}};
    const auto confirmed = office.ask(confirm).value();
    const auto confirmed_by = office.last_ticket();
    const booking::check_in_request check_in{.reservation = id, .expected = session_version{4}};
    const auto checked_in = office.ask(check_in).value();
    const auto checked_in_by = office.last_ticket();
    office.commit();
    office.reload();
    office.now += 1h;

    const auto same = [](const booking::grant& left, const booking::grant& right)
    {
        return *left.reservation == *right.reservation && left.version == right.version
               && !left.replayed;
    };
    CHECK(same(office.ask_again(extend, extended_by).value(), extended));
    CHECK(same(office.ask_again(confirm, confirmed_by).value(), confirmed));
    CHECK(same(office.ask_again(check_in, checked_in_by).value(), checked_in));
    CHECK_FALSE(office.draft().is_changed());
    CHECK(office.ask(check_in).error() == errc::stale_version); // another operation
}

TEST_CASE("a cancellation finds its own earlier attempt if the ended reservation is recalled")
{
    box_office office;
    const auto id = office.take({1});
    office.commit();
    const booking::cancel_request cancel{.reservation = id, .expected = session_version{2}};
    const auto first = office.ask(cancel).value();
    const auto ticket = office.last_ticket();
    office.commit();
    CHECK(office.book().find(id.id) == nullptr);
    CHECK(office.ask_again(cancel, ticket).error() == errc::reservation_not_found);

    office.draft().recall(first.reservation);
    const auto again = office.ask_again(cancel, ticket).value();
    CHECK(*again.reservation == *first.reservation);
    CHECK(again.version == first.version);
}

TEST_CASE("a reserve whose hold has ended meanwhile finds its own earlier attempt by recall")
{
    box_office office;
    const auto request = seats({1}, 1s);
    const auto first = office.ask(request).value();
    const auto ticket = office.last_ticket();
    office.now += 1s;
    office.ask(booking::expire_request{.session = show_id}).value();
    office.commit();

    office.draft().recall(office.store().find(first.reservation->id.id));
    const auto again = office.ask_again(request, ticket).value();
    CHECK(*again.reservation == *first.reservation);
    CHECK_FALSE(office.draft().is_changed());
}

TEST_CASE("a recalled reservation is what later decisions see, but is not written")
{
    box_office office;
    const auto cancelled = office.take({1});
    const auto expired = office.take({2}, 1s);
    office.ask(booking::cancel_request{.reservation = cancelled}).value();
    office.now += 1s;
    office.ask(booking::expire_request{.session = show_id}).value();
    office.commit();
    CHECK(office.draft().find(cancelled.id) == nullptr);

    for (const auto& id : {cancelled, expired})
        office.draft().recall(office.store().find(id.id));
    CHECK(office.ask(booking::cancel_request{.reservation = cancelled}).has_value());
    CHECK(office.ask(booking::confirm_request{.reservation = cancelled}).error()
          == errc::wrong_status);
    CHECK(office.ask(booking::confirm_request{.reservation = expired}).error()
          == errc::hold_expired);
    CHECK(office.ask(booking::check_in_request{.reservation = expired}).error()
          == errc::wrong_status);
    CHECK(office.commit().is_check());
    CHECK(office.draft().find(cancelled.id) == nullptr);
}

TEST_CASE("recalling what is known changes nothing")
{
    box_office office;
    const auto id = office.take({1}, 60s);
    office.commit();
    const auto old = office.store().find(id.id);
    office.ask(booking::confirm_request{.reservation = id}).value();
    office.draft().recall(old);
    CHECK(office.status(id) == booking::reservation_status::confirmed);
}

TEST_CASE("a draft is unchanged until something is granted, and then gives it all at once")
{
    box_office office;
    CHECK_FALSE(office.draft().is_changed());
    CHECK(office.ask(seats({"nowhere"})).error() == errc::seat_not_found);
    CHECK_FALSE(office.draft().is_changed());
    const auto first = office.take({1});
    const auto second = office.take({2});
    CHECK(office.draft().is_changed());

    const auto change = std::move(office.draft()).take(booking::change_id{77});
    CHECK(change.session == show_id);
    CHECK(change.expected == office.book().stamp());
    CHECK(change.next.version == session_version{3});
    CHECK(change.next.change == booking::change_id{77});
    CHECK(change.next.config == change.expected.config);
    CHECK(change.reservations.size() == 2);
    CHECK(change.reservations[0].now->id == first);
    CHECK(change.reservations[1].now->id == second);
}

TEST_CASE("dropping a draft leaves no trace")
{
    box_office office;
    const auto kept = office.take({1}, 60s);
    office.commit();
    const auto before = office.book().map();

    office.take({2});
    office.ask(booking::cancel_request{.reservation = kept}).value();
    office.ask(booking::block_request{.session = show_id, .seats = {5}}).value();
    office.now += 1h;
    office.ask(booking::expire_request{.session = show_id}).value();
    office.drop();
    office.now -= 1h;

    const auto after = office.book().map();
    CHECK(after.stamp == before.stamp);
    CHECK(after.status == before.status);
    CHECK(after.session->blocked.empty());
    CHECK(office.book().changed_at() == opening);
    CHECK(office.status(kept) == booking::reservation_status::held);
    CHECK(office.ask(seats({2, 5})).has_value());
}

TEST_CASE("a fence raises the version and changes nothing else")
{
    box_office office;
    office.take({1});
    office.commit();
    office.draft().fence();
    CHECK(office.draft().is_changed());
    const auto change = office.commit();
    CHECK_FALSE(change.is_check());
    CHECK(change.next.version == session_version{3});
    CHECK(change.next.change != change.expected.change);
    CHECK(change.reservations.empty());
    CHECK(change.keys.empty());
    CHECK_FALSE(change.blocked.has_value());
    CHECK(office.book().stamp() == change.next);
}

TEST_CASE("a fence shuts out the change that was decided before it")
{
    box_office office;
    booking::session_draft late{office.book()};
    CHECK(late.decide(seats({1}), ticket_number(50), opening).has_value());
    const auto pending = std::move(late).take(booking::change_id{99});

    office.draft().fence();
    office.commit();
    CHECK_THROWS(office.store().apply(pending));
    CHECK(office.ask(seats({1})).has_value());
}

TEST_CASE("a strict request after a fence in the same draft sees the raised version")
{
    box_office office;
    office.draft().fence();
    auto request = seats({1});
    request.expected = session_version{1};
    CHECK(office.ask(request).error() == errc::stale_version);
    request.expected = session_version{2};
    CHECK(office.ask(request).has_value());
}

TEST_CASE("each granted change raises the version by one, whatever was refused between")
{
    box_office office;
    for (int round = 0; round < 40; ++round)
    {
        CHECK(office.ask(seats({round + 1})).has_value());
        CHECK(office.ask(seats({round + 1})).error() == errc::seat_taken);
        CHECK(office.ask(seats({round + 100})).error() == errc::seat_not_found);
    }
    const auto change = office.commit();
    CHECK(raw(change.next.version) - raw(change.expected.version) == 40);
}
