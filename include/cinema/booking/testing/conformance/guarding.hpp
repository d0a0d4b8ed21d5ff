#pragma once

#include <cinema/booking/testing/conformance/fixture.hpp>

namespace cinema::booking::testing::conformance
{

TEST_CASE_TEMPLATE_DEFINE("guard: a reservation has its rows for as long as it lives", Store,
                          guard_follows)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto rows = [&] { return guarded(house.inventory(), house.session.id); };
    CHECK(rows().empty());

    const auto held = office.done(office.holds({9, 3}, std::chrono::seconds{60}));
    const auto sold = office.done(office.sells({1}));
    CHECK(rows() == seat_numbers{1, 3, 9});
    office.done(office.confirms(held->id));
    CHECK(rows() == seat_numbers{1, 3, 9});
    office.done(office.change_for(check_in_request{.reservation = sold->id}));
    CHECK(rows() == seat_numbers{1, 3, 9});
    office.done(office.cancels(held->id));
    CHECK(rows() == seat_numbers{1});
    office.done(office.holds({3}, std::chrono::seconds{60}));
    office.now += std::chrono::seconds{60};
    office.done(office.expires());
    CHECK(rows() == seat_numbers{1});
}

TEST_CASE_TEMPLATE_DEFINE("guard: rows name their reservation, in ascending order, with the stamp",
                          Store, guard_rows)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto late = office.done(office.sells({30, 4}))->id.id;
    const auto early = office.done(office.sells({17}))->id.id;
    auto other = box_office{house.inventory(), house.another_session().id};
    other.done(other.sells({4}));

    const auto guard = house.inventory().guard_rows(house.session.id).value();

    CHECK(guard.first == office.book().stamp());
    CHECK(guard.second
          == std::vector<guard_row>{
              {seat_number{4}, late}, {seat_number{17}, early}, {seat_number{30}, late}});
    CHECK(house.inventory().guard_rows(session_id{987'654}).error() == errc::session_not_found);
}

TEST_CASE_TEMPLATE_DEFINE("guard: one change hands a lapsed seat from one holder to the next",
                          Store, guard_hands_over)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto lapsed = office.done(office.holds({1, 2}, std::chrono::seconds{60}));
    office.now += std::chrono::seconds{61};

    const auto change = office.sells({2, 3});
    REQUIRE(change.reservations.size() == 2);
    CHECK(!office.commit(change));

    CHECK(guarded(house.inventory(), house.session.id) == seat_numbers{2, 3});
    const auto document = house.document(lapsed->id);
    REQUIRE(document);
    CHECK(document->status() == reservation_status::expired);
}

TEST_CASE_TEMPLATE_DEFINE("guard: a reservation that comes and goes in one change leaves no rows",
                          Store, guard_short_life)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    session_draft draft{office.book()};
    const auto made = draft.decide(
        reserve_request{.session = house.session.id, .seats = {7}, .idempotency_key = "key"},
        office.ticket(), office.now);
    CHECK(draft
              .decide(cancel_request{.reservation = made->reservation->id}, office.ticket(),
                      office.now)
              .has_value());
    const auto change = office.take(std::move(draft));

    CHECK(!office.commit(change));

    CHECK(guarded(house.inventory(), house.session.id).empty());
    CHECK(same(house.load().reservations, {made_by(change)}));
    CHECK(same(house.document(made_by(change)->id), *made_by(change)));
    CHECK(!office.commit(office.sells({7})));
}

/// A sale of seats as somebody decides it who does not see which are sold.
[[nodiscard]] inline session_change blind_sale(box_office& seeing, box_office& blind,
                                               std::vector<seat_ref> seats)
{
    return as_decided_on(seeing.book().stamp(), blind.sells(std::move(seats)));
}

TEST_CASE_TEMPLATE_DEFINE("guard: a seat is not sold twice even if the decision was wrong", Store,
                          guard_refuses)
{
    const auto house = seeded(Store::make());
    auto blind = house.office();
    auto office = house.office();
    const auto sold = office.done(office.sells({1}));
    auto innocent = box_office{house.inventory(), house.another_session().id};
    const std::vector<session_change> batch{innocent.sells({1}), blind_sale(office, blind, {1})};
    std::vector<commit_outcome> outcome(batch.size());

    const auto done = house.inventory().commit(batch, outcome);

    CHECK((done ? outcome[1].error : done.error()) == errc::store_failed);
    const auto seen = house.load();
    CHECK(seen.stamp == office.book().stamp());
    CHECK(same(seen.reservations, {sold}));
    CHECK(house.document(made_by(batch[1])->id) == nullptr);
    if (done) // each session was written for itself
    {
        CHECK(!outcome[0].error);
        return;
    }
    // Nothing of the batch is visible, and a part of it can be tried again.
    CHECK(load_whole(house.inventory(), batch[0].session).stamp == batch[0].expected);
    CHECK(house.document(made_by(batch[0])->id) == nullptr);
    CHECK(!commit_one(house.inventory(), batch[0]).error);
}

TEST_CASE_TEMPLATE_DEFINE("guard: a change that is refused for one seat leaves no rows of others",
                          Store, guard_refuses_whole)
{
    const auto house = seeded(Store::make());
    auto blind = house.office();
    auto office = house.office();
    office.done(office.sells({2}));
    const auto change = blind_sale(office, blind, {1, 2, 3});

    CHECK(commit_one(house.inventory(), change).error == errc::store_failed);

    CHECK(guarded(house.inventory(), house.session.id) == seat_numbers{2});
    CHECK(!office.commit(office.sells({1, 3})));
}

TEST_CASE_TEMPLATE_DEFINE("guard: a change that is mistaken about what is stored is refused", Store,
                          guard_refuses_mistakes)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto live = office.done(office.sells({1}));
    const auto ended = office.done(office.sells({2}, "kept-by-its-key"));
    office.done(office.cancels(ended->id));
    auto change = office.sells({3});
    auto& step = change.reservations.back();
    SUBCASE("a new reservation is said to be there") { step.is_new = false; }
    SUBCASE("a reservation is said to be new")
    {
        change = office.cancels(live->id);
        change.reservations.back().is_new = true;
    }
    SUBCASE("a reservation that has its seats is said to have none")
    {
        change = office.cancels(live->id);
        change.reservations.back().was_live = false;
    }
    SUBCASE("a reservation that has ended is said to be new")
    {
        auto again = *step.now;
        again.id = ended->id;
        step.now = std::make_shared<const reservation>(std::move(again));
    }
    const auto before = house.load();

    CHECK(commit_one(house.inventory(), change).error == errc::store_failed);

    CHECK(same(house.load(), before));
    CHECK(guarded(house.inventory(), house.session.id) == seat_numbers{1});
}

} // namespace cinema::booking::testing::conformance
