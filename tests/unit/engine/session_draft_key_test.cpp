#include <cinema/booking/engine/session_draft.hpp>

#include "unit/engine/box_office.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

namespace booking = cinema::booking;
using namespace cinema::tests;
using namespace std::chrono_literals;
using booking::errc;
using booking::reservation_status;
using booking::session_version;

namespace
{

template <class Request>
Request keyed(Request request, std::string key = "key-1")
{
    request.idempotency_key = std::move(key);
    return request;
}

booking::reserve_request of_account(booking::reserve_request request, std::string account)
{
    request.account = {std::move(account)};
    return request;
}

/// Decides `request` again, with a ticket of its own, and expects the answer `first` again.
template <class Request>
void expect_replay(box_office& office, const Request& request, const booking::grant& first)
{
    const auto version = office.version();
    const auto again = office.ask(request).value();
    CHECK(again.replayed);
    CHECK(*again.reservation == *first.reservation);
    CHECK(again.version == first.version);
    CHECK(office.version() == version);
}

} // namespace

TEST_CASE("the same key with the same request gives the first answer again, in every operation")
{
    box_office office;
    const auto reserve = keyed(seats({1}, 60s));
    const auto reserved = office.ask(reserve).value();
    const auto id = reserved.reservation->id;
    const auto extend = keyed(booking::extend_request{.reservation = id, .hold = 90s});
    const auto extended = office.ask(extend).value();
    const auto confirm = keyed(booking::confirm_request{.reservation = id});
    const auto confirmed = office.ask(confirm).value();
    const auto cancel = keyed(booking::cancel_request{.reservation = id});
    const auto cancelled = office.ask(cancel).value();
    CHECK(cancelled.reservation->status() == reservation_status::cancelled);
    const auto visit = keyed(booking::check_in_request{.reservation = office.take({2})});
    const auto visited = office.ask(visit).value();
    CHECK(visited.reservation->status() == reservation_status::checked_in);

    const auto expect_all = [&]
    {
        expect_replay(office, reserve, reserved);
        expect_replay(office, extend, extended);
        expect_replay(office, confirm, confirmed);
        expect_replay(office, cancel, cancelled);
        expect_replay(office, visit, visited);
    };
    expect_all(); // within the draft
    CHECK(office.commit().keys.size() == 5);
    expect_all(); // from the book
    office.reload();
    expect_all(); // from the store
    office.now += 1h;
    CHECK(office.ask(seats({1})).has_value()); // somebody else has the seat now
    expect_all();
}

TEST_CASE("a hold's first answer is given again after it has expired")
{
    box_office office;
    const auto reserve = keyed(seats({1}, 1s));
    const auto reserved = office.ask(reserve).value();
    office.commit();
    office.now += 1s;
    expect_replay(office, reserve, reserved); // lapsed
    office.ask(booking::expire_request{.session = show_id}).value();
    expect_replay(office, reserve, reserved);
    office.commit();
    office.reload();
    expect_replay(office, reserve, reserved);
    CHECK(office.ask(seats({1})).has_value());
}

TEST_CASE("a replay comes before any precondition, the request's own included")
{
    box_office office{booking::seat_layout::grid(1, 2), {.sales_close = std::chrono::minutes{0}}};
    auto reserve = keyed(seats({1}));
    reserve.expected = session_version{1};
    const auto reserved = office.ask(reserve).value();
    office.take({2});
    office.now = showtime + 1s;
    expect_replay(office, reserve, reserved);
}

TEST_CASE("the same key with another request is refused")
{
    box_office office;
    const auto first = keyed(seats({1, 2}, 60s));
    const auto id = office.ask(first).value().reservation->id;
    auto other = first;
    other.seats = {1, 3};
    CHECK(office.ask(other).error() == errc::key_reused);
    other.seats = {1};
    CHECK(office.ask(other).error() == errc::key_reused);
    other.seats = {1, "nowhere"};
    CHECK(office.ask(other).error() == errc::key_reused);
    other = first;
    other.hold = 61s;
    CHECK(office.ask(other).error() == errc::key_reused);
    other = first;
    other.user = "ben";
    CHECK(office.ask(other).error() == errc::key_reused);
    other = first;
    other.expected = session_version{1};
    CHECK(office.ask(other).error() == errc::key_reused);
    other.expected = session_version{UINT64_MAX};
    CHECK(office.ask(other).error() == errc::key_reused);

    office.ask(keyed(booking::extend_request{.reservation = id, .hold = 90s})).value();
    CHECK(office.ask(keyed(booking::extend_request{.reservation = id, .hold = 91s})).error()
          == errc::key_reused);
    office.ask(keyed(booking::confirm_request{.reservation = id})).value();
    CHECK(
        office
            .ask(keyed(booking::confirm_request{.reservation = id, .expected = session_version{1}}))
            .error()
        == errc::key_reused);
}

TEST_CASE("seats count as a set and by what they name when requests are compared")
{
    box_office office;
    const auto reserved = office.ask(keyed(seats({1, "A2", 10}))).value();
    expect_replay(office, keyed(seats({"B2", "2", "a1"})), reserved);
    expect_replay(office, keyed(seats({10, 2, 1})), reserved);
}

TEST_CASE("a key belongs to its operation, its reservation and its account")
{
    box_office office;
    const auto guest = office.ask(keyed(seats({1}, 60s))).value();
    const auto anna = office.ask(of_account(keyed(seats({2}, 60s)), "anna")).value();
    const auto ben = office.ask(of_account(keyed(seats({3}, 60s)), "ben")).value();
    for (const auto* grant : {&guest, &anna, &ben})
    {
        const auto id = grant->reservation->id;
        CHECK_FALSE(grant->replayed);
        CHECK_FALSE(
            office.ask(keyed(booking::confirm_request{.reservation = id})).value().replayed);
        CHECK_FALSE(office.ask(keyed(booking::cancel_request{.reservation = id})).value().replayed);
    }
    CHECK(office.commit().keys.size() == 9);
    expect_replay(office, keyed(seats({1}, 60s)), guest);
    expect_replay(office, of_account(keyed(seats({2}, 60s)), "anna"), anna);
    CHECK(office.ask(of_account(keyed(seats({2}, 60s)), "ben")).error() == errc::key_reused);
}

TEST_CASE("only grants are kept: a refused request is decided again under its key")
{
    box_office office;
    const auto holder = office.take({1});
    CHECK(office.ask(keyed(seats({1}))).error() == errc::seat_taken);
    office.ask(booking::cancel_request{.reservation = holder}).value();
    const auto granted = office.ask(keyed(seats({1}))).value();
    CHECK_FALSE(granted.replayed);
    CHECK(office.commit().keys.size() == 1);
}

TEST_CASE("what changed nothing keeps no key")
{
    box_office office;
    const auto id = office.take({1});
    office.commit();
    CHECK(office.ask(keyed(booking::confirm_request{.reservation = id})).has_value());
    CHECK(office.commit().keys.empty());
}

TEST_CASE("keys end exactly at their time after the reservation was cancelled")
{
    box_office office;
    const auto reserve = keyed(seats({1}));
    const auto reserved = office.ask(reserve).value();
    office.now += 1h;
    office.ask(booking::cancel_request{.reservation = reserved.reservation->id}).value();
    office.commit();
    office.now += booking::key_kept_after_end - 1ms;
    expect_replay(office, reserve, reserved);
    CHECK(office.ask(keyed(seats({2}))).error() == errc::key_reused);
    office.now += 1ms;
    const auto fresh = office.ask(reserve).value();
    CHECK_FALSE(fresh.replayed);
    CHECK(fresh.reservation->id != reserved.reservation->id);
}

TEST_CASE("keys of a sold reservation end exactly at their time after the session's end")
{
    box_office office;
    const auto reserve = keyed(seats({1}));
    const auto reserved = office.ask(reserve).value();
    office.commit();
    office.now = *make_show().ends_at + booking::key_kept_after_end - 1ms;
    expect_replay(office, reserve, reserved);
    office.now += 1ms;
    CHECK(office.ask(keyed(seats({1}))).error() == errc::seat_taken); // decided anew
    CHECK_FALSE(office.ask(keyed(seats({2}))).value().replayed);
}

TEST_CASE("a key that is not honoured any more can be used anew and then belongs to its new answer")
{
    box_office office;
    const auto old = office.ask(keyed(seats({1}))).value();
    office.ask(booking::cancel_request{.reservation = old.reservation->id}).value();
    office.commit();
    office.now += booking::key_kept_after_end;
    const auto fresh = office.ask(keyed(seats({2}))).value();
    expect_replay(office, keyed(seats({2})), fresh);
    CHECK(office.commit().keys.size() == 1);
    expect_replay(office, keyed(seats({2})), fresh);
    CHECK(office.book().key_count() == 1);
    CHECK(office.book().find(old.reservation->id.id) == nullptr);
    office.reload();
    expect_replay(office, keyed(seats({2})), fresh);
}

TEST_CASE("a key that only the store has answers again once it is recalled")
{
    box_office office;
    const auto reserve = keyed(seats({1}, 60s));
    const auto reserved = office.ask(reserve).value();
    const auto id = reserved.reservation->id;
    const auto confirm = keyed(booking::confirm_request{.reservation = id});
    const auto confirmed = office.ask(confirm).value();
    const auto cancel = keyed(booking::cancel_request{.reservation = id});
    const auto cancelled = office.ask(cancel).value();
    office.commit();
    office.reload(false);

    CHECK(office.draft().key_to_look_up(reserve));
    office.recall_key(reserve);
    CHECK_FALSE(office.draft().key_to_look_up(reserve));
    expect_replay(office, reserve, reserved);
    CHECK(office.ask(keyed(seats({2}))).error() == errc::key_reused);
    office.recall_key(confirm); // the reservation has been recalled with the first key
    expect_replay(office, confirm, confirmed);
    office.recall_key(cancel);
    expect_replay(office, cancel, cancelled);
    CHECK_FALSE(office.draft().key_to_look_up(keyed(seats({2}), "another")));
}

TEST_CASE("a key that the store does not have after all is unused")
{
    box_office office;
    const auto id = office.ask(keyed(seats({1}))).value().reservation->id;
    office.ask(booking::cancel_request{.reservation = id}).value();
    office.commit();
    office.reload(false);
    const auto key = office.draft().key_to_look_up(keyed(seats({2})));
    REQUIRE(key);

    office.draft().recall(*key, {}); // it has been purged

    CHECK_FALSE(office.draft().key_to_look_up(keyed(seats({2}))));
    const auto fresh = office.ask(keyed(seats({2}))).value();
    CHECK_FALSE(fresh.replayed);
    office.commit();
    expect_replay(office, keyed(seats({2})), fresh);
}

TEST_CASE("a looked-up reservation that is newer than the book is passed over")
{
    box_office office;
    office.reload(false);
    box_office ahead;
    const auto sold = ahead.ask(keyed(seats({1}))).value();
    const auto ended = ahead.ask(booking::cancel_request{.reservation = sold.reservation->id});
    const auto change = ahead.commit();
    REQUIRE(change.keys.size() == 1);

    office.draft().recall(change.keys[0].key, {change.keys[0], ended.value().reservation});

    CHECK_FALSE(office.ask(keyed(seats({1}))).value().replayed);
}

TEST_CASE("a look-up is outdated once keys have left the memory")
{
    box_office office;
    const auto id = office.ask(keyed(seats({1}))).value().reservation->id;
    office.ask(booking::cancel_request{.reservation = id}).value();
    office.commit();
    const auto before = office.book().look_up_stamp();
    office.book().forget_ended(opening);
    CHECK(office.book().look_up_stamp() == before);
    office.book().forget_ended(opening + booking::ended_in_memory);
    CHECK(office.book().look_up_stamp() != before);
}

TEST_CASE("a key of a dropped draft was never used")
{
    box_office office;
    office.ask(keyed(seats({1}))).value();
    office.drop();
    CHECK_FALSE(office.ask(keyed(seats({2}))).value().replayed);
}

TEST_CASE("a session takes as many keys as its limit says, then no reservations with new ones")
{
    box_office office;
    const auto first = keyed(seats({1}));
    const auto sold = office.ask(first).value();
    const auto held = office.take({2}, 60s);
    office.commit();
    auto snapshot = office.store().snapshot();
    while (snapshot.keys.size() < booking::session_keys_max - 1)
    {
        auto record = snapshot.keys.front();
        record.key =
            booking::digest_of({"filler", nullptr, {}}, std::to_string(snapshot.keys.size()));
        snapshot.keys.push_back(record);
    }
    const auto book = booking::session_book::open(office.hall(), snapshot).value();
    CHECK(book.key_count() == booking::session_keys_max - 1);
    booking::session_draft draft{book};

    const auto confirm = keyed(booking::confirm_request{.reservation = held});
    CHECK(draft.decide(confirm, ticket_number(101), opening).has_value());
    const auto version = draft.version();
    const auto refused = draft.decide(keyed(seats({3}), "new"), ticket_number(102), opening);
    CHECK(refused.error() == errc::session_full);
    CHECK(draft.version() == version);

    CHECK(draft.decide(first, ticket_number(104), opening).value().replayed);
    CHECK(draft.decide(confirm, ticket_number(105), opening).value().replayed);
    CHECK(draft.decide(seats({3}), ticket_number(106), opening).has_value());
    const auto cancel = keyed(booking::cancel_request{.reservation = held}, "new");
    CHECK(draft.decide(cancel, ticket_number(103), opening).has_value()); // who has seats goes on
}
