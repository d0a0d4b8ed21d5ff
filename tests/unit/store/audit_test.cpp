#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/store/audit.hpp>
#include <cinema/booking/testing/box_office.hpp>

#include "unit/store/lying_stores.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace booking = cinema::booking;
using namespace cinema::tests;
using booking::errc;
using booking::seat_number;
using booking::session_snapshot;
using booking::session_version;
using booking::testing::box_office;

namespace
{

/// Memory stores that lie when told to, with one session: seats 1 and 2 sold under a key, seat 3
/// held, seat 4 cancelled under a key, seat 5 cancelled, seat 6 blocked.
struct audited
{
    audited()
    {
        const auto hall =
            stores.inventory->add_hall({.name = "H", .layout = booking::seat_layout::grid(2, 5)});
        session = stores.inventory->add_session({.hall = (*hall)->id, .movie_title = "M"})->id;
        box_office office{*stores.inventory, session};
        sold = office.done(office.sells({1, 2}, "key"));
        office.done(office.holds({3}, std::chrono::seconds{60}));
        cancelled = office.done(office.cancels(office.done(office.sells({4}, "other"))->id));
        office.done(office.cancels(office.done(office.sells({5}))->id));
        office.done(office.blocks({6}));
    }

    [[nodiscard]] booking::audit_report audit() { return booking::audit(inventory, documents); }

    /// Checks that the audit finds exactly what contains each of these texts, and nothing else.
    void check_finds(const std::vector<std::string>& parts)
    {
        const auto report = audit();
        CHECK(!report.is_clean());
        CHECK(!report.error);
        REQUIRE(report.findings.size() == parts.size());
        for (std::size_t i = 0; i < parts.size(); ++i)
        {
            CAPTURE(report.findings[i]);
            CHECK(report.findings[i].starts_with("session 1: "));
            CHECK(report.findings[i].find(parts[i]) != std::string::npos);
        }
    }

    /// Lets every snapshot show `sold` otherwise.
    template <class Change>
    void lie_about_sold(Change change)
    {
        inventory.snapshot = [this, change](session_snapshot& seen)
        {
            for (auto& state : seen.reservations)
                if (state->id == sold->id)
                {
                    auto other = *state;
                    change(other);
                    state = std::make_shared<const booking::reservation>(std::move(other));
                }
        };
        documents.document = [this, change](booking::reservation_ptr& state)
        {
            auto other = *state;
            if (other.id == sold->id)
                change(other);
            state = std::make_shared<const booking::reservation>(std::move(other));
        };
    }

    booking::stores stores = booking::make_memory_stores();
    lying_inventory inventory{stores.inventory};
    lying_reservations documents{stores.reservations};
    booking::session_id session{};
    booking::reservation_ptr sold;
    booking::reservation_ptr cancelled;
};

} // namespace

TEST_CASE("audit: a healthy house is clean and counted")
{
    audited house;

    const auto report = house.audit();

    CHECK(report.is_clean());
    CHECK(report.sessions == 1);
    CHECK(report.sessions_unsettled == 0);
    CHECK(report.reservations == 3);
    CHECK(report.guard_rows == 3);
    CHECK(report.keys == 2);
}

TEST_CASE("audit: empty stores are clean")
{
    const auto stores = booking::make_memory_stores();

    const auto report = booking::audit(*stores.inventory, *stores.reservations);

    CHECK(report.is_clean());
    CHECK(report.sessions == 0);
}

TEST_CASE("audit: guard rows that are missing, too many or another's are found")
{
    audited house;
    auto& rows = house.inventory.rows;

    SUBCASE("missing")
    {
        rows = [](std::vector<booking::guard_row>& all) { all.erase(all.begin()); };
        house.check_finds({"seat 1 of reservation"});
    }
    SUBCASE("too many")
    {
        rows = [](std::vector<booking::guard_row>& all) {
            all.push_back({seat_number{9}, all[0].reservation});
        };
        house.check_finds({"seat 9 is guarded for"});
    }
    SUBCASE("another's")
    {
        rows = [](std::vector<booking::guard_row>& all)
        { all[0].reservation = all[2].reservation; };
        house.check_finds({"has no guard row", "which does not have it"});
    }
    SUBCASE("in disorder")
    {
        rows = [](std::vector<booking::guard_row>& all) { std::swap(all[0], all[1]); };
        house.check_finds({"not in ascending order"});
    }
}

TEST_CASE("audit: a seat with two holders is found")
{
    audited house;
    house.lie_about_sold([](booking::reservation& state)
                         { state.seats[0].number = seat_number{3}; });

    house.check_finds({"seat 3 is taken twice", "has no guard row", "which does not have it"});
}

TEST_CASE("audit: seats that the hall does not have are found")
{
    audited house;

    SUBCASE("blocked")
    {
        house.inventory.snapshot = [](session_snapshot& seen)
        { seen.session.blocked.push_back(seat_number{11}); };
        house.check_finds({"seat 11 is blocked, but the hall has no such seat"});
    }
    SUBCASE("reserved")
    {
        house.lie_about_sold([](booking::reservation& state)
                             { state.seats[0].number = seat_number{77}; });
        house.check_finds(
            {"has seat 77, but the hall has no", "has no guard row", "which does not have it"});
    }
    SUBCASE("in no hall at all")
    {
        house.inventory.snapshot = [](session_snapshot& seen)
        { seen.session.hall = booking::hall_id{9}; };
        house.check_finds({"its hall 9 does not exist"});
    }
}

TEST_CASE("audit: a history that cannot be is found")
{
    audited house;

    SUBCASE("past the session's version")
    {
        house.lie_about_sold([](booking::reservation& state)
                             { state.events.back().version = session_version{99}; });
        house.check_finds({"has the version 99, past the session's 8"});
    }
    SUBCASE("in disorder")
    {
        house.lie_about_sold([](booking::reservation& state)
                             { state.events.push_back(state.events.back()); });
        house.check_finds({"not in ascending order of their versions"});
    }
    SUBCASE("of another session")
    {
        house.inventory.snapshot = [](session_snapshot& seen)
        { seen.session.id = booking::session_id{5}; };
        house.check_finds({"names the session 1", "names the session 1", "names the session 1"});
    }
    SUBCASE("held without an end")
    {
        house.lie_about_sold([](booking::reservation& state)
                             { state.events.back().status = booking::reservation_status::held; });
        house.check_finds({"status and end of hold contradict"});
    }
    SUBCASE("none at all")
    {
        house.lie_about_sold([](booking::reservation& state) { state.events.clear(); });
        house.check_finds({"has no events", "which does not have it", "which does not have it",
                           "a key refers to"});
    }
}

TEST_CASE("audit: keys that lead nowhere are found")
{
    audited house;
    auto& snapshot = house.inventory.snapshot;

    SUBCASE("to no reservation")
    {
        snapshot = [&](session_snapshot& seen)
        {
            for (auto& key : seen.keys)
                if (key.reservation == house.sold->id.id)
                    key.reservation = booking::uuid{};
        };
        house.check_finds({"a key refers to reservation 00000000-"});
    }
    SUBCASE("to no event")
    {
        snapshot = [&](session_snapshot& seen)
        {
            for (auto& key : seen.keys)
                if (key.reservation == house.sold->id.id)
                    key.event = 1;
        };
        house.check_finds({"a key refers to event 1 of reservation"});
    }
    SUBCASE("twice")
    {
        snapshot = [](session_snapshot& seen) { seen.keys.push_back(seen.keys.front()); };
        house.check_finds({"a key is there twice"});
    }
    SUBCASE("an ended reservation is missing that a key refers to")
    {
        snapshot = [&](session_snapshot& seen)
        {
            std::erase_if(seen.reservations, [&](const booking::reservation_ptr& state)
                          { return state->id == house.cancelled->id; });
        };
        house.check_finds({"a key refers to reservation"});
    }
}

TEST_CASE("audit: documents that are missing or differ are found")
{
    audited house;
    auto& document = house.documents.document;

    SUBCASE("missing")
    {
        document = [&](booking::reservation_ptr& state)
        { state = state->id == house.sold->id ? nullptr : state; };
        house.check_finds({"has no document"});
    }
    SUBCASE("different")
    {
        document = [&](booking::reservation_ptr& state)
        {
            auto other = *state;
            other.user += state->id == house.sold->id ? "!" : "";
            state = std::make_shared<const booking::reservation>(other);
        };
        house.check_finds({"its document differs"});
    }
    SUBCASE("behind")
    {
        document = [&](booking::reservation_ptr& state)
        { state = std::make_shared<const booking::reservation>(state->as_of(0)); };
        house.check_finds({"its document differs"}); // of the one with two events
    }
}

TEST_CASE("audit: a session that is sold from meanwhile is judged at one version")
{
    audited house;
    box_office office{*house.stores.inventory, house.session};
    int changes = 5;
    house.inventory.before_rows = [&]
    {
        if (changes-- > 0)
            office.done(changes % 2 == 0 ? office.raises()
                                         : office.sells({office.free_seats()[0]}));
    };

    const auto report = house.audit();

    CHECK(report.is_clean());
    CHECK(report.sessions == 1);
}

TEST_CASE("audit: a reservation that moves on between its two readings is no finding")
{
    audited house;
    box_office office{*house.stores.inventory, house.session};
    bool is_moved = false;
    house.documents.before_find = [&]
    {
        if (!std::exchange(is_moved, true))
            office.done(office.cancels(house.sold->id, "cancel"));
    };

    CHECK(house.audit().is_clean());
}

TEST_CASE("audit: a session that never stands still is reported as such, not as wrong")
{
    audited house;
    box_office office{*house.stores.inventory, house.session};
    unsigned changes = 0;
    house.inventory.before_rows = [&]
    {
        office.done(office.raises());
        ++changes;
    };

    const auto report = house.audit();

    CHECK(!report.is_clean());
    CHECK(report.findings.empty());
    CHECK(report.sessions_unsettled == 1);
    CHECK(report.sessions == 0);
    CHECK(changes == booking::audit_tries_max);
}

TEST_CASE("audit: a store that fails ends it with the store's error")
{
    audited house;
    SUBCASE("the inventory") { house.inventory.error = errc::store_unavailable; }
    SUBCASE("the documents") { house.documents.error = errc::store_unavailable; }

    const auto report = house.audit();

    CHECK(report.error == errc::store_unavailable);
    CHECK(!report.is_clean());
}

TEST_CASE("audit: all pages of sessions are read")
{
    audited house;
    const auto hall = house.stores.inventory->halls()->at(0)->id;
    for (std::size_t i = 0; i < booking::page_size_max; ++i)
        CHECK(house.stores.inventory->add_session({.hall = hall, .movie_title = "M"}).has_value());

    CHECK(house.audit().sessions == booking::page_size_max + 1);
}

TEST_CASE("audit: beyond a limit findings are only counted")
{
    audited house;
    house.inventory.snapshot = [](session_snapshot& seen)
    { seen.session.blocked.assign(booking::audit_findings_max + 3, seat_number{99}); };

    const auto report = house.audit();

    CHECK(report.findings.size() == booking::audit_findings_max);
    CHECK(report.findings_left_off == 3);
}
