#pragma once

#include <cinema/booking/testing/conformance/fixture.hpp>

namespace cinema::booking::testing::conformance
{

TEST_CASE_TEMPLATE_DEFINE("commit: a change that is done is there, whole", Store, commit_done)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    office.now += std::chrono::seconds{3};
    const auto change = office.holds({8, 9}, std::chrono::seconds{60}, "key");

    const auto outcome = commit_one(house.inventory(), change);

    CHECK(!outcome.error);
    CHECK(!outcome.now);
    const auto seen = house.load();
    CHECK(seen.stamp == change.next);
    CHECK(seen.changed_at == office.now);
    CHECK(same(seen.reservations, {made_by(change)}));
    CHECK(same(seen.keys, change.keys));
    CHECK(guarded(house.inventory(), house.session.id) == seat_numbers{8, 9});
    CHECK(same(house.document(made_by(change)->id), *made_by(change)));
}

TEST_CASE_TEMPLATE_DEFINE("commit: of two changes of one version, one wins", Store, commit_swap)
{
    const auto house = seeded(Store::make());
    auto winner = house.office();
    auto loser = house.office();
    const auto lost = loser.sells({2}, "lost");
    winner.done(winner.sells({1}));
    const auto before = house.load();

    CHECK(commit_one(house.inventory(), lost).error == errc::version_conflict);

    // The loser left no trace.
    CHECK(same(house.load(), before));
    CHECK(guarded(house.inventory(), house.session.id) == seat_numbers{1});
    CHECK(house.document(made_by(lost)->id) == nullptr);
}

TEST_CASE_TEMPLATE_DEFINE("commit: a conflict says what changed, and one may decide again", Store,
                          commit_conflict_delta)
{
    const auto house = seeded(Store::make());
    auto winner = house.office();
    auto loser = house.office();
    const auto lost = loser.sells({2});
    const auto sold = winner.done(winner.sells({1}, "key"));

    const auto outcome = commit_one(house.inventory(), lost);

    CHECK(outcome.error == errc::version_conflict);
    const auto* delta = as<session_delta>(outcome);
    REQUIRE(delta);
    CHECK(delta->stamp == winner.book().stamp());
    CHECK(same(delta->reservations, {sold}));
    CHECK(delta->keys.size() == 1);
    loser.adopt(*outcome.now);
    CHECK(loser.free_seats() == winner.free_seats());
    CHECK(!loser.commit(loser.sells({2})));
    CHECK(guarded(house.inventory(), house.session.id) == seat_numbers{1, 2});
}

TEST_CASE_TEMPLATE_DEFINE("commit: a conflict after a moved configuration gives all", Store,
                          commit_conflict_snapshot)
{
    const auto house = seeded(Store::make());
    auto winner = house.office();
    auto loser = house.office();
    const auto lost = loser.sells({2});
    winner.done(winner.sells({1}));
    winner.done(winner.blocks({2}));

    const auto outcome = commit_one(house.inventory(), lost);

    CHECK(outcome.error == errc::version_conflict);
    const auto* whole = as<session_snapshot>(outcome);
    REQUIRE(whole);
    CHECK(same(*whole, house.load()));
}

TEST_CASE_TEMPLATE_DEFINE("commit: the same version of another history is a conflict", Store,
                          commit_change_id)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    office.done(office.sells({1}));
    auto change = office.sells({2});
    change.expected.change = change_id{raw(change.expected.change) ^ (std::uint64_t{1} << 63)};
    if (change.expected.change == change.next.change)
        change.next.change = change_id{raw(change.next.change) + 1};
    const auto before = house.load();

    const auto outcome = commit_one(house.inventory(), change);

    CHECK(outcome.error == errc::version_conflict);
    REQUIRE(as<session_snapshot>(outcome));
    CHECK(same(*as<session_snapshot>(outcome), before));
    CHECK(same(house.load(), before));
}

TEST_CASE_TEMPLATE_DEFINE("commit: a check of the same version of another history is a conflict",
                          Store, commit_check_change_id)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    office.done(office.sells({1}));
    auto check = office.checks();
    check.expected.change = change_id{raw(check.expected.change) ^ 1U};
    check.next = check.expected;
    const auto before = house.load();

    const auto outcome = commit_one(house.inventory(), check);

    CHECK(outcome.error == errc::version_conflict);
    REQUIRE(as<session_snapshot>(outcome));
    CHECK(same(*as<session_snapshot>(outcome), before));
    CHECK(same(house.load(), before));
}

TEST_CASE_TEMPLATE_DEFINE("commit: a version that the store has never reached is a conflict", Store,
                          commit_version_ahead)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    auto ahead = office.book().stamp();
    ahead.version = later(ahead.version, 5);
    const auto change = as_decided_on(ahead, office.sells({1}));
    const auto before = house.load();

    const auto outcome = commit_one(house.inventory(), change);

    CHECK(outcome.error == errc::version_conflict);
    REQUIRE(as<session_snapshot>(outcome));
    CHECK(same(*as<session_snapshot>(outcome), before));
    CHECK(same(house.load(), before));
}

TEST_CASE_TEMPLATE_DEFINE("commit: a change of nothing but the version fences off what is late",
                          Store, commit_fence)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto late = office.sells({1});
    const auto fence = office.raises();

    CHECK(!office.commit(fence));

    const auto seen = house.load();
    CHECK(seen.stamp == fence.next);
    CHECK(seen.reservations.empty());
    const auto outcome = commit_one(house.inventory(), late);
    CHECK(outcome.error == errc::version_conflict);
    REQUIRE(as<session_delta>(outcome));
    CHECK(as<session_delta>(outcome)->stamp == fence.next);
    CHECK(as<session_delta>(outcome)->reservations.empty());
}

TEST_CASE_TEMPLATE_DEFINE("commit: a version may be raised by any number of steps", Store,
                          commit_big_step)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    auto leap = office.raises();
    leap.next.version = session_version{(std::uint64_t{1} << 53) + 1}; // no double has it
    CHECK(!office.commit(leap));
    const auto sold = office.done(office.sells({1}));

    CHECK(house.load().stamp == office.book().stamp());
    CHECK(raw(sold->version()) == (std::uint64_t{1} << 53) + 2);
    CHECK(same(house.document(sold->id), *sold));
    CHECK(as<session_delta>(load_one(house.inventory(), house.session.id, leap.next)));
}

TEST_CASE_TEMPLATE_DEFINE("commit: a check succeeds while the session stands, and writes nothing",
                          Store, commit_check)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    office.done(office.sells({1}));
    const auto check = office.checks();
    const auto before = house.load();

    CHECK(!commit_one(house.inventory(), check).error);
    CHECK(!commit_one(house.inventory(), check).error);

    CHECK(same(house.load(), before));
}

TEST_CASE_TEMPLATE_DEFINE("commit: a check of a session that moved on is told what changed", Store,
                          commit_check_conflict)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto check = office.checks();
    const auto sold = office.done(office.sells({1}));

    const auto outcome = commit_one(house.inventory(), check);

    CHECK(outcome.error == errc::version_conflict);
    REQUIRE(as<session_delta>(outcome));
    CHECK(same(as<session_delta>(outcome)->reservations, {sold}));

    auto missing = check;
    missing.session = session_id{987'654};
    CHECK(commit_one(house.inventory(), missing).error == errc::session_not_found);
}

TEST_CASE_TEMPLATE_DEFINE("commit: each change of a batch is won or lost by itself", Store,
                          commit_batch)
{
    const auto house = seeded(Store::make());
    std::vector<box_office> offices;
    for (int i = 0; i < 5; ++i)
        offices.emplace_back(house.inventory(), house.another_session().id);
    enum
    {
        done,
        lost,
        missing,
        checked,
        stale
    };
    std::vector<session_change> batch{offices[done].sells({1}), offices[lost].sells({1}),
                                      offices[missing].raises(), offices[checked].checks(),
                                      offices[stale].checks()};
    batch[missing].session = session_id{987'654};
    const auto rival = offices[lost].done(offices[lost].sells({1, 2}));
    offices[stale].done(offices[stale].raises());
    std::vector<commit_outcome> outcome(batch.size());

    CHECK(house.inventory().commit(batch, outcome).has_value());

    CHECK(!outcome[done].error);
    CHECK(outcome[lost].error == errc::version_conflict);
    REQUIRE(as<session_delta>(outcome[lost]));
    CHECK(same(as<session_delta>(outcome[lost])->reservations, {rival}));
    CHECK(outcome[missing].error == errc::session_not_found);
    CHECK(!outcome[checked].error);
    CHECK(outcome[stale].error == errc::version_conflict);
    REQUIRE(as<session_delta>(outcome[stale]));
    CHECK(same(load_whole(house.inventory(), batch[done].session).reservations,
               {made_by(batch[done])}));
    CHECK(same(load_whole(house.inventory(), batch[lost].session).reservations, {rival}));
    CHECK(load_whole(house.inventory(), batch[checked].session).reservations.empty());
}

TEST_CASE_TEMPLATE_DEFINE("commit: a batch takes as many sessions as a lane brings", Store,
                          commit_large_batch)
{
    const auto house = seeded(Store::make());
    std::vector<box_office> offices;
    std::vector<session_change> batch;
    for (std::size_t i = 0; i < batch_operations_max; ++i)
    {
        auto& office = offices.emplace_back(house.inventory(), house.another_session().id);
        batch.push_back(office.sells({1 + i % 40}, "key"));
    }
    std::vector<commit_outcome> outcome(batch.size());

    CHECK(house.inventory().commit(batch, outcome).has_value());

    for (std::size_t i = 0; i < batch.size(); ++i)
    {
        REQUIRE(!outcome[i].error);
        const auto seen = load_whole(house.inventory(), batch[i].session);
        CHECK(seen.stamp == batch[i].next);
        CHECK(same(seen.reservations, {made_by(batch[i])}));
    }
}

TEST_CASE_TEMPLATE_DEFINE("commit: one change takes a whole hall, one reservation a seat", Store,
                          commit_large_change)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    session_draft draft{office.book()};
    for (const auto seat : office.free_seats())
        CHECK(draft
                  .decide(reserve_request{.session = house.session.id,
                                          .seats = {seat},
                                          .idempotency_key = std::to_string(raw(seat))},
                          office.ticket(), office.now)
                  .has_value());
    const auto change = office.take(std::move(draft));

    CHECK(!office.commit(change));

    const auto seen = house.load();
    CHECK(seen.reservations.size() == 40);
    CHECK(same(seen.keys, change.keys));
    CHECK(guarded(house.inventory(), house.session.id).size() == 40);
    for (const auto& entry : change.reservations)
        CHECK(same(house.document(entry.now->id), *entry.now));
}

TEST_CASE_TEMPLATE_DEFINE("commit: a malformed batch is refused, and nothing of it is written",
                          Store, commit_malformed)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    auto other = box_office{house.inventory(), house.another_session().id};
    std::vector<session_change> batch{other.sells({1}), office.sells({1})};
    std::size_t outcomes = 2;

    SUBCASE("too few outcomes") { outcomes = 1; }
    SUBCASE("too many outcomes") { outcomes = 3; }
    SUBCASE("one session twice") { batch[0] = office.sells({2}); }
    SUBCASE("one session twice, as a check") { batch[0] = office.checks(); }
    SUBCASE("a version that is not raised") { batch[1].next.version = batch[1].expected.version; }
    SUBCASE("a version that falls") { batch[1].next.version = session_version{0}; }
    SUBCASE("a check that writes") { batch[1].next = batch[1].expected; }
    SUBCASE("a check that adds keys")
    {
        batch[1] = office.checks();
        batch[1].keys.emplace_back();
    }
    SUBCASE("a check that blocks")
    {
        batch[1] = office.checks();
        batch[1].blocked.emplace();
    }
    const auto changed = [&](auto alter)
    {
        auto state = *made_by(batch[1]);
        alter(state);
        batch[1].reservations.back().now = std::make_shared<const reservation>(std::move(state));
    };
    SUBCASE("no reservation") { batch[1].reservations.back().now = nullptr; }
    SUBCASE("a reservation without events")
    {
        changed([](reservation& state) { state.events.clear(); });
    }
    SUBCASE("another session's reservation")
    {
        changed([&](reservation& state) { state.id.session = batch[0].session; });
    }
    SUBCASE("a reservation of an old version")
    {
        changed([&](reservation& state)
                { state.events.back().version = batch[1].expected.version; });
    }
    SUBCASE("a reservation of a later version")
    {
        changed([&](reservation& state)
                { state.events.back().version = later(batch[1].next.version); });
    }
    SUBCASE("held without an end")
    {
        changed([](reservation& state) { state.events.back().status = reservation_status::held; });
    }

    std::vector<commit_outcome> outcome(outcomes);
    CHECK(house.inventory().commit(batch, outcome).error() == errc::invalid_request);
    CHECK(house.load().stamp == office.book().stamp());
    CHECK(house.load().reservations.empty());
    CHECK(load_whole(house.inventory(), other.book().session().id).stamp == other.book().stamp());
}

TEST_CASE_TEMPLATE_DEFINE("commit: blocked seats are replaced, down to none", Store, commit_blocked)
{
    const auto house = seeded(Store::make());
    auto office = house.office();

    office.done(office.blocks({40, 2, 17}));
    CHECK(house.load().session.blocked
          == std::vector{seat_number{2}, seat_number{17}, seat_number{40}});
    CHECK(house.load().stamp == office.book().stamp());

    office.done(office.blocks({2, 40}, false));
    CHECK(house.load().session.blocked == std::vector{seat_number{17}});
    office.done(office.blocks({17}, false));
    CHECK(house.load().session.blocked.empty());
    CHECK(house.load().stamp == office.book().stamp());
}

TEST_CASE_TEMPLATE_DEFINE("commit: the store judges neither seats nor holds", Store,
                          commit_no_rules)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    auto sale = office.holds({5}, std::chrono::seconds{1});
    office.done(office.blocks({5}));
    auto state = *made_by(sale);
    state.events.back().version = later(office.book().stamp().version);
    state.events.back().at = that_day(0);
    state.events.back().held_until = that_day(1); // long over
    auto change = office.raises();
    change.reservations = {{std::make_shared<const reservation>(state), true, false}};

    CHECK(!commit_one(house.inventory(), change).error);

    CHECK(same(house.load().reservations, {change.reservations[0].now}));
}

} // namespace cinema::booking::testing::conformance
