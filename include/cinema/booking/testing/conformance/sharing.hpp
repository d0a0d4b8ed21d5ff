#pragma once

#include <cinema/booking/testing/conformance/fixture.hpp>
#include <cinema/booking/testing/race.hpp>
#include <cinema/booking/testing/race_worker.hpp>

/// What a fixture offers by `open_again` and `run_workers`. Without them these tests check nothing,
/// and say so.
namespace cinema::booking::testing::conformance
{

inline constexpr std::size_t sharers = 4;

TEST_CASE_TEMPLATE_DEFINE("sharing: what was acknowledged is there after all was closed", Store,
                          sharing_reopen)
{
    auto house = seeded(Store::make());
    if (!house.base.open_again)
    {
        MESSAGE("not tested: the fixture has no open_again");
        return;
    }
    auto office = house.office();
    const auto sold = office.done(office.sells_to({"anna"}, {1, 2}));
    const auto held = office.done(office.holds({3}, std::chrono::seconds{60}, "key"));
    office.done(office.blocks({4}));
    CHECK(house.inventory().keep("name", "value").has_value());
    const user account{.id = {"anna"},
                       .name = "Anna",
                       .email = "anna@example.org",
                       .password_hash = "hash",
                       .created_at = that_day(0)};
    CHECK(house.accounts().add(account).has_value());
    access_token token{.user = {"anna"}};
    CHECK(house.inventory().add_token(token).has_value());
    house.deliver();
    const auto seen = house.load();

    house.base.stores = {};
    house.base.stores = house.base.open_again();

    CHECK(same(house.load(), seen));
    CHECK(guarded(house.inventory(), house.session.id) == seat_numbers{1, 2, 3});
    CHECK(house.inventory().find_hall(house.hall->id).value()->layout == house.hall->layout);
    CHECK(house.inventory().lapsed(*held->held_until(), 1).value().size() == 1);
    CHECK(house.inventory().keep("name", "other").value() == "value");
    CHECK(house.inventory().find_token(token.digest).value() == token);
    CHECK(house.accounts().find_by_email("ANNA@example.org").value() == account);
    const auto listed = house.reservations().list({.account = {"anna"}}).value();
    REQUIRE(listed.size() == 1);
    CHECK(*listed[0] == *sold);
    CHECK(house.another_session().id != house.session.id);
}

TEST_CASE_TEMPLATE_DEFINE("sharing: stores opened a second time see all, and swap with the first",
                          Store, sharing_second)
{
    const auto house = seeded(Store::make());
    if (!house.base.open_again)
    {
        MESSAGE("not tested: the fixture has no open_again");
        return;
    }
    const auto second = house.base.open_again();
    auto here = house.office();
    box_office there{*second.inventory, house.session.id};
    const auto sold = here.done(here.sells({1}, "key"));

    CHECK(there.commit(there.sells({1})) == errc::version_conflict);
    there.catch_up();
    CHECK(there.free_seats() == here.free_seats());
    there.done(there.sells({2}));
    CHECK(here.commit(here.sells({2})) == errc::version_conflict);
    CHECK(*second.reservations->find(sold->id).value() == *sold);
    CHECK(second.inventory->find_hall(house.hall->id).value()->layout == house.hall->layout);

    const auto verdict = race_for_versions(second, house.session.id, sharers, 20);
    INFO(verdict.text());
    CHECK(verdict.is_clean());
    CHECK(same(house.load(), load_whole(*second.inventory, house.session.id)));
}

TEST_CASE_TEMPLATE_DEFINE("sharing: among processes too, one wins each version", Store,
                          sharing_processes)
{
    if constexpr (Store::shares_among_processes)
    {
        const auto house = seeded(Store::make());
        constexpr std::size_t wins = 50;
        std::vector<std::string> tasks;
        for (std::size_t i = 1; i <= sharers; ++i)
            tasks.push_back(race_task{house.session.id, i, wins}.text());

        const auto written = house.base.run_workers(tasks);

        auto verdict = judge_race(written, session_version{1}, house.load().stamp.version);
        house.deliver();
        complain_of_audit(verdict, house.base.stores);
        INFO(verdict.text());
        CHECK(verdict.is_clean());
        CHECK(verdict.wins == sharers * wins);
        WARN(verdict.losses > 0); // else they did not meet, and it was no race
    }
    else
        MESSAGE("not tested: shares_among_processes is false");
}

} // namespace cinema::booking::testing::conformance
