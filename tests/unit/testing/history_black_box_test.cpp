#include <cinema/booking/testing/history/black_box.hpp>

#include "history_story.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace cinema::tests;
using namespace std::chrono_literals;

namespace
{

constexpr auto held = reservation_status::held;
constexpr auto confirmed = reservation_status::confirmed;
constexpr auto cancelled = reservation_status::cancelled;
constexpr auto expired = reservation_status::expired;

bool is_clean(const history& what, const black_box_options& options = {})
{
    const auto found = check_black_box(what, options);
    INFO(found.text());
    CHECK(found.is_clean());
    return found.is_clean();
}

bool finds(const history& what, flaw wanted = flaw::not_linearizable,
           const black_box_options& options = {})
{
    const auto found = check_black_box(what, options);
    INFO(found.text());
    CHECK(found.has(wanted));
    return found.has(wanted);
}

/// Removes what the black box must not look at.
history without_versions(history what)
{
    for (auto& one : what.operations)
        if (what.ends.empty())
            one.version = one.since = {};
    return what;
}

} // namespace

TEST_CASE("black box: an ordinary history is clean, with and without an end")
{
    story s;
    s.reserve(1, {1}, {10, 20}, 600).granted(2, 1, held);
    s.reserve(2, {1}, {12, 30}).refused(errc::seat_taken);
    s.move(action::confirm, 1, 1, {31, 35}).granted(3, 1, confirmed);
    s.reserve(3, {2, 3}, {32, 40}).granted(4, 2, confirmed);
    s.map(4, "sssf", {41, 45}, 4);
    s.move(action::cancel, 3, 2, {50, 55}).granted(5, 2, cancelled);
    s.reserve(2, {3}, {60, 65}).granted(6, 3, confirmed);
    s.move(action::find, 4, 2, {66, 67}).granted(6, 2, cancelled);
    CHECK(is_clean(without_versions(s.what)));
    s.end(6, {made(1, "user-1", {1}, {event(held, 2, 600s), event(confirmed, 3)}),
              made(2, "user-3", {2, 3}, {event(confirmed, 4), event(cancelled, 5)}),
              made(3, "user-2", {3}, {event(confirmed, 6)})});
    CHECK(is_clean(s.what));
    CHECK(check_black_box(s.what).counts.partitions == 1);
    CHECK(is_clean({}));
}

TEST_CASE("black box: seats are looked at one by one where operations concern only one")
{
    story s;
    s.reserve(1, {1}, {10, 20}).granted(2, 1, confirmed);
    s.reserve(2, {2}, {10, 20}).granted(3, 2, confirmed);
    s.move(action::cancel, 2, 2, {30, 40}).granted(4, 2, cancelled);
    CHECK(check_black_box(s.what).counts.partitions == 2);
    s.reserve(3, {3, 4}, {10, 20}).granted(5, 3, confirmed);
    CHECK(check_black_box(s.what).counts.partitions == 1);
}

TEST_CASE("black box: a double sale is found")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(2, 1, confirmed);
    s.reserve(2, {7}, {11, 21}).granted(3, 2, confirmed);
    CHECK(finds(without_versions(s.what)));
}

TEST_CASE("black box: a cancelled seat may be sold again, and is not taken any more")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(2, 1, confirmed);
    s.move(action::cancel, 1, 1, {30, 40}).granted(3, 1, cancelled);
    auto next = s.reserve(2, {7}, {35, 50}).refused(errc::seat_taken);
    CHECK(is_clean(without_versions(s.what)));
    next.it.called = moment(41);
    CHECK(finds(without_versions(s.what)));
    next.granted(4, 2, confirmed);
    CHECK(is_clean(without_versions(s.what)));
}

TEST_CASE("black box: the refusal of a seat that nobody had is found")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(2, 1, confirmed);
    s.reserve(2, {7}, {1, 9}).refused(errc::seat_taken);
    CHECK(finds(without_versions(s.what)));
}

TEST_CASE("black box: a stale read is found")
{
    story s;
    s.reserve(1, {1}, {10, 20}, 60).granted(2, 1, held);
    s.move(action::confirm, 1, 1, {30, 40}).granted(3, 1, confirmed);
    auto read = s.move(action::find, 2, 1, {35, 50}).granted(2, 1, held);
    CHECK(is_clean(without_versions(s.what)));
    read.it.called = moment(41);
    CHECK(finds(without_versions(s.what)));
}

TEST_CASE("black box: a stale map is found if one server answered all")
{
    story s;
    s.reserve(1, {1}, {10, 20}).granted(2, 1, confirmed);
    s.map(3, "ff", {21, 22}, 1);
    CHECK(finds(without_versions(s.what)));
    CHECK(is_clean(s.what, {.maps = false}));
    s.what.operations[1].server = 1; // maps of several servers may lag behind
    CHECK(is_clean(s.what));
}

TEST_CASE("black box: a map that mixes two moments is found")
{
    story s;
    s.reserve(1, {1}, {10, 20}).granted(2, 1, confirmed);
    s.reserve(2, {2}, {30, 40}).granted(3, 2, confirmed);
    auto map = s.map(3, "fs", {1, 50}, 3);
    CHECK(finds(without_versions(s.what)));
    map.it.map = "sf";
    CHECK(is_clean(without_versions(s.what)));
}

TEST_CASE("black box: a group that is taken apart is invisible seat by seat, not by session")
{
    story s;
    s.reserve(1, {1, 2}, {10, 90}).granted(2, 1, confirmed);
    s.reserve(2, {1}, {20, 25}).refused(errc::seat_taken); // so the group has come before
    s.reserve(3, {2}, {30, 35}).granted(3, 2, confirmed);  // and yet seat 2 is free
    s.move(action::cancel, 3, 2, {40, 45}).granted(4, 2, cancelled);
    const auto what = without_versions(s.what);
    CHECK(is_clean(what, {.split = box_split::by_seat}));
    CHECK(finds(what, flaw::not_linearizable, {.split = box_split::by_session}));
    CHECK(finds(what));
}

TEST_CASE("black box: a group that was given other seats is found")
{
    story s;
    s.reserve(1, {1, 2}, {10, 90}).granted(2, 1, confirmed).it.answered = seats({1});
    CHECK(finds(s.what, flaw::torn_group));
}

TEST_CASE("black box: a hold is free from its time on, not a moment before")
{
    story s;
    s.reserve(1, {7}, {10, 20}, 2).granted(2, 1, held); // until the time of version 4
    auto next = s.reserve(2, {7}, {30, 40}).granted(4, 2, confirmed);
    CHECK(is_clean(without_versions(s.what)));
    next.it.earliest = next.it.latest = story_at(4) - 1ms;
    CHECK(finds(without_versions(s.what)));
}

TEST_CASE("black box: a lapsed hold of two seats leaves both at once")
{
    story s;
    s.reserve(1, {1, 2}, {10, 20}, 2).granted(2, 1, held);
    s.reserve(2, {1}, {30, 40}).granted(5, 2, confirmed);
    s.map(3, "sf", {41, 42}, 5);
    s.move(action::confirm, 1, 1, {41, 42}).refused(errc::hold_expired);
    CHECK(is_clean(without_versions(s.what)));
    s.map(3, "sh", {43, 44}, 5);
    CHECK(finds(without_versions(s.what)));
}

TEST_CASE("black box: refusals for a reservation's status need that status")
{
    story s;
    s.reserve(1, {7}, {10, 20}, 60).granted(2, 1, held);
    auto refused = s.move(action::confirm, 1, 1, {30, 40}).refused(errc::hold_expired);
    refused.it.latest = story_at(3);
    CHECK(finds(without_versions(s.what)));
    refused.it.latest.reset(); // when it was is not known
    CHECK(is_clean(without_versions(s.what)));
    refused.refused(errc::wrong_status);
    CHECK(finds(without_versions(s.what)));
    refused.refused(errc::reservation_not_found);
    CHECK(finds(without_versions(s.what)));
    refused.it.called = moment(15);
    CHECK(is_clean(without_versions(s.what)));
}

TEST_CASE("black box: an operation of unknown outcome may have happened or not, but only one way")
{
    story s;
    s.reserve(1, {7}, {10, 0});
    s.reserve(2, {7}, {20, 30}).refused(errc::seat_taken);
    CHECK(is_clean(s.what));
    s.reserve(3, {7}, {40, 50}).granted(2, 2, confirmed);
    CHECK(finds(s.what));
    s.what.operations[1].result = outcome::unknown;
    s.what.operations[1].returned = never;
    CHECK(is_clean(s.what));
}

TEST_CASE("black box: a request for the best seats of unknown outcome may have got any, so many")
{
    story s;
    s.reserve(1, {}, {10, 0}).it.best = 2;
    s.reserve(2, {8}, {20, 30}).refused(errc::seat_taken);
    SUBCASE("without an end nothing is judged")
    {
        const auto found = check_black_box(s.what);
        CHECK(found.is_clean());
        CHECK(found.counts.unjudged == 2);
    }
    SUBCASE("the end tells which")
    {
        s.end(2, {made(1, "user-1", {7, 8}, {event(confirmed, 2)})});
        CHECK(is_clean(s.what));
        s.what.ends[0].reservations[0].seats.pop_back();
        CHECK(finds(s.what));
    }
}

TEST_CASE("black box: an unknown cancellation may set a seat free, once")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(2, 1, confirmed);
    s.move(action::cancel, 1, 1, {30, 0});
    s.reserve(2, {7}, {40, 50}).granted(4, 2, confirmed);
    CHECK(is_clean(s.what));
    s.reserve(3, {7}, {60, 70}).granted(5, 3, confirmed);
    CHECK(finds(s.what));
}

TEST_CASE("black box: a lost acknowledgement shows in the end")
{
    story s;
    s.reserve(1, {7}, {10, 20}, 600).granted(2, 1, held);
    s.end(2, {made(1, "user-1", {7}, {event(held, 2, 600s)})});
    CHECK(is_clean(s.what));
    SUBCASE("of a reservation") { s.what.ends[0].reservations.clear(); }
    SUBCASE("of a step") { s.move(action::cancel, 1, 1, {30, 40}).granted(3, 1, cancelled); }
    SUBCASE("of a seat") { s.what.ends[0].reservations[0].seats.clear(); }
    SUBCASE("what nobody did is there")
    {
        s.what.ends[0].reservations.push_back(made(2, "user-2", {8}, {event(confirmed, 3)}));
    }
    CHECK(finds(s.what));
}

TEST_CASE("black box: copies of a request are one operation between its first call and answer")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(2, 1, confirmed).key("k");
    s.reserve(1, {7}, {30, 40}).granted(2, 1, confirmed).key("k").it.replayed = true;
    s.move(action::cancel, 1, 1, {41, 50}).granted(3, 1, cancelled);
    s.reserve(1, {7}, {51, 60}).granted(2, 1, confirmed).key("k").it.replayed = true;
    CHECK(is_clean(s.what));
    s.what.operations[1].key = "other";
    CHECK(finds(s.what));
}

TEST_CASE("black box: blocked seats are not sold")
{
    story s;
    s.what.begins.push_back({.session = story_session, .blocked = seats({1})});
    s.reserve(1, {1}, {1, 5}).refused(errc::seat_blocked);
    s.block(9, {1}, {10, 20}, false).granted(2);
    s.block(9, {2}, {21, 25}).granted(3);
    s.reserve(1, {1}, {30, 35}).granted(4, 1, confirmed);
    s.map(3, "sb", {36, 37}, 4);
    CHECK(is_clean(s.what));
    s.reserve(1, {2}, {40, 45}).granted(5, 2, confirmed);
    CHECK(finds(s.what));
}

TEST_CASE("black box: a history may begin in the middle of a session's life")
{
    story s;
    s.what.begins.push_back({.session = story_session,
                             .reservations = {made(1, "user-1", {1}, {event(held, 4, 60s)}),
                                              made(2, "user-2", {2}, {event(cancelled, 5)})}});
    s.map(3, "hf", {1, 2}, 5);
    s.move(action::confirm, 1, 1, {3, 4}).granted(6, 1, confirmed);
    s.reserve(3, {2}, {3, 4}).granted(7, 3, confirmed);
    CHECK(is_clean(s.what));
    s.what.begins.clear();
    CHECK(finds(s.what));
}

TEST_CASE("black box: what it cannot see: late versions, and times nobody asked about")
{
    story s;
    s.reserve(1, {7}, {10, 20}).granted(3, 1, confirmed);
    s.reserve(2, {8}, {30, 40}).granted(2, 2, confirmed); // a version lower than acknowledged
    s.reserve(3, {9}, {50, 60}).refused(errc::stale_version, 3).it.expected = session_version{3};
    CHECK(is_clean(s.what));
    CHECK_FALSE(check_witness(s.what).is_clean());
}

TEST_CASE("black box: findings name the operations")
{
    story s;
    s.reserve(17, {7}, {10, 20}).granted(2, 1, confirmed).key("k17");
    s.reserve(18, {7}, {30, 40}).granted(3, 2, confirmed).key("k18");
    const auto found = check_black_box(s.what);
    REQUIRE(found.findings().size() == 1);
    for (const auto* part : {"session 1", "client 17", "k17", "client 18", "k18", "seat 7"})
        CHECK(found.findings()[0].sentence.find(part) != std::string::npos);
}

TEST_CASE("black box: a search that takes too long is given up, and not called clean")
{
    story s;
    for (unsigned i = 1; i < 100; ++i)
        s.reserve(i, {7}, {1, 1'000}).granted(i + 1, i, confirmed);
    for (unsigned i = 1; i < 99; ++i)
        s.move(action::cancel, i, i, {1, 1'000}).granted(200 + i, i, cancelled);
    CHECK(is_clean(s.what)); // all of one seat at the same time, and yet it is found
    CHECK(finds(s.what, flaw::undecided, {.steps_max = 10}));
}

namespace
{

/// A true history of `count` operations of `clients` clients, each of which does one thing after
/// the other, on `seat_count` seats, one seat each.
history long_history(std::size_t count, int clients, int seat_count, std::uint64_t seed)
{
    std::mt19937_64 random{seed};
    story s;
    s.what.operations.reserve(count);
    std::vector<unsigned> holder(static_cast<std::size_t>(seat_count) + 1);
    unsigned reservations = 0;
    std::uint64_t version = 1;
    for (std::size_t i = 0; i < count; ++i)
    {
        const auto client = static_cast<unsigned>(i) % static_cast<unsigned>(clients);
        const auto seat = 1 + static_cast<int>(random() % static_cast<std::uint64_t>(seat_count));
        // It is decided at moment 10 * i; a client's next one comes `clients` turns later.
        const auto decided = static_cast<int>(10 * i);
        const auto spread = static_cast<std::uint64_t>(5 * clients - 1);
        const when at{decided - static_cast<int>(random() % spread),
                      decided + static_cast<int>(random() % spread)};
        auto& has = holder[static_cast<std::size_t>(seat)];
        if (has == 0)
            s.reserve(client, {seat}, at).granted(++version, has = ++reservations, confirmed);
        else if (random() % 4 == 0)
        {
            const auto given_back = std::exchange(has, 0);
            s.move(action::cancel, client, given_back, at)
                .granted(++version, given_back, cancelled);
        }
        else
            s.reserve(client, {seat}, at).refused(errc::seat_taken, version, {seat});
    }
    return s.what;
}

} // namespace

TEST_CASE("both checks: 200,000 operations on 500 seats, seat by seat and as one session")
{
    const auto what = long_history(200'000, 64, 500, 1);
    CHECK(check_witness(what).is_clean());
    CHECK(is_clean(what));
    CHECK(is_clean(what, {.split = box_split::by_session}));
}
