#pragma once

#include <cinema/booking/testing/conformance/fixture.hpp>

#include <set>

namespace cinema::booking::testing::conformance
{

TEST_CASE_TEMPLATE_DEFINE("halls: a hall comes back as it was made, with ids", Store, halls_add)
{
    const auto base = Store::make();
    auto& inventory = *base.stores.inventory;
    const auto layout = seat_layout::grid(3, 4);

    const auto made =
        inventory.add_hall({.name = "Blue", .layout = layout, .time_zone = "Europe/Berlin"})
            .value();

    CHECK(raw(made->id) > 0);
    CHECK(made->name == "Blue");
    CHECK(made->time_zone == "Europe/Berlin");
    REQUIRE(made->layout.size() == layout.size());
    for (std::size_t i = 0; i < layout.size(); ++i)
    {
        auto seat = made->layout.seats()[i];
        CHECK(raw(seat.id) > 0);
        seat.id = {};
        CHECK(seat == layout.seats()[i]);
    }
    const auto found = inventory.find_hall(made->id).value();
    CHECK(found->id == made->id);
    CHECK(found->name == made->name);
    CHECK(found->time_zone == made->time_zone);
    CHECK(found->layout == made->layout);
}

TEST_CASE_TEMPLATE_DEFINE("halls: they are listed by ascending id, and no seat's id is used twice",
                          Store, halls_list)
{
    const auto base = Store::make();
    auto& inventory = *base.stores.inventory;
    CHECK(inventory.halls().value().empty());
    std::vector<hall_id> made;
    for (const auto* name : {"C", "A", "B"})
        made.push_back(
            inventory.add_hall({.name = name, .layout = seat_layout::grid(2, 2)}).value()->id);
    std::sort(made.begin(), made.end());

    std::vector<hall_id> listed;
    std::set<seat_id> seats;
    for (const auto& hall : inventory.halls().value())
    {
        listed.push_back(hall->id);
        for (const auto& seat : hall->layout.seats())
            seats.insert(seat.id);
    }

    CHECK(listed == made);
    CHECK(seats.size() == 12);
}

TEST_CASE_TEMPLATE_DEFINE("halls: what cannot be made or found is named", Store, halls_errors)
{
    const auto house = seeded(Store::make());
    auto& inventory = house.inventory();
    const auto layout = seat_layout::grid(1, 1);

    CHECK(inventory.add_hall({.name = "", .layout = layout}).error() == errc::invalid_request);
    CHECK(inventory.add_hall({.name = "Hall A", .layout = layout}).error() == errc::already_exists);
    CHECK(inventory.halls().value().size() == 1);
    for (const auto id : {hall_id{987'654}, hall_id{0}, hall_id{-1}})
        CHECK(inventory.find_hall(id).error() == errc::hall_not_found);
}

TEST_CASE_TEMPLATE_DEFINE("sessions: a session begins at version 1 with the hall's blocked seats",
                          Store, sessions_add)
{
    const auto base = Store::make();
    auto& inventory = *base.stores.inventory;
    const std::vector<std::string> rows{"xss", "spx"};
    const auto hall =
        inventory.add_hall({.name = "Hall", .layout = seat_layout::draw(rows).value()}).value();
    auto spec = screening(hall->id);
    spec.prices = {{"premium", minor_units{2'000}}};
    spec.currency = *currency_code::parse("JPY");

    const auto made = inventory.add_session(spec).value();

    CHECK(raw(made.id) > 0);
    CHECK(made.hall == hall->id);
    CHECK(made.movie_title == spec.movie_title);
    CHECK(made.showtime == spec.showtime);
    CHECK(made.ends_at == spec.ends_at);
    CHECK(made.prices == spec.prices);
    CHECK(made.currency == spec.currency);
    CHECK(made.blocked == std::vector{seat_number{1}, seat_number{6}});
    const auto seen = load_whole(inventory, made.id);
    CHECK(seen.session == made);
    CHECK(seen.stamp.version == session_version{1});
    CHECK(box_office{inventory, made.id}.free_seats().size() == 4);
}

TEST_CASE_TEMPLATE_DEFINE("sessions: each begins with a change id of its own", Store,
                          sessions_change_ids)
{
    const auto house = seeded(Store::make());
    const auto other = house.another_session();
    CHECK(house.load().stamp.change != load_whole(house.inventory(), other.id).stamp.change);
}

TEST_CASE_TEMPLATE_DEFINE("sessions: the first reason that applies is given", Store,
                          sessions_errors)
{
    const auto house = seeded(Store::make());
    auto& inventory = house.inventory();
    auto spec = screening(house.hall->id); // at the time of the session that is there

    CHECK(inventory.add_session(spec).error() == errc::hall_busy);
    spec.prices.push_back({"velvet", minor_units{1}});
    CHECK(inventory.add_session(spec).error() == errc::invalid_request);
    spec.hall = hall_id{987'654};
    CHECK(inventory.add_session(spec).error() == errc::hall_not_found);
    spec.movie_title.clear();
    CHECK(inventory.add_session(spec).error() == errc::invalid_request);
    CHECK(inventory.sessions({}).value().size() == 1);
}

TEST_CASE_TEMPLATE_DEFINE("sessions: two of a hall do not overlap, but may follow at once", Store,
                          sessions_overlap)
{
    const auto house = seeded(Store::make()); // 20:00 to 22:00
    auto& inventory = house.inventory();
    const auto other_hall =
        inventory.add_hall({.name = "Hall B", .layout = seat_layout::grid(1, 1)}).value()->id;
    const auto add = [&](hall_id hall, int from_minutes, int until_minutes)
    {
        return inventory
            .add_session(screening(hall, 20 * 60 + from_minutes, 20 * 60 + until_minutes))
            .error();
    };
    const auto hall = house.hall->id;

    CHECK(add(hall, 0, 120) == errc::hall_busy);
    CHECK(add(hall, -60, 1) == errc::hall_busy);
    CHECK(add(hall, 119, 180) == errc::hall_busy);
    CHECK(add(hall, 30, 60) == errc::hall_busy);
    CHECK(add(hall, -30, 150) == errc::hall_busy);
    CHECK(!add(hall, -60, 0));
    CHECK(!add(hall, 120, 180));
    CHECK(add(hall, -600, 600) == errc::hall_busy);
    CHECK(!add(other_hall, 0, 120));
    CHECK(inventory.sessions({}).value().size() == 4);
}

TEST_CASE_TEMPLATE_DEFINE("sessions: without an end a session is not guarded against overlap",
                          Store, sessions_without_end)
{
    const auto house = seeded(Store::make());
    auto open_end = screening(house.hall->id);
    open_end.ends_at.reset();

    const auto first = house.inventory().add_session(open_end).value();
    const auto second = house.inventory().add_session(open_end).value();

    CHECK(first.id != second.id);
    CHECK(!first.ends_at);
    CHECK(load_whole(house.inventory(), first.id).session == first);
    CHECK(!house.inventory().add_session(screening(house.hall->id, 22 * 60, 23 * 60)).has_error());
}

/// Two halls with sessions on six days, two of them at the same time.
[[nodiscard]] inline std::vector<session> programme(inventory_store& inventory)
{
    const auto one =
        inventory.add_hall({.name = "1", .layout = seat_layout::grid(1, 1)}).value()->id;
    const auto two =
        inventory.add_hall({.name = "2", .layout = seat_layout::grid(1, 1)}).value()->id;
    std::vector<session> out;
    const auto add = [&](hall_id hall, int minutes, const char* title)
    {
        auto spec = screening(hall, minutes, minutes + 60);
        spec.movie_title = title;
        out.push_back(inventory.add_session(spec).value());
    };
    add(one, 5'000, "Metropolis");
    add(two, 1'000, "The Third Man");
    add(one, 1'000, "METROPOLIS Restored");
    add(two, -9'000'000, "Nosferatu 100%");
    add(one, 3'000, "Nosferatu_100");
    add(two, 3'000, "\xC3\x89toile"); // Étoile
    return out;
}

/// Checks that a filter gives exactly these sessions of `programme`, in this order.
inline void check_listed(inventory_store& inventory, const std::vector<session>& all,
                         const session_filter& filter, const std::vector<std::size_t>& wanted)
{
    std::vector<session_id> expected;
    for (const auto i : wanted)
        expected.push_back(all[i].id);
    std::vector<session_id> listed;
    for (const auto& session : inventory.sessions({.filter = filter}).value())
        listed.push_back(session.id);
    CHECK(listed == expected);
}

TEST_CASE_TEMPLATE_DEFINE("sessions: they are listed by showtime, then id, and filtered", Store,
                          sessions_filter)
{
    const auto base = Store::make();
    auto& inventory = *base.stores.inventory;
    const auto all = programme(inventory);
    const auto check = [&](const session_filter& filter, const std::vector<std::size_t>& wanted)
    { check_listed(inventory, all, filter, wanted); };

    check({}, {3, 1, 2, 4, 5, 0});
    check({.hall = all[0].hall}, {2, 4, 0});
    check({.hall = hall_id{987'654}}, {});
    check({.from = all[1].showtime}, {1, 2, 4, 5, 0});
    check({.from = all[1].showtime + std::chrono::milliseconds{1}}, {4, 5, 0});
    check({.before = all[4].showtime}, {3, 1, 2});
    check({.before = all[4].showtime + std::chrono::milliseconds{1}}, {3, 1, 2, 4, 5});
    check({.hall = all[1].hall, .from = all[1].showtime, .before = all[0].showtime}, {1, 5});
    check({.from = all[0].showtime, .before = all[0].showtime}, {});
}

TEST_CASE_TEMPLATE_DEFINE("sessions: a film is found by any part of its title, ASCII case aside",
                          Store, sessions_by_title)
{
    const auto base = Store::make();
    auto& inventory = *base.stores.inventory;
    const auto all = programme(inventory);
    const auto check = [&](const char* title, const std::vector<std::size_t>& wanted)
    { check_listed(inventory, all, {.movie = title}, wanted); };

    check("metropolis", {2, 0});
    check("METRO", {2, 0});
    check("third m", {1});
    check("100%", {3});
    check("u_1", {4});
    check("%", {3});
    check("_", {4});
    check("*", {});
    check("' OR 1=1 --", {});
    check("\xC3\x89TOILE", {5});
    check("\xC3\xA9toile", {}); // a small é is another letter
}

TEST_CASE_TEMPLATE_DEFINE("sessions: pages follow each other without gap or repetition", Store,
                          sessions_pages)
{
    const auto base = Store::make();
    auto& inventory = *base.stores.inventory;
    const auto all = programme(inventory);
    for (std::size_t limit = 1; limit <= all.size() + 1; ++limit)
    {
        session_page_request page{.limit = limit};
        std::vector<session_id> listed;
        for (auto sessions = inventory.sessions(page).value(); !sessions.empty();
             sessions = inventory.sessions(page).value())
        {
            REQUIRE(sessions.size() <= limit);
            REQUIRE(listed.size() < all.size());
            for (const auto& session : sessions)
                listed.push_back(session.id);
            page.after = session_cursor{sessions.back().showtime, sessions.back().id};
        }
        CHECK(listed.size() == all.size());
    }

    // A page may begin behind a place where there is no session, and within a filter.
    const session_cursor between{all[1].showtime + std::chrono::seconds{1}, session_id{1}};
    CHECK(inventory.sessions({.after = between}).value().size() == 3);
    const session_cursor first{all[1].showtime, std::min(all[1].id, all[2].id)};
    const auto rest =
        inventory.sessions({.filter = {.from = all[1].showtime}, .after = first}).value();
    REQUIRE(rest.size() == 4);
    CHECK(rest[0].id == std::max(all[1].id, all[2].id));
    const session_cursor early{all[3].showtime, all[3].id};
    CHECK(inventory.sessions({.filter = {.from = all[4].showtime}, .after = early}).value().size()
          == 3);
}

TEST_CASE_TEMPLATE_DEFINE("sessions: a list shows what a load shows, but for the blocked seats",
                          Store, sessions_listed)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    office.done(office.blocks({1, 2}));

    const auto listed = house.inventory().sessions({}).value();

    REQUIRE(listed.size() == 1);
    CHECK(listed[0] == house.session);
    for (const auto limit : {std::size_t{0}, page_size_max + 1})
        CHECK(house.inventory().sessions({.limit = limit}).error() == errc::invalid_request);
    CHECK(house.inventory().sessions({.limit = page_size_max}).has_value());
}

} // namespace cinema::booking::testing::conformance
