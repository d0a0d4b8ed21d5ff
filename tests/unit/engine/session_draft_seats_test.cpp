#include <cinema/booking/engine/session_draft.hpp>

#include "unit/engine/box_office.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <vector>

namespace booking = cinema::booking;
using namespace cinema::tests;
using namespace std::chrono_literals;
using booking::config_version;
using booking::errc;
using booking::seat_number;
using booking::session_version;

namespace
{

using numbers = std::vector<seat_number>;

booking::block_request block(std::vector<booking::seat_ref> refs)
{
    return {.session = show_id, .seats = std::move(refs)};
}

booking::block_request unblock(std::vector<booking::seat_ref> refs)
{
    return {.session = show_id, .seats = std::move(refs), .blocked = false};
}

} // namespace

TEST_CASE("blocked seats are off sale until they are put back on sale")
{
    box_office office;
    const auto granted = office.ask(block({3, "A1"})).value();
    CHECK(granted.reservation == nullptr);
    CHECK(granted.version == session_version{2});
    CHECK(office.ask(seats({1})).error() == errc::seat_blocked);
    CHECK(office.ask(unblock({1})).value().version == session_version{3});
    CHECK(office.ask(seats({1})).has_value());
    CHECK(office.ask(seats({3})).error() == errc::seat_blocked);
}

TEST_CASE("a change of blocked seats carries their whole new list and a new configuration")
{
    box_office office;
    office.ask(block({9, 2, 7})).value();
    office.ask(unblock({7})).value();
    const auto change = office.commit();
    CHECK(change.blocked == numbers{seat_number{2}, seat_number{9}});
    CHECK(change.next.config == config_version{2}); // one for the change, not for each request
    CHECK(change.next.version == session_version{3});
    CHECK(office.book().session().blocked == *change.blocked);
    CHECK(office.book().blocked()[1]);

    office.ask(unblock({2, 9})).value();
    CHECK(office.commit().blocked == numbers{});
    CHECK(office.book().stamp().config == config_version{3});
}

TEST_CASE("a change of reservations alone leaves configuration and blocked seats as they are")
{
    box_office office;
    office.ask(block({2})).value();
    office.commit();
    office.take({1});
    const auto change = office.commit();
    CHECK_FALSE(change.blocked.has_value());
    CHECK(change.next.config == config_version{2});
    CHECK(office.ask(seats({2})).error() == errc::seat_blocked);
}

TEST_CASE("what is so already stays so, without a new version")
{
    box_office office;
    CHECK(office.ask(unblock({1, 2})).value().version == session_version{1});
    office.ask(block({1, 2})).value();
    CHECK(office.ask(block({2, 1})).value().version == session_version{2});
    CHECK(office.ask(block({2, 3})).value().version == session_version{3});
}

TEST_CASE("who asks for what is so already is granted it, even with an old version")
{
    box_office office;
    auto strict = block({1, 2});
    strict.expected = session_version{1};
    CHECK(office.ask(strict).value().version == session_version{2});
    CHECK(office.ask(strict).value().version == session_version{2});
    strict.seats.emplace_back(3);
    CHECK(office.ask(strict).error() == errc::stale_version);
    strict.seats = {4, 5};
    strict.blocked = false;
    CHECK(office.ask(strict).value().version == session_version{2});
}

TEST_CASE("seats that somebody has are not blocked, and are named")
{
    box_office office;
    office.take({2}, 60s);
    office.take({4});
    const auto refused = office.ask(block({1, 2, 3, 4}));
    CHECK(refused.error() == errc::seat_taken);
    CHECK(refused.error().seats == numbers{seat_number{2}, seat_number{4}});
    CHECK(office.ask(seats({1, 3})).has_value()); // nothing was blocked
    CHECK(office.ask(unblock({2, 4})).has_value());
}

TEST_CASE("blocking a seat whose hold has lapsed expires the hold")
{
    box_office office;
    const auto lapsed = office.take({1, 2}, 1s);
    office.commit();
    office.now += 1s;
    CHECK(office.ask(block({1})).value().version == session_version{4});
    CHECK(office.status(lapsed) == booking::reservation_status::expired);
    CHECK(office.ask(seats({2})).has_value());
    office.commit();
    CHECK(office.store().guard().size() == 1);
}

TEST_CASE("every seat of the hall can be blocked at once")
{
    box_office office;
    std::vector<booking::seat_ref> all;
    for (int number = 40; number > 0; --number)
        all.emplace_back(number);
    office.ask(block(all)).value();
    CHECK(office.commit().blocked->size() == 40);
    CHECK(office.book().map().free_seats() == 0);
}

TEST_CASE("a book loaded with blocked seats keeps them off sale")
{
    box_office office;
    office.ask(block({5})).value();
    office.commit();
    office.reload();
    CHECK(office.ask(seats({5})).error() == errc::seat_blocked);
    CHECK(office.ask(unblock({5})).has_value());
}

TEST_CASE("a seat named twice is not blocked, nor one that the hall does not have")
{
    box_office office;
    CHECK(office.ask(block({1, "A1"})).error() == errc::invalid_request);
    CHECK(office.ask(block({1, "Z1"})).error() == errc::seat_not_found);
    CHECK(office.ask(block({})).error() == errc::invalid_request);
    CHECK_FALSE(office.draft().is_changed());
}
