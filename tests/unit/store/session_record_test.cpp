// A session as one value: what stores rely on that keep each session so.

#include <cinema/booking/store/session_record.hpp>

#include "unit/store/plain_documents.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

using namespace cinema::booking;
using namespace cinema::tests;
using namespace std::chrono_literals;

namespace
{

constexpr time_point noon{1'000'000h};

session_record empty_record()
{
    session_record record;
    record.session.id = session_id{1};
    record.session.showtime = noon;
    record.stamp = {session_version{1}, change_id{1}, config_version{1}};
    return record;
}

key_record key_of(const reservation_ptr& state, std::uint8_t number)
{
    key_record key;
    key.key.bytes[0] = number;
    key.reservation = state->id.id;
    return key;
}

/// What brings the record to `state`, by a change of the id `id`.
session_change change_to(const session_record& record, const reservation_ptr& state,
                         std::uint64_t id = 77)
{
    const auto before = record.reservations.find(state->id.id);
    const bool is_new = before == record.reservations.end();
    session_change change{
        .session = record.session.id, .expected = record.stamp, .next = record.stamp, .at = noon};
    change.next.version = later(record.stamp.version);
    change.next.change = change_id{id};
    change.reservations.push_back({state, is_new, !is_new && before->second->is_live()});
    return change;
}

/// The same seats as those of `of`, in another reservation.
reservation_ptr of_the_same_seats(const reservation_ptr& of, std::uint8_t number)
{
    auto other = *of;
    other.id.id.bytes[0] = number;
    return std::make_shared<const reservation>(std::move(other));
}

const auto sold = state_of(1, {reservation_status::confirmed});
const auto cancelled = state_of(1, {reservation_status::confirmed, reservation_status::cancelled});

} // namespace

TEST_CASE("record: a swap is won only at the very version and change that it expects")
{
    const auto record = empty_record();
    auto other_version = record.stamp;
    other_version.version = later(other_version.version);
    auto other_change = record.stamp;
    other_change.change = change_id{2};

    CHECK(record.is_at(record.stamp));
    CHECK(!record.is_at(other_version));
    CHECK(!record.is_at(other_change));
}

TEST_CASE("record: a check is lost, too, where the change is another one of the same version")
{
    const auto record = empty_record();
    auto stamp = record.stamp;
    stamp.change = change_id{2};
    const session_change check{.session = session_id{1}, .expected = stamp, .next = stamp};
    std::vector<commit_outcome> outcome(1);

    const auto winners =
        winners_of(std::span{&check, 1}, outcome, [&](session_id) { return &record; });

    CHECK(winners.value().empty());
    CHECK(outcome[0].error == errc::version_conflict);
    CHECK(outcome[0].now.has_value());
}

TEST_CASE("record: a seat that somebody has is not given to another one")
{
    auto record = empty_record();
    record.apply(change_to(record, sold));

    CHECK(!record.accepts(change_to(record, of_the_same_seats(sold, 9))));
    CHECK(record.accepts(change_to(record, state_of(2, {reservation_status::confirmed}))));

    record.apply(change_to(record, cancelled));
    CHECK(record.accepts(change_to(record, of_the_same_seats(sold, 9))));
}

TEST_CASE("record: a change that gives a seat to two is not accepted")
{
    auto record = empty_record();
    auto change = change_to(record, sold);
    change.reservations.push_back({of_the_same_seats(sold, 9), true, false});

    CHECK(!record.accepts(change));
}

TEST_CASE("record: a change that is mistaken about what is kept is not accepted")
{
    auto record = empty_record();
    record.apply(change_to(record, sold));
    auto as_new = change_to(record, cancelled);
    as_new.reservations[0].is_new = true;
    auto as_ended = change_to(record, cancelled);
    as_ended.reservations[0].was_live = false;

    CHECK(!record.accepts(as_new));
    CHECK(!record.accepts(as_ended));
    CHECK(record.accepts(change_to(record, cancelled)));
}

TEST_CASE("record: what was purged is told by no delta, but by a snapshot")
{
    auto record = empty_record();
    record.apply(change_to(record, sold));
    const auto known = record.stamp;
    record.apply(change_to(record, cancelled, 78));
    CHECK(std::holds_alternative<session_delta>(record.load(known)));

    const auto [gone, keys] = record.purge(noon + 1h, 10);

    CHECK(gone.size() == 1);
    CHECK(std::holds_alternative<session_snapshot>(record.load(known)));
    CHECK(std::holds_alternative<session_unchanged>(record.load(record.stamp)));
}

TEST_CASE("record: a purge takes what has ended with its keys, and of what lives nothing too early")
{
    auto record = empty_record();
    auto change = change_to(record, sold);
    change.keys.push_back(key_of(sold, 1));
    record.apply(change);

    // The session is not over: the key of its live reservation is asked for again, maybe.
    CHECK(record.purge(noon, 10).second == 0);
    CHECK(record.keys.size() == 1);

    // It is over, but what is left of it was changed later than that.
    record.session.showtime = noon - 24h;
    auto late = *sold;
    late.events.back().at = noon + 1h;
    record.reservations[late.id.id] = std::make_shared<const reservation>(late);
    CHECK(record.purge(noon, 10).second == 0);

    CHECK(record.purge(noon + 2h, 10).second == 1);
    CHECK(record.reservations.size() == 1);
}

TEST_CASE("record: what ended at the limit or behind it is left for another purge")
{
    auto record = empty_record();
    record.apply(change_to(record, sold));
    auto ended = *cancelled;
    ended.events.back().at = noon;
    record.apply(change_to(record, std::make_shared<const reservation>(ended), 78));

    CHECK(record.purge(noon, 10).first.empty());
    CHECK(record.purge(noon + 1ms, 0).first.empty());
    CHECK(record.purge(noon + 1ms, 1).first.size() == 1);
}

TEST_CASE("record: a hold lapses at its very end")
{
    auto record = empty_record();
    const auto held = state_of(1, {reservation_status::held});
    record.apply(change_to(record, held));

    CHECK(!record.has_lapsed(*held->held_until() - 1ms));
    CHECK(record.has_lapsed(*held->held_until()));
}
