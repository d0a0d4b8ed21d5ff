// Keys of reservations that have ended: they leave the session in memory, and answer all the same.

#include "service/service_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace cinema::tests;

namespace
{

/// A service whose session had a reservation that was cancelled, each with a key.
struct ended_fixture
{
    ended_fixture()
    {
        const auto made = f.service->reserve(reserve);
        cancel.reservation = made.value().reservation->id;
        first = *made;
        CHECK(f.service->cancel(cancel).has_value());
    }

    [[nodiscard]] bool replays()
    {
        const auto again = f.service->reserve(reserve);
        return again && again->replayed && again->reservation->id == cancel.reservation
               && again->version == first.version;
    }
    [[nodiscard]] std::size_t look_ups() { return f.recorder->calls(store_call::find_key); }

    service_fixture f;
    booking::reserve_request reserve{
        .session = f.session, .user = "anna", .seats = {"A1"}, .idempotency_key = "key"};
    booking::cancel_request cancel{.idempotency_key = "key"};
    booking::grant first;
};

} // namespace

TEST_CASE("after a restart the keys of an ended reservation answer again, by one look-up each")
{
    ended_fixture t;
    CHECK(t.replays());
    CHECK(t.look_ups() == 0);
    t.f.restart();

    CHECK(t.replays());
    CHECK(t.look_ups() == 1);
    const auto again = t.f.service->cancel(t.cancel);
    CHECK((again && again->replayed));
    CHECK(t.look_ups() == 2);
    CHECK(t.f.guard_rows() == 0);
}

TEST_CASE("a key that was never used is not looked up")
{
    ended_fixture t;
    t.f.restart();
    auto other = t.reserve;
    other.idempotency_key = "another";
    const auto sold = t.f.service->reserve(other);
    CHECK((sold && !sold->replayed));
    CHECK(t.look_ups() == 0);
}

TEST_CASE("a key of an ended reservation that comes with another request is refused")
{
    ended_fixture t;
    t.f.restart();
    t.reserve.seats = {"A2"};
    CHECK(t.f.service->reserve(t.reserve).error() == errc::key_reused);
}

TEST_CASE("an ended reservation leaves the memory after a while, and its keys answer by look-up")
{
    ended_fixture t;
    t.f.clock->advance(booking::ended_in_memory);
    for (int i = 0; i < 300; ++i) // from time to time it is looked what can go
    {
        const auto id = t.f.reserve({"B1"}).value().reservation->id;
        CHECK(t.f.service->cancel({.reservation = id}).has_value());
    }
    CHECK(t.replays());
    CHECK(t.look_ups() == 1);
}

TEST_CASE("while a key cannot be looked up its requests are refused, and others are not")
{
    ended_fixture t;
    t.f.restart();
    t.f.refusals->refuse(errc::store_unavailable, 1, {store_call::find_key});
    CHECK(t.f.service->reserve(t.reserve).error() == errc::store_unavailable);
    CHECK(t.f.refusals->refused() == 1);
    CHECK(t.f.guard_rows() == 0);
    CHECK(t.f.reserve({"A1"}).has_value());
    CHECK(t.replays());
}

TEST_CASE("a key is looked up again while the store is busy")
{
    ended_fixture t;
    t.f.restart();
    t.f.refusals->refuse(errc::busy, 3, {store_call::find_key});
    CHECK(t.replays());
    CHECK(t.f.refusals->refused() == 3);
}

TEST_CASE("an ended reservation is looked up again while the store is busy")
{
    ended_fixture t;
    t.f.restart();
    t.f.refusals->refuse(errc::busy, 3, {store_call::find_reservation});
    CHECK(t.f.service->find(t.cancel.reservation).has_value());
    CHECK(t.f.refusals->refused() == 3);
}

TEST_CASE("a slow look-up of a key holds up nobody, and rests on what it found when it was asked")
{
    ended_fixture t;
    t.f.restart();
    t.f.gate->close({store_call::find_key});
    auto slow = t.f.start(t.reserve);
    t.f.gate->await_waiting(1);
    CHECK(t.f.reserve({"A1"}).has_value());
    t.f.gate->open();
    const auto again = slow.get();
    CHECK((again && again->replayed));
}

TEST_CASE("two requests with the same purged key: one reserves, the other is told so")
{
    ended_fixture t;
    t.f.clock->advance(booking::key_kept_after_end + std::chrono::milliseconds{1});
    t.f.restart();
    CHECK(t.f.reserve({"B1"}).has_value()); // the session is in memory, with the key
    (void)t.f.database.inventory->purge(t.f.clock->now() - booking::key_kept_after_end, 10);
    auto occupied = t.f.occupy_lane();
    auto one = t.f.start(t.reserve);
    auto two = t.f.start(t.reserve);
    t.f.gate->open();
    CHECK(occupied.get().has_value());
    const auto first = one.get();
    const auto second = two.get();
    REQUIRE((first && second));
    CHECK(first->replayed != second->replayed);
    CHECK(first->reservation->id == second->reservation->id);
    CHECK(t.f.guard_rows() == 3);
}
