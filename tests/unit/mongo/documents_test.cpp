// How values become BSON and come back: pure functions, without a server.

#include <cinema/booking/testing/conformance/values.hpp>

#include "mongo/hex.hpp"
#include "mongo/reservation_document.hpp"
#include "mongo/session_document.hpp"
#include "mongo/session_statements.hpp"

#include <doctest/doctest.h>

using namespace cinema::booking;
using namespace cinema::booking::mongo;

namespace
{

reservation held()
{
    return {.id = {session_id{12}, uuid::version_7(testing::that_day(0), 1, 2)},
            .user = "anna",
            .account = {"u1"},
            .seats = {{seat_number{7}, minor_units{1'250}, "adult"},
                      {seat_number{8}, minor_units{900}, "child"}},
            .events = {{.status = reservation_status::held,
                        .version = session_version{5},
                        .at = testing::that_day(1),
                        .held_until = testing::that_day(11),
                        .operation = operation_id{0xFFFF'FFFF'FFFF'FFFF}}}};
}

document without(const document& from, std::string_view key)
{
    document out;
    for (const auto& each : fields{from})
        if (each.key() != key)
            bson_append_iter(const_cast<bson_t*>(out.get()), nullptr, 0, each.raw());
    return out;
}

session_change change_of(const reservation& state, bool is_new, bool was_live)
{
    session_change change{.session = state.id.session,
                          .expected = {session_version{4}, change_id{1}, config_version{1}},
                          .next = {state.version(), change_id{2}, config_version{1}},
                          .at = testing::that_day(1)};
    change.reservations.push_back({std::make_shared<const reservation>(state), is_new, was_live});
    return change;
}

} // namespace

TEST_CASE("documents: a reservation is a document that the original program could read")
{
    const auto state = held();
    const auto made = document_of(state);
    const fields all{made};

    CHECK(all.at("_id").text() == state.id.text());
    CHECK(all.at("user").text() == "anna");
    CHECK(all.at("session").number() == 12);
    std::vector<std::int64_t> seats;
    for (const auto& seat : all.at("seats").sub())
        seats.push_back(seat.number());
    CHECK(seats == std::vector<std::int64_t>{7, 8});
    CHECK(all.at("total").number() == 2'150);
    CHECK(all.at("status").text() == "held");
    CHECK(*reservation_from(all) == state);
}

TEST_CASE("documents: every text, time and number of a reservation comes back")
{
    const auto& texts = testing::conformance::awkward_texts();
    const auto& times = testing::conformance::awkward_times();
    for (std::size_t i = 0; i < std::max(texts.size(), times.size()); ++i)
    {
        auto state = held();
        state.user = texts[i % texts.size()];
        state.account.value = texts[(i + 1) % texts.size()];
        state.seats[0].price_type = texts[(i + 2) % texts.size()];
        state.seats[1].price = minor_units{std::numeric_limits<std::int64_t>::max() / 2};
        state.events[0].at = times[i % times.size()];
        state.events[0].held_until = times[(i + 1) % times.size()];
        CHECK(*reservation_from(fields{document_of(state)}) == state);
    }
    auto guest = held();
    guest.account = {};
    guest.seats[0].price_type.clear();
    guest.seats[1].price_type.clear();
    guest.events.push_back({.status = reservation_status::expired,
                            .version = session_version{9},
                            .at = testing::that_day(12)});
    const auto made = document_of(guest);
    CHECK(!fields{made}.find("account"));
    CHECK(!fields{made}.find("price_types"));
    CHECK(!fields{made}.find("held_until"));
    CHECK(*reservation_from(fields{made}) == guest);
}

TEST_CASE("documents: what is not a reservation is refused, and unknown fields are left alone")
{
    const auto good = document_of(held());
    auto more = good;
    more.add("note", "of somebody");
    CHECK(*reservation_from(fields{more}) == held());
    for (const auto* const needed : {"_id", "seats", "history"})
        CHECK_THROWS_AS((void)reservation_from(fields{without(good, needed)}), failure);
    auto wrong_type = without(good, "user");
    wrong_type.add("user", std::int64_t{7});
    CHECK_THROWS_AS((void)reservation_from(fields{wrong_type}), failure);
}

TEST_CASE("documents: bytes become digits and come back, and nothing else does")
{
    const std::array<std::uint8_t, 4> bytes{0x00, 0xFF, 0x1A, 0xA1};
    CHECK(to_hex(bytes) == "00ff1aa1");
    CHECK(from_hex<4>("00ff1aa1") == bytes);
    for (const auto* const text : {"", "00ff1aa", "00ff1aa1a", "00FF1AA1", "00ff1ag1"})
        CHECK(!from_hex<4>(text));
}

TEST_CASE("documents: a swap asks for the stamp, the guard and room, and sets single fields")
{
    const auto state = held();
    const auto statement = swap_statement(change_of(state, true, false));
    const fields all{statement};
    const auto which = all.at("q").sub();
    CHECK(which.at("_id").number() == 12);
    CHECK(which.at("version").number() == 4);
    CHECK(which.at("change_id").number() == 1);
    CHECK(!which.at("taken.7").sub().at("$exists").truth());
    CHECK(!which.at("taken.8").sub().at("$exists").truth());
    CHECK(!which.at(path_of(state.id.id)).sub().at("$exists").truth());
    CHECK(which.at("bytes").sub().at("$lte").number() < session_bytes_max);
    const auto set = all.at("u").sub().at("$set").sub();
    CHECK(set.at("version").number() == 5);
    CHECK(*state_from(state.id, set.at(path_of(state.id.id)).sub()) == state);
    CHECK(set.at("taken.8").bytes_of<16>() == state.id.id.bytes);
    CHECK(!set.find("reservations"));
}

TEST_CASE("documents: an end gives its seats back, to the next holder at once if there is one")
{
    auto ended = held();
    ended.events.push_back({.status = reservation_status::expired,
                            .version = session_version{6},
                            .at = testing::that_day(12)});
    auto change = change_of(ended, false, true);
    auto next = held();
    next.id.id.bytes[15] ^= 1;
    next.seats.erase(next.seats.begin()); // seat 8
    next.events[0].version = session_version{6};
    change.reservations.push_back({std::make_shared<const reservation>(next), true, false});
    const auto statement = swap_statement(change);
    const fields all{statement};
    const auto which = all.at("q").sub();
    CHECK(which.at("taken.7").bytes_of<16>() == ended.id.id.bytes);
    CHECK(which.at("taken.8").bytes_of<16>() == ended.id.id.bytes);
    const auto update = all.at("u").sub();
    CHECK(update.at("$unset").sub().find("taken.7"));
    CHECK(!update.at("$unset").sub().find("taken.8"));
    CHECK(update.at("$set").sub().at("taken.8").bytes_of<16>() == next.id.id.bytes);
}

TEST_CASE("documents: a change that gives one seat to two is refused before it is sent")
{
    auto change = change_of(held(), true, false);
    auto other = held();
    other.id.id.bytes[15] ^= 1;
    change.reservations.push_back({std::make_shared<const reservation>(other), true, false});
    CHECK_THROWS_AS((void)swap_statement(change), failure);
}

TEST_CASE("documents: only what is known to have led to a session is brought up to date")
{
    session_document kept;
    const auto state = std::make_shared<const reservation>(held());
    kept.record.reservations.emplace(state->id.id, state);
    kept.record.stamp = {session_version{5}, change_id{9}, config_version{1}};
    kept.record.recent = {change_id{8}, change_id{9}};

    const session_stamp before{session_version{4}, change_id{8}, config_version{1}};
    CHECK(std::holds_alternative<session_delta>(kept.record.load(before)));
    CHECK(std::holds_alternative<session_unchanged>(kept.record.load(kept.record.stamp)));
    auto lost = before; // of a history that a restored backup has ended
    lost.change = change_id{7};
    CHECK(std::holds_alternative<session_snapshot>(kept.record.load(lost)));
    CHECK(std::holds_alternative<session_snapshot>(kept.record.load(std::nullopt)));
}

TEST_CASE("documents: putting names the shard, and spares what is newer")
{
    const auto statement = put_statement(held());
    const auto which = fields{statement}.at("q").sub();
    CHECK(which.at("session").number() == 12);
    CHECK(which.at("version").sub().at("$lte").number() == 5);
    CHECK(fields{statement}.at("upsert").truth());
}
