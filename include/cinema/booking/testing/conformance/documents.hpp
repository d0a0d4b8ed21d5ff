#pragma once

#include <cinema/booking/testing/conformance/fixture.hpp>

namespace cinema::booking::testing::conformance
{

TEST_CASE_TEMPLATE_DEFINE("documents: they follow each step of a reservation, history and all",
                          Store, documents_follow)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto held = office.done(office.holds({1, 2}, std::chrono::seconds{60}));
    CHECK(same(house.document(held->id), *held));
    office.now += std::chrono::seconds{1};
    const auto extended = office.done(office.change_for(
        extend_request{.reservation = held->id, .hold = std::chrono::seconds{90}}));
    CHECK(same(house.document(held->id), *extended));
    const auto sold = office.done(office.confirms(held->id));
    CHECK(same(house.document(held->id), *sold));
    const auto over = office.done(office.cancels(held->id));
    CHECK(same(house.document(held->id), *over));
    CHECK(over->events.size() == 4);
}

TEST_CASE_TEMPLATE_DEFINE("documents: there is none for what was never reserved", Store,
                          documents_find)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto sold = office.done(office.sells({1}));
    auto other_session = sold->id;
    other_session.session = house.another_session().id;
    auto other_id = sold->id;
    other_id.id.bytes[15] ^= 1;

    CHECK(house.document(sold->id) != nullptr);
    CHECK(house.document(other_session) == nullptr);
    CHECK(house.document(other_id) == nullptr);
}

/// Sells seats to "anna" in two sessions, in another order than that of the reservations' times,
/// and some at the same time. Returns her reservations, newest first.
[[nodiscard]] inline std::vector<reservation_ptr> sell_to_anna(const house& house)
{
    auto first = house.office();
    box_office second{house.inventory(), house.another_session().id};
    std::vector<reservation_ptr> sold;
    for (int seat = 1; seat <= 7; ++seat)
    {
        auto& office = seat % 2 == 0 ? first : second;
        office.now = that_day(seat * 3 % 5);
        sold.push_back(office.done(office.sells_to({"anna"}, {seat})));
        office.done(office.sells_to({"anna2"}, {seat + 10}));
        office.done(office.sells({seat + 20})); // a guest's
    }
    auto& office = sold[2]->id.session == house.session.id ? first : second;
    office.now = that_day(100);
    sold[2] = office.done(office.cancels(sold[2]->id)); // it stays in the list, at its place
    std::sort(sold.begin(), sold.end(),
              [](const reservation_ptr& left, const reservation_ptr& right)
              { return left->id.id > right->id.id; });
    house.deliver();
    return sold;
}

TEST_CASE_TEMPLATE_DEFINE("documents: an account's are listed newest first, ended ones too", Store,
                          documents_list)
{
    const auto house = seeded(Store::make());
    const auto sold = sell_to_anna(house);

    const auto listed = house.reservations().list({.account = {"anna"}}).value();

    REQUIRE(listed.size() == sold.size());
    for (std::size_t i = 0; i < sold.size(); ++i)
        CHECK(*listed[i] == *sold[i]);
    CHECK(house.reservations().list({.account = {"anna2"}}).value().size() == 7);
    CHECK(house.reservations().list({.account = {"nobody"}}).value().empty());
}

TEST_CASE_TEMPLATE_DEFINE("documents: pages of a list follow each other without gap or repetition",
                          Store, documents_pages)
{
    const auto house = seeded(Store::make());
    const auto sold = sell_to_anna(house);
    for (std::size_t limit = 1; limit <= sold.size() + 1; ++limit)
    {
        reservation_page_request page{.account = {"anna"}, .limit = limit};
        std::vector<reservation_ptr> listed;
        for (auto more = house.reservations().list(page).value(); !more.empty();
             more = house.reservations().list(page).value())
        {
            REQUIRE(more.size() <= limit);
            REQUIRE(listed.size() < sold.size());
            listed.insert(listed.end(), more.begin(), more.end());
            page.after = listed.back()->id;
        }
        REQUIRE(listed.size() == sold.size());
        for (std::size_t i = 0; i < sold.size(); ++i)
            CHECK(*listed[i] == *sold[i]);
    }

    // A page may begin where there is no reservation.
    const auto all_behind = [&](int minutes)
    {
        const reservation_id after{house.session.id, uuid::version_7(that_day(minutes), 0, 0)};
        return house.reservations().list({.account = {"anna"}, .after = after}).value().size();
    };
    CHECK(all_behind(50) == sold.size());
    CHECK(all_behind(0) == 0);
}

TEST_CASE_TEMPLATE_DEFINE("documents: a list needs an account and a limit within bounds", Store,
                          documents_errors)
{
    const auto base = Store::make();
    auto& documents = *base.stores.reservations;

    CHECK(documents.list({}).error() == errc::invalid_request);
    CHECK(documents.list({.account = {"anna"}, .limit = 0}).error() == errc::invalid_request);
    CHECK(documents.list({.account = {"anna"}, .limit = page_size_max + 1}).error()
          == errc::invalid_request);
    CHECK(documents.list({.account = {"anna"}, .limit = page_size_max}).has_value());
}

/// A reservation that is in no inventory, with `events` events.
[[nodiscard]] inline reservation imported(session_id session, std::size_t events)
{
    reservation state{.id = {session, uuid::version_7(that_day(0), 5, 6)},
                      .account = {"anna"},
                      .seats = {{seat_number{1}, minor_units{1'200}}}};
    for (std::size_t i = 1; i <= events; ++i)
        state.events.push_back({.status = reservation_status::held,
                                .version = session_version{10 * i},
                                .at = that_day(static_cast<int>(i)),
                                .held_until = that_day(static_cast<int>(i) + 10),
                                .operation = operation_id{i}});
    return state;
}

TEST_CASE_TEMPLATE_DEFINE("documents: an older state does not replace a newer one", Store,
                          documents_put)
{
    const auto house = seeded(Store::make());
    auto& documents = house.reservations();
    const auto state = imported(house.session.id, 3);
    const auto before = house.load();
    const auto kept = [&] { return *documents.find(state.id).value(); };

    CHECK(documents.put(state.as_of(1)).has_value());
    CHECK(kept() == state.as_of(1));
    CHECK(documents.put(state.as_of(0)).has_value());
    CHECK(kept() == state.as_of(1));
    CHECK(documents.put(state.as_of(1)).has_value());
    CHECK(kept() == state.as_of(1));
    CHECK(documents.put(state).has_value());
    CHECK(kept() == state);
    CHECK(documents.put(state.as_of(0)).has_value());
    CHECK(kept() == state);
    const auto listed = documents.list({.account = {"anna"}}).value();
    REQUIRE(listed.size() == 1);
    CHECK(*listed[0] == state);
    CHECK(same(house.load(), before)); // a document sells nothing
}

} // namespace cinema::booking::testing::conformance
