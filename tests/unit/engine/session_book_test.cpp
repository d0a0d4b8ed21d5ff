#include <cinema/booking/engine/session_book.hpp>

#include "unit/engine/box_office.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace booking = cinema::booking;
using namespace cinema::tests;
using namespace std::chrono_literals;
using booking::errc;
using booking::reservation_status;
using booking::seat_number;
using booking::session_version;

namespace
{

booking::reservation sold(std::uint64_t n, std::vector<int> numbers)
{
    booking::reservation made{.id = {show_id, ticket_number(n).reservation}, .user = "anna"};
    for (const int number : numbers)
        made.seats.push_back({seat_number{number}, booking::minor_units{900}});
    made.events.push_back({.status = reservation_status::confirmed,
                           .version = session_version{n},
                           .at = opening,
                           .operation = booking::operation_id{n}});
    return made;
}

booking::session_snapshot snapshot_of(const std::vector<booking::reservation>& reservations)
{
    booking::session_snapshot made{
        .session = make_show(),
        .stamp = {session_version{9}, booking::change_id{3}, booking::config_version{2}},
        .changed_at = opening + 1s};
    for (const auto& reservation : reservations)
        made.reservations.push_back(std::make_shared<const booking::reservation>(reservation));
    return made;
}

booking::result<booking::session_book> open(const booking::session_snapshot& snapshot)
{
    return booking::session_book::open(make_hall(booking::seat_layout::grid(5, 8)), snapshot);
}

bool is_contradiction(const booking::session_snapshot& snapshot)
{
    const auto opened = open(snapshot);
    return !opened && opened.error() == errc::store_failed && !opened.error().detail.empty();
}

booking::session_snapshot with(const std::function<void(booking::reservation&)>& change)
{
    auto made = sold(2, {1});
    change(made);
    return snapshot_of({made});
}

booking::key_record key(const std::string& text, std::uint64_t reservation, std::uint16_t event = 0)
{
    return {.key = booking::digest_of({"reserve", nullptr, {}}, text),
            .request = booking::fingerprint_of({}, text),
            .reservation = ticket_number(reservation).reservation,
            .event = event};
}

booking::key_digest reserve_key(const std::string& text)
{
    return booking::digest_of({booking::keyed_operation::reserve, nullptr, {}}, text);
}

/// Sells and ends something of every kind, with and without keys.
void do_business(box_office& office)
{
    auto keyed = seats({1, 2}, 60s);
    keyed.idempotency_key = "first";
    const auto first = office.ask(keyed).value().reservation->id;
    office.take({3}, 1s);
    const auto third = office.take({4});
    keyed = seats({5});
    keyed.idempotency_key = "second";
    const auto fourth = office.ask(keyed).value().reservation->id;
    office.commit();
    office.now += 1s;
    office.take({3, 6});
    office.ask(booking::confirm_request{.reservation = first, .idempotency_key = "k"}).value();
    office.ask(booking::cancel_request{.reservation = third}).value();
    office.ask(booking::cancel_request{.reservation = fourth}).value();
    office.take({5});
}

/// Whether two books are the same for whoever asks them.
void check_same(const booking::session_book& left, const booking::session_book& right,
                const plain_store& store)
{
    CHECK(left.stamp() == right.stamp());
    CHECK(left.changed_at() == right.changed_at());
    CHECK(left.session() == right.session());
    CHECK(left.map().status == right.map().status);
    CHECK(left.blocked() == right.blocked());
    CHECK(left.key_count() == right.key_count());
    for (std::size_t i = 0; i < left.layout().size(); ++i)
    {
        const auto* holder = left.holders()[i];
        const auto* same = right.holders()[i];
        CHECK((holder == nullptr) == (same == nullptr));
        const auto guarded = store.guard().find(left.layout().seats()[i].number);
        CHECK((holder != nullptr) == (guarded != store.guard().end()));
        if (holder != nullptr && same != nullptr)
        {
            CHECK(*holder == *same);
            CHECK(holder->id.id == guarded->second);
        }
    }
    for (const auto& record : store.snapshot().keys)
    {
        CHECK(*left.find(record.key) == record);
        CHECK(*right.find(record.key) == record);
    }
    for (std::uint64_t n = 1; n < 30; ++n)
    {
        const auto id = ticket_number(n).reservation;
        const auto* known = left.find(id);
        const auto* same = right.find(id);
        CHECK((known == nullptr) == (same == nullptr));
        if (known != nullptr && same != nullptr)
            CHECK(**known == **same);
    }
}

} // namespace

TEST_CASE("a book opened from a snapshot knows its reservations, keys, seats and time")
{
    auto snapshot = snapshot_of({sold(2, {1, 2}), sold(3, {7})});
    snapshot.keys.push_back(key("k", 2));
    const auto book = open(snapshot).value();
    CHECK(book.stamp() == snapshot.stamp);
    CHECK(book.changed_at() == opening + 1s);
    CHECK(book.session() == make_show());
    CHECK(book.layout().size() == 40);
    CHECK((*book.find(ticket_number(2).reservation))->seats.size() == 2);
    CHECK(book.find(ticket_number(4).reservation) == nullptr);
    CHECK(book.holders()[6]->id.id == ticket_number(3).reservation);
    CHECK(book.holders()[7] == nullptr);
    CHECK(book.find(key("k", 2).key)->event == 0);
    CHECK(book.find(key("l", 2).key) == nullptr);
    CHECK(book.key_count() == 1);
    CHECK(book.bytes() > sizeof book);
}

TEST_CASE("a snapshot in which a seat has two holders is refused")
{
    CHECK_FALSE(is_contradiction(snapshot_of({sold(2, {1, 2}), sold(3, {3})})));
    CHECK(is_contradiction(snapshot_of({sold(2, {1, 2}), sold(3, {2})})));
    CHECK(is_contradiction(snapshot_of({sold(2, {1}), sold(2, {1})})));
    CHECK(is_contradiction(with([](auto& r) { r.seats.push_back(r.seats.front()); })));
}

TEST_CASE("a snapshot in which an ended reservation has the seat as well is not")
{
    auto ended = sold(2, {1});
    ended.events.push_back(
        {.status = reservation_status::cancelled, .version = session_version{3}});
    auto snapshot = snapshot_of({ended, sold(4, {1})});
    snapshot.keys.push_back(key("k", 2, 1));
    const auto book = open(snapshot).value();
    CHECK(book.holders()[0]->id.id == ticket_number(4).reservation);
    CHECK(book.find(ticket_number(2).reservation) != nullptr);
}

TEST_CASE("a snapshot with a reservation of a seat that the hall does not have is refused")
{
    CHECK(is_contradiction(snapshot_of({sold(2, {41})})));
    CHECK(is_contradiction(snapshot_of({sold(2, {0})})));
}

TEST_CASE("a snapshot with a reservation that cannot be is refused")
{
    CHECK_FALSE(is_contradiction(with([](auto&) {})));
    CHECK(is_contradiction(with([](auto& r) { r.id.session = booking::session_id{13}; })));
    CHECK(is_contradiction(with([](auto& r) { r.events.clear(); })));
    CHECK(is_contradiction(with([](auto& r) { r.events[0].version = session_version{10}; })));
    CHECK(is_contradiction(with([](auto& r) { r.events[0].held_until = opening; })));
    CHECK(is_contradiction(with([](auto& r) { r.events[0].status = reservation_status::held; })));
}

TEST_CASE("a snapshot with a key whose event does not exist is refused")
{
    auto snapshot = snapshot_of({sold(2, {1})});
    snapshot.keys.push_back(key("k", 2, 1));
    CHECK(is_contradiction(snapshot));
}

TEST_CASE("a key without its reservation is of no use and not counted")
{
    auto snapshot = snapshot_of({sold(2, {1})});
    snapshot.keys.push_back(key("k", 3));
    const auto book = open(snapshot).value();
    CHECK(book.key_count() == 0);
    CHECK(book.find(key("k", 3).key) == nullptr);
}

TEST_CASE("adopting a change equals adopting the delta equals opening the snapshot")
{
    box_office office;
    auto follower = open(office.store().snapshot()).value();
    do_business(office);
    const auto known = follower.stamp().version;
    office.commit();
    CHECK(follower.adopt(office.store().since(known)).has_value());
    const auto reader = open(office.store().snapshot()).value();
    check_same(office.book(), follower, office.store());
    check_same(office.book(), reader, office.store());
    CHECK(office.book().key_count() == 3);
}

TEST_CASE("a delta over several changes brings a book where its neighbour is")
{
    box_office office;
    auto follower = open(office.store().snapshot()).value();
    for (int round = 0; round < 3; ++round)
    {
        const auto id = office.take({10 + round}, 60s);
        office.commit();
        office.ask(booking::confirm_request{.reservation = id}).value();
        office.commit();
        office.draft().fence();
        office.commit();
    }
    CHECK(follower.adopt(office.store().since(follower.stamp().version)).has_value());
    check_same(office.book(), follower, office.store());
}

TEST_CASE("a delta in which seats change hands is adopted whatever order it is in")
{
    box_office office;
    const auto first = office.take({1});
    const auto second = office.take({2});
    office.commit();
    auto follower = open(office.store().snapshot()).value();
    office.ask(booking::cancel_request{.reservation = first}).value();
    office.ask(booking::cancel_request{.reservation = second}).value();
    office.take({1});
    office.take({2});
    office.commit();

    auto delta = office.store().since(follower.stamp().version);
    CHECK(delta.reservations.size() == 4);
    std::reverse(delta.reservations.begin(), delta.reservations.end());
    CHECK(follower.adopt(delta).has_value());
    check_same(office.book(), follower, office.store());
}

TEST_CASE("a delta that contradicts what is known is refused")
{
    auto book = open(snapshot_of({sold(2, {1})})).value();
    booking::session_delta delta{.stamp = book.stamp()};
    delta.stamp.version = session_version{10};
    delta.reservations.push_back(std::make_shared<const booking::reservation>(sold(10, {1})));
    CHECK(book.adopt(delta).error() == errc::store_failed);
}

TEST_CASE("an ended reservation is forgotten at once unless a key refers to it")
{
    box_office office;
    const auto plain = office.take({1});
    auto keyed = seats({2});
    keyed.idempotency_key = "k";
    const auto kept = office.ask(keyed).value().reservation->id;
    office.commit();
    office.ask(booking::cancel_request{.reservation = plain}).value();
    office.ask(booking::cancel_request{.reservation = kept}).value();
    office.commit();
    CHECK(office.book().find(plain.id) == nullptr);
    CHECK((*office.book().find(kept.id))->status() == reservation_status::cancelled);
}

TEST_CASE("keys are kept for their time after the end: of the reservation, or else of the session")
{
    const auto book = open(snapshot_of({})).value();
    auto reservation = sold(2, {1});
    const auto session_end = *make_show().ends_at;
    CHECK(book.keys_kept_until(reservation) == session_end + booking::key_kept_after_end);

    reservation.events.push_back({.status = reservation_status::checked_in,
                                  .version = session_version{3},
                                  .at = session_end + 5h});
    CHECK(book.keys_kept_until(reservation) == session_end + 5h + booking::key_kept_after_end);

    reservation.events.push_back({.status = reservation_status::cancelled,
                                  .version = session_version{4},
                                  .at = opening + 7s});
    CHECK(book.keys_kept_until(reservation) == opening + 7s + booking::key_kept_after_end);

    auto endless = snapshot_of({});
    endless.session.ends_at.reset();
    CHECK(open(endless)->keys_kept_until(sold(2, {1})) == showtime + booking::key_kept_after_end);
}

TEST_CASE("ended reservations are forgotten soon, their keys when these are not honoured any more")
{
    box_office office;
    auto keyed = seats({1});
    keyed.idempotency_key = "k";
    const auto ended = office.ask(keyed).value().reservation->id;
    office.ask(booking::cancel_request{.reservation = ended, .idempotency_key = "k"}).value();
    keyed = seats({2});
    keyed.idempotency_key = "l";
    const auto live = office.ask(keyed).value().reservation->id;
    office.commit();

    auto& book = office.book();
    const auto used = reserve_key("k");
    book.forget_ended(opening + booking::ended_in_memory - 1ms);
    CHECK(book.find(ended.id) != nullptr);
    CHECK(book.find(used) != nullptr);
    book.forget_ended(opening + booking::ended_in_memory);
    CHECK(book.find(ended.id) == nullptr);
    CHECK(book.find(used) == nullptr);
    CHECK(book.may_be_stored(used));
    book.forget_ended(opening + booking::key_kept_after_end - 1ms);
    CHECK(book.may_be_stored(used));
    CHECK(book.key_count() == 3);
    book.forget_ended(opening + booking::key_kept_after_end);
    CHECK_FALSE(book.may_be_stored(used));
    CHECK(book.key_count() == 1);
    book.forget_ended(booking::time_max); // what is live is never forgotten
    CHECK(book.find(live.id) != nullptr);
    CHECK(book.find(reserve_key("l")) != nullptr);
}

TEST_CASE("of a snapshot's ended keys a book has the prefixes, until it is opened anew")
{
    box_office office;
    do_business(office);
    office.commit();
    auto snapshot = office.store().snapshot(false);
    REQUIRE(snapshot.key_prefixes.size() == 1);
    for (const auto& record : snapshot.keys) // a store may name those that are there, too
        snapshot.key_prefixes.push_back(booking::prefix_of(record.key));

    auto book = open(snapshot).value();

    const auto all = office.store().snapshot();
    CHECK(book.key_count() == all.keys.size());
    CHECK(book.look_up_stamp() == snapshot.stamp);
    for (const auto& record : all.keys)
        CHECK((book.find(record.key) != nullptr) != book.may_be_stored(record.key));
    CHECK_FALSE(book.may_be_stored(reserve_key("another")));
    book.forget_ended(snapshot.changed_at + booking::key_kept_after_end);
    CHECK(book.key_count() == all.keys.size()); // only the store knows when they ended
}

TEST_CASE("a blocked seat that the hall does not have is passed over")
{
    auto snapshot = snapshot_of({});
    snapshot.session.blocked = {seat_number{3}, seat_number{4'000}};
    const auto book = open(snapshot).value();
    CHECK(std::count(book.blocked().begin(), book.blocked().end(), true) == 1);
    CHECK(book.blocked()[2]);
}
