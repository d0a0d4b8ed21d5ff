#include <cinema/booking/testing/history/witness.hpp>

#include "history_story.hpp"

#include <doctest/doctest.h>

using namespace cinema::tests;
using namespace std::chrono_literals;

namespace
{

constexpr auto held = reservation_status::held;
constexpr auto confirmed = reservation_status::confirmed;
constexpr auto cancelled = reservation_status::cancelled;
constexpr auto expired = reservation_status::expired;
constexpr auto checked_in = reservation_status::checked_in;

bool is_clean(const history& what, const witness_options& options = {})
{
    const auto found = check_witness(what, options);
    INFO(found.text());
    CHECK(found.is_clean());
    return found.is_clean();
}

/// Whether exactly this is found, and nothing else.
bool finds(const history& what, flaw wanted)
{
    const auto found = check_witness(what);
    INFO(found.text());
    CHECK(found.has(wanted));
    for (const auto& [other, sentence] : found.findings())
        CHECK(other == wanted);
    return found.has(wanted);
}

/// A hold, its confirmation, a refusal, a group, a cancellation and maps of it all.
story ordinary_story()
{
    story s;
    s.reserve(1, {1}, {10, 20}, 600).granted(2, 1, held);
    s.reserve(2, {1}, {12, 30}).refused(errc::seat_taken, 2, {1});
    s.move(action::confirm, 1, 1, {31, 35}).granted(3, 1, confirmed);
    s.reserve(3, {2, 3}, {32, 40}).granted(4, 2, confirmed);
    s.map(4, "sssf", {41, 45}, 4);
    s.move(action::cancel, 3, 2, {50, 55}).granted(5, 2, cancelled);
    s.reserve(2, {3}, {60, 65}).granted(6, 3, confirmed);
    s.move(action::find, 4, 2, {66, 67}).granted(6, 2, cancelled, 5).it.answered = seats({2, 3});
    s.end(6, {made(1, "user-1", {1}, {event(held, 2, 600s), event(confirmed, 3)}),
              made(2, "user-3", {2, 3}, {event(confirmed, 4), event(cancelled, 5)}),
              made(3, "user-2", {3}, {event(confirmed, 6)})});
    return s;
}

} // namespace

TEST_CASE("witness: an ordinary history is clean, with and without an end")
{
    auto s = ordinary_story();
    CHECK(is_clean(s.what));
    const auto found = check_witness(s.what);
    CHECK(found.counts.operations == 8);
    CHECK(found.counts.changes == 5);
    CHECK(found.counts.gaps == 0);
    CHECK(found.counts.reads == 2);
    s.what.ends.clear();
    CHECK(is_clean(s.what));
    CHECK(is_clean({}));
}

TEST_CASE("witness: a double sale is found")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(2, 1, confirmed);
    s.reserve(2, {7}, {11, 21}).granted(3, 2, confirmed);
    CHECK(finds(s.what, flaw::seat_not_free));
    s.end(3, {made(1, "user-1", {7}, {event(confirmed, 2)}),
              made(2, "user-2", {7}, {event(confirmed, 3)})});
    CHECK(finds(s.what, flaw::seat_not_free));
}

TEST_CASE("witness: one version for two changes is found")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(2, 1, confirmed);
    s.reserve(2, {8}, {11, 21}).granted(2, 2, confirmed);
    CHECK(finds(s.what, flaw::version_twice));
}

TEST_CASE("witness: an order of versions that contradicts real time is found")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(3, 1, confirmed);
    s.reserve(2, {8}, {30, 40}).granted(2, 2, confirmed);
    CHECK(finds(s.what, flaw::time_order));
    s.what.operations[1].called = moment(15); // they overlap
    CHECK(is_clean(s.what));
}

TEST_CASE("witness: a change must come after whatever any answer told before its call")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(2, 1, confirmed);
    s.reserve(2, {7}, {25, 26}).refused(errc::seat_taken, 3, {7});
    s.reserve(3, {8}, {30, 40}).granted(3, 2, confirmed);
    const auto found = check_witness(s.what);
    CHECK(found.has(flaw::time_order));
    CHECK(found.has(flaw::answer_from_future));
}

TEST_CASE("witness: a group booking that was taken apart is found")
{
    story s;
    s.reserve(1, {7, 8}, {10, 20}).granted(2, 1, confirmed);
    SUBCASE("in the answer") { s.what.operations[0].answered = seats({7}); }
    SUBCASE("in the end") { s.end(2, {made(1, "user-1", {7}, {event(confirmed, 2)})}); }
    CHECK(finds(s.what, flaw::torn_group));
}

TEST_CASE("witness: a group booking that only has a part of its seats shows in a map")
{
    story s;
    s.reserve(1, {1, 2}, {10, 20}).granted(2, 1, confirmed);
    s.map(2, "sf", {30, 31}, 2);
    CHECK(finds(s.what, flaw::wrong_read));
}

TEST_CASE("witness: a hold may be ended from its time on, not a moment before")
{
    auto s = story{};
    s.reserve(1, {7}, {10, 20}, 2).granted(2, 1, held); // until the time of version 4
    s.reserve(2, {8}, {21, 22}).granted(3, 2, confirmed);
    s.reserve(3, {7}, {30, 40}).granted(5, 3, confirmed);
    const auto end_at = [&](std::chrono::milliseconds at)
    {
        s.what.ends.clear();
        auto end = event(expired, 4);
        end.at += at;
        s.end(5, {made(1, "user-1", {7}, {event(held, 2, 2s), end}),
                  made(2, "user-2", {8}, {event(confirmed, 3)}),
                  made(3, "user-3", {7}, {event(confirmed, 5)})});
    };
    end_at(0ms);
    CHECK(is_clean(s.what));
    end_at(-1ms);
    CHECK(finds(s.what, flaw::early_expiry));
}

TEST_CASE("witness: without an end a lapsed hold may have been ended silently, a running one not")
{
    story s;
    auto first = s.reserve(1, {7}, {10, 20}, 2).granted(2, 1, held); // until the time of version 4
    s.reserve(3, {7}, {30, 40}).granted(4, 3, confirmed);
    CHECK(is_clean(s.what));
    first.it.held_until = *first.it.held_until + 1ms;
    CHECK(finds(s.what, flaw::seat_not_free));
}

TEST_CASE("witness: a hold cannot be confirmed once it has run out")
{
    story s;
    s.reserve(1, {7}, {10, 20}, 1).granted(2, 1, held);
    s.move(action::confirm, 1, 1, {30, 40}).granted(3, 1, confirmed);
    CHECK(finds(s.what, flaw::wrong_step));
}

TEST_CASE("witness: steps that a reservation's state does not allow are found")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(2, 1, confirmed);
    SUBCASE("confirmed twice") { s.move(action::confirm, 1, 1, {30, 40}).granted(3, 1, confirmed); }
    SUBCASE("extended when sold")
    {
        auto again = s.move(action::extend, 1, 1, {30, 40}).granted(3, 1, held);
        again.it.held_until = story_at(900);
    }
    SUBCASE("cancelled after the visitors have come")
    {
        s.move(action::check_in, 1, 1, {30, 31}).granted(3, 1, checked_in);
        s.move(action::cancel, 1, 1, {33, 40}).granted(4, 1, cancelled);
    }
    SUBCASE("checked in after it was cancelled")
    {
        s.move(action::cancel, 1, 1, {30, 31}).granted(3, 1, cancelled);
        s.move(action::check_in, 1, 1, {33, 40}).granted(4, 1, checked_in);
    }
    SUBCASE("of a reservation that was never made")
    {
        s.move(action::cancel, 1, 2, {30, 40}).granted(3, 2, cancelled);
    }
    CHECK(finds(s.what, flaw::wrong_step));
}

TEST_CASE("witness: who finds what he wanted already there changes nothing")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(2, 1, confirmed);
    s.reserve(2, {8}, {12, 22}).granted(3, 2, confirmed);
    s.move(action::confirm, 1, 1, {30, 40}).granted(3, 1, confirmed, 2);
    s.move(action::cancel, 1, 1, {41, 42}).granted(4, 1, cancelled);
    s.move(action::cancel, 1, 1, {43, 44}).granted(4, 1, cancelled);
    CHECK(is_clean(s.what));
    s.move(action::confirm, 1, 1, {45, 46}).granted(4, 1, confirmed, 2);
    CHECK(finds(s.what, flaw::wrong_read));
}

TEST_CASE("witness: the refusal of a free seat is found")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(2, 1, confirmed);
    SUBCASE("of another one") { s.reserve(2, {8}, {30, 40}).refused(errc::seat_taken, 2, {8}); }
    SUBCASE("without a version") { s.reserve(2, {8}, {30, 40}).refused(errc::seat_taken); }
    SUBCASE("after it was cancelled")
    {
        s.move(action::cancel, 1, 1, {30, 40}).granted(3, 1, cancelled);
        s.reserve(2, {7}, {41, 42}).refused(errc::seat_taken, 3, {7});
    }
    SUBCASE("after it was cancelled, without a version")
    {
        s.move(action::cancel, 1, 1, {30, 40}).granted(3, 1, cancelled);
        s.reserve(2, {7}, {41, 42}).refused(errc::seat_taken);
    }
    SUBCASE("of two, one of which was free")
    {
        s.reserve(2, {7, 8}, {30, 40}).refused(errc::seat_taken, 2, {7, 8});
    }
    SUBCASE("that is not off sale") { s.reserve(2, {8}, {30, 40}).refused(errc::seat_blocked, 2); }
    CHECK(finds(s.what, flaw::groundless_refusal));
}

TEST_CASE("witness: a refusal without a version may have seen any version of its time")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(2, 1, confirmed);
    s.move(action::cancel, 1, 1, {30, 40}).granted(3, 1, cancelled);
    s.reserve(2, {7}, {39, 42}).refused(errc::seat_taken);
    s.reserve(3, {7, 8}, {39, 42}).refused(errc::seat_taken);
    CHECK(is_clean(s.what));
}

TEST_CASE("witness: a lapsed hold is no ground to refuse, if the time is known")
{
    story s;
    s.reserve(1, {7}, {10, 20}, 2).granted(2, 1, held); // until the time of version 4
    auto late = s.reserve(2, {7}, {30, 40}).refused(errc::seat_taken, 2, {7});
    CHECK(is_clean(s.what));
    late.it.earliest = story_at(4) - 1ms;
    CHECK(is_clean(s.what));
    late.it.earliest = story_at(4);
    CHECK(finds(s.what, flaw::groundless_refusal));
}

TEST_CASE("witness: a hold that has not run out is no ground to say so")
{
    story s;
    s.reserve(1, {7}, {10, 20}, 2).granted(2, 1, held); // until the time of version 4
    auto refused = s.move(action::confirm, 1, 1, {30, 40}).refused(errc::hold_expired, 2);
    refused.it.latest = story_at(4);
    CHECK(is_clean(s.what));
    refused.it.latest = story_at(4) - 1ms;
    CHECK(finds(s.what, flaw::groundless_refusal));
}

TEST_CASE("witness: refusals for a reservation's status need that status")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(2, 1, confirmed);
    s.move(action::check_in, 1, 1, {21, 22}).granted(3, 1, checked_in);
    s.move(action::cancel, 1, 1, {23, 24}).refused(errc::wrong_status, 3);
    s.move(action::find, 1, 9, {23, 24}).refused(errc::reservation_not_found, 3);
    CHECK(is_clean(s.what));
    SUBCASE("wrong_status")
    {
        s.move(action::confirm, 1, 1, {25, 26}).refused(errc::wrong_status, 3);
    }
    SUBCASE("not_found")
    {
        s.move(action::find, 1, 1, {25, 26}).refused(errc::reservation_not_found, 3);
    }
    SUBCASE("hold_expired")
    {
        s.move(action::confirm, 1, 1, {25, 26}).refused(errc::hold_expired, 3);
    }
    CHECK(finds(s.what, flaw::groundless_refusal));
}

TEST_CASE("witness: strict requests are granted at their version, and refused elsewhere only")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(2, 1, confirmed).it.expected = session_version{1};
    s.reserve(2, {8}, {11, 21}).refused(errc::stale_version, 2).it.expected = session_version{1};
    CHECK(is_clean(s.what));
    SUBCASE("granted when past")
    {
        s.reserve(3, {9}, {30, 40}).granted(3, 2, confirmed).it.expected = session_version{1};
        CHECK(finds(s.what, flaw::ignored_expected));
    }
    SUBCASE("refused when there")
    {
        s.reserve(3, {9}, {30, 40}).refused(errc::stale_version, 2).it.expected =
            session_version{2};
        CHECK(finds(s.what, flaw::groundless_refusal));
    }
    SUBCASE("refused when there, without a version")
    {
        s.reserve(3, {9}, {30, 40}).refused(errc::stale_version).it.expected = session_version{2};
        s.end(2, {made(1, "user-1", {7}, {event(confirmed, 2)})});
        CHECK(finds(s.what, flaw::groundless_refusal));
    }
    SUBCASE("refused for the seat when past")
    {
        s.reserve(3, {7}, {30, 40}).refused(errc::seat_taken, 2, {7}).it.expected =
            session_version{1};
        CHECK(finds(s.what, flaw::groundless_refusal));
    }
    SUBCASE("found what it wanted when past")
    {
        s.move(action::confirm, 1, 1, {30, 40}).granted(2, 1, confirmed, 2);
        s.reserve(3, {9}, {41, 42}).granted(3, 2, confirmed);
        s.move(action::confirm, 1, 1, {43, 44}).granted(3, 1, confirmed, 2).it.expected =
            session_version{2};
        CHECK(finds(s.what, flaw::ignored_expected));
    }
}

TEST_CASE("witness: a strict request may have ended lapsed holds of its seats first")
{
    story s;
    s.reserve(1, {7}, {10, 20}, 1).granted(2, 1, held); // until the time of version 3
    s.reserve(2, {7}, {30, 40}).granted(4, 2, confirmed).it.expected = session_version{2};
    CHECK(is_clean(s.what));
    s.end(4, {made(1, "user-1", {7}, {event(held, 2, 1s), event(expired, 3)}),
              made(2, "user-2", {7}, {event(confirmed, 4)})});
    CHECK(is_clean(s.what));
    s.what.ends[0].reservations[0].seats[0].number = seat_number{8}; // another seat's
    s.what.operations[0].seats = s.what.operations[0].answered = seats({8});
    CHECK(finds(s.what, flaw::ignored_expected));
}

TEST_CASE("witness: a map that mixes two versions is found")
{
    story s;
    s.reserve(1, {1}, {10, 20}).granted(2, 1, confirmed);
    s.reserve(2, {2}, {11, 21}).granted(3, 2, confirmed);
    s.map(3, "sf", {12, 22}, 2);
    s.map(3, "ss", {23, 24}, 3);
    CHECK(is_clean(s.what));
    s.map(4, "fs", {12, 22}, 3);
    CHECK(finds(s.what, flaw::wrong_read));
}

TEST_CASE("witness: a stale map is found")
{
    story s;
    s.reserve(1, {1}, {10, 20}).granted(2, 1, confirmed);
    auto map = s.map(3, "f", {21, 22}, 1);
    CHECK(finds(s.what, flaw::stale_answer));
    map.it.called = moment(19);
    CHECK(is_clean(s.what));
}

TEST_CASE("witness: maps may lag behind other servers as far as allowed, never behind their own")
{
    story s;
    s.reserve(1, {1}, {10, 20}).granted(2, 1, confirmed);
    auto map = s.map(3, "f", {120, 130}, 1);
    map.it.server = 1;
    CHECK(is_clean(s.what, {.map_staleness = 100us}));
    CHECK(check_witness(s.what, {.map_staleness = 99us}).has(flaw::stale_answer));
    map.it.server = 0;
    CHECK(check_witness(s.what, {.map_staleness = 100us}).has(flaw::stale_answer));
}

TEST_CASE("witness: an answer of a version that nobody had begun to make is found")
{
    story s;
    s.map(3, "s", {1, 15}, 2);
    s.reserve(1, {1}, {10, 20}).granted(2, 1, confirmed);
    CHECK(is_clean(s.what));
    s.what.operations[0].returned = moment(9);
    CHECK(check_witness(s.what).has(flaw::answer_from_future));
}

TEST_CASE("witness: a reservation that is read otherwise than it was is found")
{
    story s;
    s.reserve(1, {1}, {10, 20}, 60).granted(2, 1, held);
    s.move(action::confirm, 1, 1, {30, 40}).granted(3, 1, confirmed);
    auto read = s.move(action::find, 2, 1, {41, 42}).granted(3, 1, confirmed);
    CHECK(is_clean(s.what));
    SUBCASE("older")
    {
        read.it.version = session_version{2};
        read.it.since = session_version{2};
        read.it.status = held;
        CHECK(finds(s.what, flaw::stale_answer));
    }
    SUBCASE("status") { read.it.status = held; }
    SUBCASE("seats") { read.it.answered = seats({2}); }
    SUBCASE("since") { read.it.since = session_version{2}; }
    if (read.it.version == session_version{3})
        CHECK(finds(s.what, flaw::wrong_read));
}

TEST_CASE("witness: an acknowledged effect that is missing in the end is found")
{
    story s;
    s.reserve(1, {1}, {10, 20}).granted(2, 1, confirmed);
    SUBCASE("the whole of it") { s.end(2, {}); }
    SUBCASE("with its version") { s.end(1, {}); }
    SUBCASE("its last step")
    {
        s.move(action::cancel, 1, 1, {30, 40}).granted(3, 1, cancelled);
        s.end(3, {made(1, "user-1", {1}, {event(confirmed, 2)})});
    }
    SUBCASE("a block")
    {
        s.block(1, {5}, {30, 40}).granted(3);
        s.end(3, {made(1, "user-1", {1}, {event(confirmed, 2)})});
    }
    CHECK(finds(s.what, flaw::lost_effect));
}

TEST_CASE("witness: what is there in the end though nobody asked for it is found")
{
    story s;
    s.reserve(1, {1}, {10, 20}).granted(2, 1, confirmed);
    SUBCASE("a reservation")
    {
        s.end(3, {made(1, "user-1", {1}, {event(confirmed, 2)}),
                  made(2, "user-2", {2}, {event(confirmed, 3)})});
    }
    SUBCASE("a step")
    {
        s.end(3, {made(1, "user-1", {1}, {event(confirmed, 2), event(cancelled, 3)})});
    }
    SUBCASE("a block") { s.end(2, {made(1, "user-1", {1}, {event(confirmed, 2)})}, {5}); }
    CHECK(finds(s.what, flaw::unasked_effect));
}

TEST_CASE("witness: operations of unknown outcome are resolved by the end")
{
    story s;
    s.reserve(1, {1}, {10, 20}, 60).granted(2, 1, held);
    s.reserve(2, {2}, {11, 0});
    s.reserve(3, {3}, {12, 0});
    s.move(action::confirm, 1, 1, {30, 0});
    s.end(4, {made(1, "user-1", {1}, {event(held, 2, 60s), event(confirmed, 4)}),
              made(2, "user-2", {2}, {event(confirmed, 3)})});
    CHECK(is_clean(s.what));
    SUBCASE("not if another user is there")
    {
        s.what.ends[0].reservations[1].user = "user-9";
        CHECK(finds(s.what, flaw::unasked_effect));
    }
    SUBCASE("not before they were called")
    {
        s.what.operations[3].called = moment(1);
        s.what.operations[1].called = moment(50);
        s.reserve(4, {4}, {40, 45}).granted(5, 4, confirmed);
        s.what.ends[0].version = session_version{5};
        s.what.ends[0].reservations.push_back(made(4, "user-4", {4}, {event(confirmed, 5)}));
        CHECK(finds(s.what, flaw::time_order));
    }
}

TEST_CASE("witness: without an end, what an unknown outcome touches is counted, not judged")
{
    story s;
    s.reserve(2, {2}, {11, 0});
    s.reserve(3, {2}, {30, 40}).refused(errc::seat_taken, 2, {2});
    s.reserve(4, {3}, {30, 40}).granted(3, 1, confirmed);
    const auto found = check_witness(s.what);
    CHECK(found.is_clean());
    CHECK(found.counts.unjudged == 1);
    s.reserve(5, {4}, {50, 60}).refused(errc::seat_taken, 3, {4});
    CHECK(finds(s.what, flaw::groundless_refusal));
}

TEST_CASE("witness: a request for the best seats of unknown outcome may have got any, so many")
{
    story s;
    s.reserve(1, {}, {10, 0}).it.best = 2;
    s.reserve(2, {8}, {20, 30}).refused(errc::seat_taken, 2, {8});
    SUBCASE("the end tells which")
    {
        s.end(2, {made(1, "user-1", {7, 8}, {event(confirmed, 2)})});
        const auto found = check_witness(s.what);
        CHECK(found.is_clean());
        CHECK(found.counts.unjudged == 0);
        s.what.ends[0].reservations[0].seats.push_back({.number = seat_number{9}});
        CHECK(finds(s.what, flaw::unasked_effect));
    }
    SUBCASE("one that named the seats is thought of first")
    {
        s.reserve(1, {7, 8}, {15, 0});
        s.reserve(2, {3}, {40, 50}).refused(errc::seat_taken, 3, {3});
        s.end(3, {made(1, "user-1", {7, 8}, {event(confirmed, 2)}),
                  made(2, "user-1", {3, 4}, {event(confirmed, 3)})});
        CHECK(is_clean(s.what));
    }
    SUBCASE("without an end it is not judged")
    {
        const auto found = check_witness(s.what);
        CHECK(found.is_clean());
        CHECK(found.counts.unjudged == 1);
    }
    SUBCASE("but seats that were free before it are not excused")
    {
        s.reserve(3, {9}, {1, 5}).refused(errc::seat_taken, 1, {9});
        CHECK(finds(s.what, flaw::groundless_refusal));
    }
}

TEST_CASE("witness: copies of a request tell of one effect, and the same")
{
    story s;
    s.reserve(1, {1}, {10, 0}).key("k");
    s.reserve(2, {2}, {15, 16}).granted(3, 2, confirmed);
    for (int copy = 0; copy < 3; ++copy)
    {
        auto again = s.reserve(1, {1}, {20 + copy, 30 + copy}).granted(2, 1, confirmed).key("k");
        again.it.replayed = true;
    }
    CHECK(is_clean(s.what));
    SUBCASE("other seats") { s.what.operations.back().answered = seats({1, 9}); }
    SUBCASE("another hold") { s.what.operations.back().held_until = story_at(3); }
    CHECK(check_witness(s.what).has(flaw::answers_differ));
}

TEST_CASE("witness: a key that was used once cannot have been used for another request")
{
    story s;
    s.reserve(1, {1}, {10, 20}).granted(2, 1, confirmed).key("k");
    s.reserve(1, {2}, {30, 40}).refused(errc::key_reused, 2).key("k");
    CHECK(is_clean(s.what));
    s.what.operations[0].key = "other";
    CHECK(finds(s.what, flaw::groundless_refusal));
}

TEST_CASE("witness: time that runs back within a session is found")
{
    story s;
    s.reserve(1, {1}, {10, 20}).granted(2, 1, confirmed);
    auto second = s.reserve(2, {2}, {30, 40}).granted(3, 2, confirmed);
    second.it.earliest = second.it.latest = story_at(1);
    CHECK(finds(s.what, flaw::time_ran_back));
}

TEST_CASE("witness: a block may have made a version that nobody tells of, when a reply was lost")
{
    story s;
    s.reserve(1, {1}, {10, 20}).granted(2, 1, confirmed);
    // It made 3, whose reply was lost, asked again, and found the seat as it wanted it at 4.
    s.block(9, {3}, {30, 50}).granted(4);
    s.reserve(2, {2}, {32, 40}).granted(4, 2, confirmed);
    CHECK(is_clean(s.what));

    s.reserve(3, {8}, {31, 41}).granted(3, 3, confirmed); // then it cannot have made 3
    CHECK(finds(s.what, flaw::version_twice));
}

TEST_CASE("witness: blocked seats are not sold, sold ones not blocked")
{
    story s;
    s.reserve(1, {1}, {10, 20}).granted(2, 1, confirmed);
    s.block(9, {2, 3}, {30, 40}).granted(3);
    s.block(9, {3}, {41, 42}).granted(3); // found so
    s.reserve(2, {2}, {43, 44}).refused(errc::seat_blocked, 3, {2});
    s.block(9, {3}, {45, 46}, false).granted(4);
    s.map(3, "sbf", {47, 48}, 4);
    s.end(4, {made(1, "user-1", {1}, {event(confirmed, 2)})}, {2});
    CHECK(is_clean(s.what));
    s.what.ends.clear();
    SUBCASE("a blocked one") { s.reserve(2, {2}, {50, 51}).granted(5, 2, confirmed); }
    SUBCASE("a sold one") { s.block(2, {1}, {50, 51}).granted(5); }
    CHECK(finds(s.what, flaw::seat_not_free));
}

TEST_CASE("witness: a history may begin in the middle of a session's life")
{
    story s;
    s.what.begins.push_back({.session = story_session,
                             .version = session_version{5},
                             .blocked = seats({3}),
                             .reservations = {made(1, "user-1", {1}, {event(held, 4, 60s)})}});
    s.map(3, "hfb", {1, 2}, 5);
    s.move(action::confirm, 1, 1, {3, 4}).granted(6, 1, confirmed);
    s.end(6, {made(1, "user-1", {1}, {event(held, 4, 60s), event(confirmed, 6)})}, {3});
    CHECK(is_clean(s.what));
    s.what.begins.clear();
    CHECK_FALSE(check_witness(s.what).is_clean());
}

TEST_CASE("witness: versions without a known cause are counted")
{
    story s;
    s.reserve(1, {1}, {10, 20}).granted(4, 1, confirmed);
    s.end(5, {made(1, "user-1", {1}, {event(confirmed, 4)})});
    CHECK(is_clean(s.what));
    CHECK(check_witness(s.what).counts.gaps == 3);
}

TEST_CASE("witness: records that contradict themselves are found")
{
    story s;
    s.reserve(1, {1}, {20, 10}).granted(2, 1, confirmed);
    CHECK(check_witness(s.what).has(flaw::broken_record));
    s.what.operations[0].returned = moment(30);
    s.what.operations[0].version = s.what.operations[0].since = session_version{0};
    CHECK(finds(s.what, flaw::broken_record));
}

TEST_CASE("witness: findings name the operations; of very many, the first are told")
{
    story s;
    s.reserve(17, {7}, {10, 20}).granted(2, 1, confirmed).key("k17");
    s.reserve(18, {7}, {11, 21}).granted(3, 2, confirmed).key("k18");
    const auto one = check_witness(s.what);
    REQUIRE(one.findings().size() == 1);
    const auto& sentence = one.findings()[0].sentence;
    for (const auto* part : {"client 17", "k17", "v2", "client 18", "k18", "v3", "seat 7"})
        CHECK(sentence.find(part) != std::string::npos);

    for (std::uint64_t i = 0; i < 300; ++i)
        s.reserve(18, {7}, {11, 21}).refused(errc::seat_taken, 1, {7});
    const auto many = check_witness(s.what);
    CHECK(many.findings_total() == 301);
    CHECK(many.findings().size() == verdict::sentences_max + 1); // the first of another kind
    CHECK(many.text().find("100 more") != std::string::npos);
}
