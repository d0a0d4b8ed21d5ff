#pragma once

#include <cinema/booking/testing/conformance/fixture.hpp>

namespace cinema::booking::testing::conformance
{

TEST_CASE_TEMPLATE_DEFINE("keys: a key answers again after everything was loaded anew", Store,
                          keys_replay)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const reserve_request request{
        .session = house.session.id, .seats = {1}, .idempotency_key = "key"};
    const auto first = office.done(office.change_for(request));
    office.done(office.sells({2}, "another"));

    auto reborn = house.office();
    session_draft draft{reborn.book()};
    const auto again = draft.decide(request, reborn.ticket(), reborn.now);

    REQUIRE(again.has_value());
    CHECK(again->replayed);
    CHECK(*again->reservation == *first);
    CHECK(!draft.is_changed());
}

TEST_CASE_TEMPLATE_DEFINE("keys: a key is replaced by one of the same digest", Store, keys_replace)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto first = office.sells({1}, "key");
    office.done(first);
    auto second = office.sells({2}, "other");
    const auto before = office.book().stamp();
    REQUIRE(second.keys.size() == 1);
    second.keys[0].key = first.keys[0].key;
    CHECK(!commit_one(house.inventory(), second).error);

    CHECK(same(house.load().keys, second.keys));
    const auto loaded = load_one(house.inventory(), house.session.id, before);
    REQUIRE(as<session_delta>(loaded));
    CHECK(same(as<session_delta>(loaded)->keys, second.keys));
}

TEST_CASE_TEMPLATE_DEFINE("keys: the same digest in two sessions is two keys", Store,
                          keys_of_sessions)
{
    const auto house = seeded(Store::make());
    auto first = house.office();
    auto second = box_office{house.inventory(), house.another_session().id};
    const auto one = first.sells({1}, "key");
    const auto two = second.sells({1}, "key");
    REQUIRE(one.keys[0].key == two.keys[0].key);

    CHECK(!first.commit(one));
    CHECK(!second.commit(two));

    CHECK(same(load_whole(house.inventory(), one.session).keys, one.keys));
    CHECK(same(load_whole(house.inventory(), two.session).keys, two.keys));
}

TEST_CASE_TEMPLATE_DEFINE(
    "keys: a snapshot has the ended reservations that keys refer to, no others", Store,
    keys_of_ended)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto plain = office.done(office.sells({1}));
    const auto keyed = office.done(office.sells({2}, "reserve"));
    const auto cancelled_by_key = office.done(office.sells({3}));
    office.done(office.cancels(plain->id));
    const auto first = office.done(office.cancels(keyed->id));
    const auto second = office.done(office.cancels(cancelled_by_key->id, "cancel"));

    const auto seen = house.load();

    CHECK(same(seen.reservations, {first, second}));
    CHECK(seen.keys.size() == 2);
    CHECK(guarded(house.inventory(), house.session.id).empty());
}

TEST_CASE_TEMPLATE_DEFINE("keys: a key's record comes back byte for byte", Store, keys_round_trip)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    auto change = office.sells({1}, "key");
    const auto id = made_by(change)->id.id;
    const auto filled = [&](std::uint8_t byte, std::uint16_t event)
    {
        key_record record{{}, {}, id, event};
        record.key.bytes.fill(byte);
        record.request.fill(static_cast<std::uint8_t>(~byte));
        return record;
    };
    change.keys = {filled(0x00, 0), filled(0xFF, 31), filled('\'', 255), filled(0x80, 0xFFFF)};
    change.keys.push_back(filled(0x01, 1));
    change.keys.back().key.bytes[15] = 0; // a zero byte at the end

    CHECK(!commit_one(house.inventory(), change).error);

    CHECK(same(house.load().keys, change.keys));
    const auto loaded = load_one(house.inventory(), house.session.id, change.expected);
    REQUIRE(as<session_delta>(loaded));
    CHECK(same(as<session_delta>(loaded)->keys, change.keys));
}

} // namespace cinema::booking::testing::conformance
