#pragma once

#include <cinema/booking/testing/conformance/fixture.hpp>

namespace cinema::booking::testing::conformance
{

TEST_CASE_TEMPLATE_DEFINE("load: a first load gives the session whole", Store, load_first)
{
    const auto house = seeded(Store::make());

    const auto seen = house.load();

    CHECK(seen.session == house.session);
    CHECK(seen.stamp.version == session_version{1});
    CHECK(seen.reservations.empty());
    CHECK(seen.keys.empty());
}

TEST_CASE_TEMPLATE_DEFINE("load: what has not changed is only said to be unchanged", Store,
                          load_unchanged)
{
    const auto house = seeded(Store::make());
    auto office = house.office();

    CHECK(as<session_unchanged>(
        load_one(house.inventory(), house.session.id, office.book().stamp())));
    office.done(office.sells({1}));
    CHECK(as<session_unchanged>(
        load_one(house.inventory(), house.session.id, office.book().stamp())));
}

TEST_CASE_TEMPLATE_DEFINE("load: with a known stamp only what changed since is given", Store,
                          load_delta)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto moving = office.done(office.holds({2}, std::chrono::seconds{60}, "moving"));
    office.done(office.sells({1}, "early"));
    const auto known = office.book().stamp();
    office.now += std::chrono::seconds{7};
    const auto fresh = office.done(office.sells({3}, "fresh"));
    const auto moved = office.done(office.confirms(moving->id, "moved"));

    const auto loaded = load_one(house.inventory(), house.session.id, known);

    const auto* delta = as<session_delta>(loaded);
    REQUIRE(delta);
    CHECK(delta->stamp == office.book().stamp());
    CHECK(delta->changed_at == office.now);
    CHECK(same(delta->reservations, {fresh, moved}));
    REQUIRE(delta->keys.size() == 2);
    for (const auto& record : delta->keys)
        CHECK(*office.book().find(record.key) == record);
}

TEST_CASE_TEMPLATE_DEFINE("load: what changed several times is given once, as it is now", Store,
                          load_delta_latest)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto known = office.book().stamp();
    const auto held = office.done(office.holds({1}, std::chrono::seconds{60}));
    office.done(office.confirms(held->id));
    const auto given_back = office.done(office.cancels(held->id));

    const auto loaded = load_one(house.inventory(), house.session.id, known);

    const auto* delta = as<session_delta>(loaded);
    REQUIRE(delta);
    CHECK(same(delta->reservations, {given_back}));
    CHECK(delta->keys.empty());
}

TEST_CASE_TEMPLATE_DEFINE("load: a delta tells of a reservation's end", Store, load_delta_end)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    auto other = house.office();
    const auto sold = office.done(office.sells({4, 5}));
    other.catch_up();
    CHECK(other.free_seats().size() == 38);

    office.done(office.cancels(sold->id));
    other.catch_up();

    CHECK(other.free_seats().size() == 40);
    CHECK(other.book().stamp() == office.book().stamp());
}

TEST_CASE_TEMPLATE_DEFINE("load: a moved configuration gives the session whole", Store,
                          load_after_config)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto known = office.book().stamp();
    const auto sold = office.done(office.sells({1}));
    office.done(office.blocks({2, 3}));

    const auto loaded = load_one(house.inventory(), house.session.id, known);

    const auto* whole = as<session_snapshot>(loaded);
    REQUIRE(whole);
    CHECK(whole->stamp == office.book().stamp());
    CHECK(whole->session.blocked == std::vector{seat_number{2}, seat_number{3}});
    CHECK(same(whole->reservations, {sold}));
}

TEST_CASE_TEMPLATE_DEFINE("load: a stamp that the store has never reached gives the session whole",
                          Store, load_after_going_back)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto sold = office.done(office.sells({1}));
    auto stamp = office.book().stamp();

    SUBCASE("a greater version") { stamp.version = later(stamp.version, 3); }
    SUBCASE("the same version of another history")
    {
        stamp.change = change_id{raw(stamp.change) ^ 1U};
    }
    SUBCASE("the same version and change of another configuration")
    {
        stamp.config = config_version{raw(stamp.config) + 1};
    }
    SUBCASE("a smaller version of another configuration")
    {
        stamp = {session_version{1}, stamp.change, config_version{raw(stamp.config) + 1}};
    }

    const auto loaded = load_one(house.inventory(), house.session.id, stamp);
    const auto* whole = as<session_snapshot>(loaded);
    REQUIRE(whole);
    CHECK(whole->stamp == office.book().stamp());
    CHECK(same(whole->reservations, {sold}));
}

TEST_CASE_TEMPLATE_DEFINE(
    "load: a stamp of another history that was passed meanwhile gives the session whole", Store,
    load_other_history)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto known = office.book().stamp();
    auto other = known;
    other.change = change_id{raw(known.change) ^ 1U};
    const auto first = office.done(office.sells({1}));
    const auto second = office.done(office.sells({2}));
    const auto load = [&](const session_stamp& stamp)
    { return load_one(house.inventory(), house.session.id, stamp); };

    CHECK(as<session_delta>(load(known)));
    const auto loaded = load(other);
    const auto* whole = as<session_snapshot>(loaded);
    REQUIRE(whole);
    CHECK(whole->stamp == office.book().stamp());
    CHECK(same(whole->reservations, {first, second}));

    auto late = office.sells({3}); // as a server decides that has lost its history meanwhile
    late.expected = other;
    const auto lost = commit_one(house.inventory(), late);
    CHECK(lost.error == errc::version_conflict);
    REQUIRE(as<session_snapshot>(lost));
    CHECK(same(as<session_snapshot>(lost)->reservations, {first, second}));
}

TEST_CASE_TEMPLATE_DEFINE("load: after a restore, whoever knows a lost history gets none of it",
                          Store, load_after_restore)
{
    const auto house = seeded(Store::make());
    if (!house.base.save)
    {
        MESSAGE("not tested: the fixture has no save");
        return;
    }
    auto office = house.office();
    const auto kept = office.done(office.sells({1}));
    const auto restore = house.base.save();
    auto lost = house.office();
    lost.done(lost.sells({2}));
    lost.done(lost.cancels(kept->id));
    const auto lost_stamp = lost.book().stamp();

    restore();
    office.refresh();
    for (int seat = 3; seat <= 6; ++seat) // beyond the version that was lost
        office.done(office.sells({seat}));

    REQUIRE(house.load().stamp.version > lost_stamp.version);
    CHECK(as<session_snapshot>(load_one(house.inventory(), house.session.id, lost_stamp)));
    lost.catch_up();
    CHECK(lost.free_seats() == office.free_seats());
    CHECK(guarded(house.inventory(), house.session.id) == seat_numbers{1, 3, 4, 5, 6});
}

TEST_CASE_TEMPLATE_DEFINE("load: whoever is far behind is brought up to date all the same", Store,
                          load_far_behind)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    auto other = house.office();
    for (int seat = 1; seat <= 40; ++seat)
        office.done(office.sells({seat}, std::to_string(seat)));

    other.catch_up();

    CHECK(other.book().stamp() == office.book().stamp());
    CHECK(other.free_seats().empty());
    CHECK(other.book().key_count() == 40);
}

TEST_CASE_TEMPLATE_DEFINE("load: a session that is not there does not spoil the others", Store,
                          load_not_found)
{
    const auto house = seeded(Store::make());
    const auto other = house.another_session();
    const std::vector<load_request> requests{
        {house.session.id}, {session_id{987'654}}, {other.id}, {session_id{0}}, {session_id{-1}}};
    std::vector<store_result<session_load>> out(requests.size());

    CHECK(house.inventory().load(requests, out).has_value());

    REQUIRE(as<session_snapshot>(out[0]));
    CHECK(as<session_snapshot>(out[0])->session.id == house.session.id);
    CHECK(out[1].error() == errc::session_not_found);
    REQUIRE(as<session_snapshot>(out[2]));
    CHECK(as<session_snapshot>(out[2])->session.id == other.id);
    CHECK(out[3].error() == errc::session_not_found);
    CHECK(out[4].error() == errc::session_not_found);
}

TEST_CASE_TEMPLATE_DEFINE("load: each session of a call is answered by its own stamp", Store,
                          load_many)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto first = office.book().stamp();
    const auto sold = office.done(office.sells({1}));
    std::vector<load_request> requests{
        {house.session.id, office.book().stamp()}, {house.session.id, first}, {house.session.id}};
    for (int i = 0; i < 20; ++i)
        requests.push_back({house.another_session().id});
    std::vector<store_result<session_load>> out(requests.size());

    CHECK(house.inventory().load(requests, out).has_value());

    CHECK(as<session_unchanged>(out[0]));
    REQUIRE(as<session_delta>(out[1]));
    CHECK(same(as<session_delta>(out[1])->reservations, {sold}));
    REQUIRE(as<session_snapshot>(out[2]));
    CHECK(same(as<session_snapshot>(out[2])->reservations, {sold}));
    for (std::size_t i = 3; i < out.size(); ++i)
    {
        REQUIRE(as<session_snapshot>(out[i]));
        CHECK(as<session_snapshot>(out[i])->session.id == requests[i].session);
    }
}

TEST_CASE_TEMPLATE_DEFINE("load: requests and answers must be as many", Store, load_malformed)
{
    const auto house = seeded(Store::make());
    const std::vector<load_request> requests{{house.session.id}};
    std::vector<store_result<session_load>> out(2);

    CHECK(house.inventory().load(requests, out).error() == errc::invalid_request);
    CHECK(house.inventory().load({}, {}).has_value());
}

TEST_CASE_TEMPLATE_DEFINE("load: all that was acknowledged is there", Store, load_acknowledged)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    std::vector<reservation_ptr> sold;
    for (const auto seat : office.free_seats())
    {
        sold.push_back(office.done(office.sells({seat}, std::to_string(raw(seat)))));
        CHECK(same(house.load().reservations, sold));
    }
    CHECK(house.load().keys.size() == sold.size());
}

TEST_CASE_TEMPLATE_DEFINE("load: every answer carries the store's time", Store, load_reply)
{
    const auto house = seeded(Store::make());
    auto& inventory = house.inventory();
    const auto clock_before = inventory.clock();
    const auto before = inventory.ping().value();

    const auto loaded = inventory.load({}, {}).value();
    const auto committed = inventory.commit({}, {}).value();

    const auto clock_after = inventory.clock();
    CHECK(clock_before.has_value() == clock_after.has_value());
    for (const auto& reply : {before, loaded, committed})
        if (clock_before && clock_after) // one clock, by whatever way it is asked
        {
            CHECK(reply.now >= *clock_before);
            CHECK(reply.now <= *clock_after);
        }
    CHECK(inventory.lanes_preferred() >= 1);
}

} // namespace cinema::booking::testing::conformance
