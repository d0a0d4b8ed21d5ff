#pragma once

#include <cinema/booking/testing/conformance/fixture.hpp>
#include <cinema/booking/testing/race.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

namespace cinema::booking::testing::conformance
{

TEST_CASE_TEMPLATE_DEFINE(
    "lapsed: sessions are named whose holds have run out, from that moment on", Store, lapsed_names)
{
    const auto house = seeded(Store::make());
    auto& inventory = house.inventory();
    auto office = house.office();
    const auto lapsed = [&](time_point now) { return inventory.lapsed(now, 100).value(); };
    const std::vector<session_id> only{house.session.id};
    const auto start = office.now;
    const auto held = office.done(office.holds({1}, std::chrono::seconds{60}));
    office.done(office.holds({2}, std::chrono::seconds{60}));
    office.done(office.sells({3}));
    auto other = box_office{inventory, house.another_session().id};
    other.done(other.sells({1}));

    CHECK(lapsed(start + std::chrono::milliseconds{59'999}).empty());
    CHECK(lapsed(start + std::chrono::seconds{60}) == only); // once, though two holds ran out

    office.done(office.change_for(
        extend_request{.reservation = held->id, .hold = std::chrono::seconds{90}}));
    office.now += std::chrono::seconds{60};
    office.done(office.expires()); // seat 2
    CHECK(lapsed(start + std::chrono::seconds{60}).empty());
    CHECK(lapsed(start + std::chrono::seconds{90}) == only);
    office.done(office.confirms(held->id));
    CHECK(lapsed(start + std::chrono::hours{1'000}).empty());
}

TEST_CASE_TEMPLATE_DEFINE(
    "lapsed: holds that were cancelled do not run out, and no more than asked", Store, lapsed_limit)
{
    const auto house = seeded(Store::make());
    auto& inventory = house.inventory();
    std::vector<session_id> sessions;
    const auto late = that_day(24 * 60);
    for (int i = 0; i < 5; ++i)
    {
        box_office office{inventory, house.another_session().id};
        const auto first = office.done(office.holds({1}, std::chrono::seconds{10}));
        if (i == 0)
            office.done(office.cancels(first->id));
        else
            sessions.push_back(first->id.session);
    }

    auto all = inventory.lapsed(late, 100).value();
    std::sort(all.begin(), all.end());
    CHECK(all == sessions);
    CHECK(inventory.lapsed(late, 3).value().size() == 3);
    CHECK(inventory.lapsed(late, 1).value().size() == 1);
}

/// Purges until there is nothing left to purge; what was removed in all.
[[nodiscard]] inline purge_report purge_all(inventory_store& inventory, time_point before,
                                            std::size_t limit = 1'000)
{
    purge_report sum;
    for (int i = 0; i < 100; ++i)
    {
        const auto report = inventory.purge(before, limit).value();
        if (report.reservations + report.keys + report.access_tokens == 0)
            return sum;
        sum.reservations += report.reservations;
        sum.keys += report.keys;
        sum.access_tokens += report.access_tokens;
    }
    FAIL("purging comes to no end");
    return sum;
}

/// The same once the documents are up to date: what waits for that stays.
[[nodiscard]] inline purge_report purge_all(const house& in, time_point before,
                                            std::size_t limit = 1'000)
{
    in.deliver();
    return purge_all(in.inventory(), before, limit);
}

TEST_CASE_TEMPLATE_DEFINE("purge: what ended before goes, with its keys; what ended then stays",
                          Store, purge_ended)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto cancelled = office.done(office.sells({1}, "a"));
    office.done(office.cancels(cancelled->id, "b"));
    office.done(office.holds({2}, std::chrono::seconds{1}, "c"));
    office.now += std::chrono::seconds{10};
    office.done(office.expires());
    const auto cut = office.now + std::chrono::seconds{10};
    office.now = cut;
    const auto later_one = office.done(office.sells({3}, "d"));
    const auto kept = office.done(office.cancels(later_one->id));
    const auto live = office.done(office.sells({4}, "e"));
    const auto stamp = house.load().stamp;

    const auto removed = purge_all(house, cut);

    CHECK(removed.reservations == 2);
    CHECK(removed.keys == 3);
    const auto seen = house.load();
    CHECK(seen.stamp == stamp);
    CHECK(same(seen.reservations, {kept, live}));
    CHECK(seen.keys.size() == 2);
    CHECK(guarded(house.inventory(), house.session.id) == seat_numbers{4});
}

TEST_CASE_TEMPLATE_DEFINE(
    "purge: keys of what lives go once its last change and the session are over", Store, purge_keys)
{
    const auto house = seeded(Store::make()); // 20:00 to 22:00
    auto office = house.office();
    const auto end = *house.session.ends_at;
    const auto early = office.done(office.sells({1}, "early"));
    office.now = end + std::chrono::hours{1};
    const auto late = office.done(office.sells({2}, "late"));
    auto open_end = box_office{house.inventory(), house.another_session().id};
    const auto other = open_end.done(open_end.sells({1}, "other")); // counts from the showtime
    const auto keys = [&](session_id id) { return load_whole(house.inventory(), id).keys.size(); };

    CHECK(purge_all(house, house.session.showtime).keys == 0);
    CHECK(purge_all(house, end).keys == 1);
    CHECK(keys(other->id.session) == 0);
    CHECK(keys(house.session.id) == 2);
    CHECK(purge_all(house, end + std::chrono::milliseconds{1}).keys == 1);
    CHECK(keys(house.session.id) == 1);
    CHECK(purge_all(house, office.now).keys == 0);
    CHECK(purge_all(house, office.now + std::chrono::milliseconds{1}).keys == 1);
    CHECK(keys(house.session.id) == 0);
    CHECK(same(house.load().reservations, {early, late}));
}

TEST_CASE_TEMPLATE_DEFINE("purge: it can be done bit by bit", Store, purge_bit_by_bit)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    for (int i = 1; i <= 10; ++i)
        office.done(office.cancels(office.done(office.sells({i}, std::to_string(i)))->id));
    const auto live = office.done(office.sells({11}));

    const auto removed = purge_all(house, office.now + std::chrono::seconds{1}, 3);

    CHECK(removed.reservations == 10);
    CHECK(removed.keys == 10);
    CHECK(same(house.load().reservations, {live}));
}

TEST_CASE_TEMPLATE_DEFINE("purge: whoever knows an old version still learns what has ended", Store,
                          purge_then_load)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto sold = office.done(office.sells({1}));
    auto old_book = house.office();
    office.done(office.cancels(sold->id));
    CHECK(purge_all(house, office.now + std::chrono::seconds{1}).reservations == 1);
    office.done(office.sells({2}));

    old_book.catch_up();

    CHECK(old_book.free_seats() == office.free_seats());
}

TEST_CASE_TEMPLATE_DEFINE("purge: what an account had stays in its history", Store, purge_history)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto sold = office.done(office.sells_to({"anna"}, {1}));
    const auto over = office.done(office.cancels(sold->id));
    office.now += std::chrono::seconds{1};
    const auto live = office.done(office.sells_to({"anna"}, {1}));
    house.deliver();

    CHECK(purge_all(house, office.now + std::chrono::seconds{1}).reservations == 1);

    CHECK(same(house.load().reservations, {live}));
    CHECK(same(house.document(over->id), *over));
    const auto listed = house.reservations().list({.account = {"anna"}}).value();
    REQUIRE(listed.size() == 2);
    CHECK(*listed[0] == *live);
    CHECK(*listed[1] == *over);
}

TEST_CASE_TEMPLATE_DEFINE("purge: documents of guests go once they have ended, no others", Store,
                          purge_guests)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto guest = office.done(office.cancels(office.done(office.sells({1}))->id));
    const auto lapsed = office.done(office.holds({2}, std::chrono::seconds{1}));
    const auto own = office.done(office.cancels(office.done(office.sells_to({"anna"}, {3}))->id));
    office.now += std::chrono::seconds{10};
    office.done(office.expires());
    const auto cut = office.now + std::chrono::seconds{1};
    office.now = cut;
    const auto live = office.done(office.sells({4}));
    const auto late = office.done(office.cancels(office.done(office.sells({5}))->id));
    house.deliver();

    CHECK(purge_all(house, cut).reservations == 3);
    while (house.reservations().purge(cut, 1).value() > 0)
        continue;

    CHECK(house.document(guest->id) == nullptr);
    CHECK(house.document(lapsed->id) == nullptr);
    CHECK(same(house.document(own->id), *own));
    CHECK(same(house.document(live->id), *live));
    CHECK(same(house.document(late->id), *late));
    CHECK(house.reservations().purge(cut, 10).value() == 0);
}

TEST_CASE_TEMPLATE_DEFINE("purge: what it took is told by no delta, but by a snapshot", Store,
                          purge_then_delta)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto sold = office.done(office.sells({1}));
    const auto before_end = house.load().stamp;
    office.done(office.cancels(sold->id));
    const auto after_end = house.load().stamp;
    CHECK(purge_all(house, office.now + std::chrono::seconds{1}).reservations == 1);
    office.done(office.sells({2}));
    const auto load = [&](const session_stamp& known)
    { return load_one(house.inventory(), house.session.id, known).value(); };

    CHECK(std::holds_alternative<session_snapshot>(load(before_end)));
    CHECK(std::holds_alternative<session_delta>(load(after_end)));
}

TEST_CASE_TEMPLATE_DEFINE("lease: one owner has a name at a time, and others get it afterwards",
                          Store, lease_one_owner)
{
    const auto house = seeded(Store::make());
    auto& here = house.inventory();
    const auto again = house.base.open_again ? house.base.open_again() : house.base.stores;
    auto& there = *again.inventory;
    constexpr std::uint64_t first = 0xFFFF'FFFF'FFFF'FFFFU;
    constexpr std::uint64_t second = 1;
    const std::chrono::hours long_time{1};

    CHECK(here.lease("sweep", first, long_time).value());
    if (!house.base.open_again && there.lease("sweep", second, long_time).value())
    {
        MESSAGE("not tested: the store gives leases to everybody");
        return;
    }
    CHECK(!there.lease("sweep", second, long_time).value());
    CHECK(here.lease("sweep", first, long_time).value()); // prolongs it
    CHECK(there.lease("purge", second, long_time).value());
    CHECK(!here.lease("purge", first, long_time).value());

    CHECK(here.lease("short", first, std::chrono::milliseconds{1}).value());
    while (!there.lease("short", second, long_time).value()) // until it has run out
        std::this_thread::yield();
    CHECK(!here.lease("short", first, long_time).value());
    CHECK(!there.lease("sweep", second, long_time).value()); // as before
    CHECK(here.keep("sweep", "value").value() == "value");   // another thing of that name
}

TEST_CASE_TEMPLATE_DEFINE("lease: of many who want it at once, one gets it", Store, lease_race)
{
    const auto house = seeded(Store::make());
    constexpr std::size_t owners = 4;
    std::array<std::atomic<std::size_t>, 10> won{};

    const auto thrown = run_threads(
        owners,
        [&](std::size_t i)
        {
            for (std::size_t round = 0; round < won.size(); ++round)
                if (house.inventory()
                        .lease("lease " + std::to_string(round), i + 1, std::chrono::hours{1})
                        .value())
                    ++won[round];
        });

    CHECK(thrown == std::vector<std::string>{});
    if (!house.base.open_again && won[0] == owners)
    {
        MESSAGE("not tested: the store gives leases to everybody");
        return;
    }
    for (const auto& winners : won)
        CHECK(winners == 1);
}

TEST_CASE_TEMPLATE_DEFINE("keep: a value may be any bytes, within limits", Store, keep_bytes)
{
    const auto house = seeded(Store::make());
    auto& inventory = house.inventory();
    const auto keep = [&](std::string_view name, std::string_view value)
    { return inventory.keep(name, value); };
    std::string bytes(kept_value_bytes_max, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(i % 256);
    const std::string longest(kept_name_bytes_max, 'n');

    CHECK(keep(longest, bytes).value() == bytes);
    CHECK(keep(longest, "").value() == bytes);
    CHECK(keep(longest + 'n', "").error() == errc::invalid_request);
    CHECK(keep("long", bytes + 'b').error() == errc::invalid_request);
    CHECK(keep("long", "short").value() == "short");
    CHECK(keep({"a\0b", 3}, "").error() == errc::invalid_request);
}

TEST_CASE_TEMPLATE_DEFINE("keep: the first value of a name is kept and given to all", Store,
                          keep_first)
{
    const auto house = seeded(Store::make());
    auto& inventory = house.inventory();

    CHECK(inventory.keep("key", "first").value() == "first");
    CHECK(inventory.keep("key", "second").value() == "first");
    CHECK(inventory.keep("Key", "other").value() == "other");
    CHECK(inventory.keep("empty", "").value().empty());
    CHECK(inventory.keep("empty", "late").value().empty());
    const std::string quoted = "it's \"quoted\" -- \xF0\x9F\x8E\xAC; $1 ?";
    CHECK(inventory.keep(quoted, quoted).value() == quoted);
    CHECK(inventory.keep(quoted, "x").value() == quoted);
    CHECK(inventory.keep("key", "").value() == "first");
}

} // namespace cinema::booking::testing::conformance
