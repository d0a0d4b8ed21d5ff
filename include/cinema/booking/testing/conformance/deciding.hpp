#pragma once

#include <cinema/booking/testing/conformance/fixture.hpp>
#include <cinema/booking/testing/race.hpp>

#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace cinema::booking::testing::conformance
{

/// Loads what changed in a session since `office` knew it, and commits what `decide` makes of it.
[[nodiscard]] inline commit_outcome
load_and_commit_one(const house& at, box_office& office,
                    const std::function<session_change()>& decide)
{
    const load_request request{at.session.id, office.book().stamp()};
    std::vector<commit_outcome> outcome;
    session_change change;
    const auto done = at.inventory().load_and_commit(
        {&request, 1},
        [&](const store_reply&, std::span<store_result<session_load>> loaded)
        {
            office.adopt(loaded[0].value());
            change = decide();
            return std::vector{change};
        },
        outcome);
    if (!done)
        return {.error = done.error(), .now = std::nullopt};
    if (outcome.size() == 1 && !outcome[0].error)
        office.adopt(load_one(at.inventory(), at.session.id, office.book().stamp()).value());
    return outcome.at(0);
}

TEST_CASE_TEMPLATE_DEFINE("deciding: who comes late decides on what the others left", Store,
                          deciding_on_the_latest)
{
    const auto house = seeded(Store::make());
    auto early = house.office();
    auto late = house.office();
    const auto sold = early.done(early.sells({1}));
    seat_numbers seen;
    session_change change;

    const auto outcome = load_and_commit_one(house, late,
                                             [&]
                                             {
                                                 for (const auto seat : late.free_seats())
                                                     seen.push_back(raw(seat));
                                                 return change = late.sells({2}, "key");
                                             });

    CHECK(!outcome.error);
    CHECK(!outcome.now);
    CHECK(seen.size() == 39);
    CHECK(seen.front() == 2);
    CHECK(change.expected == early.book().stamp());
    const auto after = house.load();
    CHECK(after.stamp == change.next);
    CHECK(same(after.reservations, {sold, made_by(change)}));
    CHECK(same(after.keys, change.keys));
    CHECK(guarded(house.inventory(), house.session.id) == seat_numbers{1, 2});
}

TEST_CASE_TEMPLATE_DEFINE("deciding: who then wants nothing writes nothing, and is in nobody's way",
                          Store, deciding_nothing)
{
    const auto house = seeded(Store::make());
    const load_request request{house.session.id, std::nullopt};
    const auto before = house.load();
    std::vector<commit_outcome> outcome(3);
    int calls = 0;

    const auto done = house.inventory().load_and_commit(
        {&request, 1},
        [&](const store_reply&, std::span<store_result<session_load>> loaded)
        {
            ++calls;
            CHECK(loaded.size() == 1);
            CHECK(as<session_snapshot>(loaded[0]) != nullptr);
            return std::vector<session_change>{};
        },
        outcome);

    CHECK(done.has_value());
    CHECK(calls == 1);
    CHECK(outcome.empty());
    CHECK(same(house.load(), before));
    auto office = house.office();
    office.done(office.sells({1}));
}

TEST_CASE_TEMPLATE_DEFINE("deciding: the outcomes are those of the changes, in their order", Store,
                          deciding_for_several)
{
    const auto house = seeded(Store::make());
    const auto second = house.another_session().id;
    const session_id nowhere{raw(second) + 1'000};
    box_office first_office{house.inventory(), house.session.id};
    box_office second_office{house.inventory(), second};
    const auto good = second_office.sells({7});
    const auto stale = as_decided_on({session_version{9}, change_id{9}, config_version{1}},
                                     first_office.sells({5}));
    auto lost = good;
    lost.session = nowhere;
    lost.reservations.clear();
    lost.keys.clear();
    const std::vector<load_request> requests{{house.session.id, first_office.book().stamp()},
                                             {nowhere, std::nullopt},
                                             {second, std::nullopt}};
    std::vector<commit_outcome> outcome;

    const auto done = house.inventory().load_and_commit(
        requests,
        [&](const store_reply&, std::span<store_result<session_load>> loaded)
        {
            CHECK(as<session_unchanged>(loaded[0]) != nullptr);
            CHECK(loaded[1].error() == errc::session_not_found);
            CHECK(as<session_snapshot>(loaded[2]) != nullptr);
            return std::vector{good, lost, stale};
        },
        outcome);

    REQUIRE(done.has_value());
    REQUIRE(outcome.size() == 3);
    CHECK(!outcome[0].error);
    CHECK(outcome[1].error == errc::session_not_found);
    CHECK(outcome[2].error == errc::version_conflict);
    CHECK(as<session_snapshot>(outcome[2]) != nullptr);
    CHECK(guarded(house.inventory(), second) == seat_numbers{7});
    CHECK(guarded(house.inventory(), house.session.id).empty());
}

TEST_CASE_TEMPLATE_DEFINE(
    "deciding: a change that keeps to no rule is refused, and nothing written", Store,
    deciding_malformed)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    auto change = office.sells({1});
    change.next.version = change.expected.version;
    const auto before = house.load();

    const auto outcome = load_and_commit_one(house, office, [&] { return change; });

    CHECK(outcome.error == errc::invalid_request);
    CHECK(same(house.load(), before));
}

TEST_CASE_TEMPLATE_DEFINE("deciding: what is thrown is passed on, and nothing written", Store,
                          deciding_throws)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto before = house.load();

    CHECK_THROWS_AS((void)load_and_commit_one(house, office,
                                              []() -> session_change
                                              { throw std::out_of_range{"no idea"}; }),
                    std::out_of_range);

    CHECK(same(house.load(), before));
    office.done(office.sells({1})); // and nobody is in the way
}

TEST_CASE_TEMPLATE_DEFINE("deciding: the documents can be asked meanwhile", Store,
                          deciding_with_documents)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto held = office.done(office.holds({1}, std::chrono::seconds{60}));
    house.deliver();

    const auto outcome = load_and_commit_one(house, office,
                                             [&]
                                             {
                                                 CHECK(house.document(held->id) != nullptr);
                                                 return office.confirms(held->id);
                                             });

    CHECK(!outcome.error);
}

TEST_CASE_TEMPLATE_DEFINE("deciding: many at once sell each seat of two sessions once", Store,
                          deciding_race)
{
    const auto house = seeded(Store::make());
    const std::vector<session_id> sessions{house.session.id, house.another_session().id};
    constexpr std::size_t sellers = 4;
    constexpr int sales = 8;

    // Each sells seats of its own, in both sessions at once, named in either order.
    const auto sell = [&](std::size_t seller)
    {
        for (int i = 0; i < sales;)
        {
            std::vector<box_office> offices;
            std::vector<load_request> requests;
            for (std::size_t at = 0; at < 2; ++at)
            {
                offices.emplace_back(house.inventory(), sessions[(seller + at) % 2]);
                requests.push_back({sessions[(seller + at) % 2], offices.back().book().stamp()});
            }
            std::vector<commit_outcome> outcome;
            const auto decide =
                [&](const store_reply&, std::span<store_result<session_load>> loaded)
            {
                std::vector<session_change> batch;
                for (std::size_t at = 0; at < 2; ++at)
                {
                    offices[at].adopt(loaded[at].value());
                    const auto seat = static_cast<int>(seller) * sales + i + 1;
                    const auto free = offices[at].free_seats();
                    const bool is_left =
                        std::find(free.begin(), free.end(), seat_number{seat}) != free.end();
                    batch.push_back(is_left ? offices[at].sells({seat}) : offices[at].checks());
                }
                return batch;
            };
            (void)house.inventory().load_and_commit(requests, decide, outcome).value();
            i += !outcome.at(0).error && !outcome.at(1).error; // who lost a swap tries again
        }
    };
    CHECK(run_threads(sellers, sell) == std::vector<std::string>{});

    for (const auto session : sessions)
    {
        CHECK(guarded(house.inventory(), session).size() == sellers * sales);
        CHECK(load_whole(house.inventory(), session).reservations.size() == sellers * sales);
    }
}

} // namespace cinema::booking::testing::conformance
