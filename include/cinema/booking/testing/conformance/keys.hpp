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
    "keys: a snapshot has the ended reservations that keys refer to if it is asked to", Store,
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

/// A session as it is loaded where ended reservations are not asked for.
[[nodiscard]] inline session_snapshot load_live(const house& at)
{
    const load_request request{.session = at.session.id};
    store_result<session_load> loaded;
    (void)at.inventory().load({&request, 1}, {&loaded, 1}).value();
    return std::get<session_snapshot>(std::move(loaded).value());
}

TEST_CASE_TEMPLATE_DEFINE("keys: of the keys of ended reservations a snapshot has the prefixes",
                          Store, keys_as_prefixes)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto gone = office.done(office.holds({1}, std::chrono::seconds{60}, "gone"));
    office.done(office.confirms(gone->id, "sold"));
    const auto kept = office.done(office.sells({2}, "kept"));
    office.done(office.cancels(gone->id, "cancelled"));
    const auto all = house.load();

    const auto seen = load_live(house);

    CHECK(seen.stamp == all.stamp);
    CHECK(same(seen.reservations, {kept}));
    REQUIRE(seen.keys.size() == 1);
    CHECK(seen.keys[0].reservation == kept->id.id);
    for (const auto& record : all.keys)
    {
        const bool has_prefix =
            std::ranges::count(seen.key_prefixes, prefix_of(record.key)) == 1; // also of `kept`
        CHECK((has_prefix || record == seen.keys[0]));
    }
    CHECK(seen.key_prefixes.size() <= all.keys.size());
    const auto book = session_book::open(office.book().hall(), seen).value();
    CHECK(book.key_count() == all.keys.size());
}

TEST_CASE_TEMPLATE_DEFINE("keys: a key can be looked up with its reservation", Store,
                          keys_looked_up)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto sold = office.sells({1}, "reserve");
    office.done(sold);
    const auto live = made_by(sold);
    const auto key = sold.keys[0].key;
    const auto find = [&](const key_digest& of)
    { return house.inventory().find_key(live->id.session, of); };

    auto found = find(key).value();
    CHECK(found.record == sold.keys[0]);
    CHECK(same(found.reservation, *live));
    const auto cancelled = office.cancels(live->id, "cancel");
    const auto ended = office.done(cancelled);
    for (const auto& record : {sold.keys[0], cancelled.keys[0]})
    {
        found = find(record.key).value();
        CHECK(found.record == record);
        CHECK(same(found.reservation, *ended));
    }
}

TEST_CASE_TEMPLATE_DEFINE("keys: a key that a session does not have is not found in it", Store,
                          keys_not_found)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto sold = office.sells({1}, "key");
    office.done(sold);
    auto other = sold.keys[0].key;
    other.bytes[15] ^= 1U; // of the same prefix

    CHECK(house.inventory().find_key(house.session.id, other).value().reservation == nullptr);
    const auto elsewhere = house.another_session().id;
    CHECK(house.inventory().find_key(elsewhere, sold.keys[0].key).value().reservation == nullptr);
    CHECK(house.inventory().find_key(session_id{987'654}, other).value().reservation == nullptr);
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
