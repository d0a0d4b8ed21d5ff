// The reply to a commit is lost: it happened, did not happen, or will still happen.

#include "service/service_fixture.hpp"

#include <doctest/doctest.h>

namespace cinema::tests
{

namespace
{

using booking::testing::lost_commit;
using booking::testing::reply_losing_inventory;

struct doubt_fixture
{
    explicit doubt_fixture(booking::service_options options = service_fixture::quiet())
        : f{[this](auto next)
            {
                network = std::make_shared<reply_losing_inventory>(std::move(next));
                return network;
            },
            std::move(options)}
    {
    }

    std::shared_ptr<reply_losing_inventory> network;
    service_fixture f;
};

} // namespace

TEST_CASE("a commit whose reply was lost is granted once, whether it had happened or not")
{
    for (const auto fate : {lost_commit::not_done, lost_commit::done, lost_commit::next_call})
    {
        CAPTURE(static_cast<int>(fate));
        doubt_fixture t;
        CHECK(t.f.reserve({"A1"}).has_value());
        t.network->lose(fate);
        const auto granted = t.f.reserve({"C7"}).value();

        CHECK(t.f.guard_rows() == 2);
        CHECK(t.f.service->find(granted.reservation->id).value().reservation->id
              == granted.reservation->id);
        CHECK(t.f.reserve({"C7"}).error() == errc::seat_taken);
    }
}

TEST_CASE("replies lost several times in a row do not sell anything twice")
{
    doubt_fixture t;
    t.network->lose(lost_commit::done);
    t.network->lose(lost_commit::not_done);
    t.network->lose(lost_commit::done);
    CHECK(t.f.reserve({"C7"}).has_value());
    CHECK(t.f.guard_rows() == 1);
}

TEST_CASE("confirming, extending, cancelling and checking in survive a lost reply")
{
    using booking::reservation_status;
    for (const auto fate : {lost_commit::not_done, lost_commit::done, lost_commit::next_call})
    {
        CAPTURE(static_cast<int>(fate));
        doubt_fixture t;
        auto& service = *t.f.service;
        const auto id = service
                            .reserve({.session = t.f.session,
                                      .user = "anna",
                                      .seats = {"A1"},
                                      .hold = std::chrono::seconds{60}})
                            .value()
                            .reservation->id;
        t.network->lose(fate);
        const auto extended = service.extend({.reservation = id}).value();
        CHECK(extended.reservation->events.size() == 2);
        t.network->lose(fate);
        const auto confirmed = service.confirm({.reservation = id}).value();
        CHECK(confirmed.reservation->status() == reservation_status::confirmed);
        t.network->lose(fate);
        const auto in = service.check_in({.reservation = id});
        CHECK(in.value().reservation->status() == reservation_status::checked_in);

        const auto other = t.f.reserve({"B1"}).value().reservation->id;
        t.network->lose(fate);
        const auto cancelled = service.cancel({.reservation = other});
        CHECK(cancelled.value().reservation->status() == reservation_status::cancelled);
        CHECK(service.find(id).value().reservation->events.size() == 4);
        CHECK(service.find(other).value().reservation->events.size() == 2);
    }
}

TEST_CASE("blocking seats strictly survives a lost reply")
{
    for (const auto fate : {lost_commit::not_done, lost_commit::done, lost_commit::next_call})
    {
        CAPTURE(static_cast<int>(fate));
        doubt_fixture t;
        auto& service = *t.f.service;
        const auto version = t.f.reserve({"A1"}).value().version;
        t.network->lose(fate);
        const booking::block_request block{
            .session = t.f.session, .seats = {"C7"}, .expected = version};
        CHECK(service.block(block).value().version > version);
        CHECK(t.f.reserve({"C7"}).error() == errc::seat_blocked);
    }
}

TEST_CASE("a refusal after a lost commit makes sure that the commit can never arrive")
{
    doubt_fixture t;
    auto& f = t.f;
    const auto held = f.service
                          ->reserve({.session = f.session,
                                     .user = "anna",
                                     .seats = {"A1"},
                                     .hold = std::chrono::seconds{60}})
                          .value();
    const auto id = held.reservation->id;
    t.network->lose(lost_commit::late); // the confirmation is under way
    f.gate->close({store_call::load});  // the lane wants to load again: time passes meanwhile
    auto confirm = f.start(booking::confirm_request{.reservation = id});
    f.gate->await_waiting(1);
    f.clock->advance(std::chrono::seconds{61});
    f.gate->open();

    CHECK(confirm.get().error() == errc::hold_expired);
    REQUIRE(t.network->late() == 1);
    for (const auto& error : t.network->deliver())
        CHECK(error == booking::make_error_code(errc::version_conflict));
    CHECK(f.service->find(id).value().reservation->status()
          != booking::reservation_status::confirmed);
}

TEST_CASE("what may be done already is never told that nothing changed")
{
    // The first commit is still under way when the second fails.
    for (const auto failure : {errc::store_failed, errc::storage_full, errc::store_unavailable})
    {
        CAPTURE(booking::make_error_code(failure).message());
        doubt_fixture t;
        CHECK(t.f.reserve({"A1"}).has_value());
        t.network->lose(lost_commit::late);
        t.f.refusals->refuse(failure, 1, {store_call::commit}, 1);

        const auto answer = t.f.reserve({"C7"});

        CHECK(t.f.refusals->refused() == 1);
        if (failure == errc::store_unavailable) // that is tried again
            CHECK(answer.has_value());
        else
            CHECK(answer.error() == errc::outcome_unknown);
        (void)t.network->deliver();
        CHECK(t.f.guard_rows() == 2);
    }
}

TEST_CASE("a commit that arrives just before the next one is found when that loses its swap")
{
    doubt_fixture t;
    CHECK(t.f.reserve({"A1"}).has_value());
    t.network->lose(lost_commit::next_commit);
    t.f.refusals->refuse(errc::store_failed, 1, {store_call::commit}, 2); // no third is needed

    CHECK(t.f.reserve({"C7"}).has_value());
    CHECK(t.f.guard_rows() == 2);
}

TEST_CASE("a cancellation in doubt is unknown while documents cannot be asked")
{
    doubt_fixture t;
    const auto sold = t.f.reserve({"A1"}).value().reservation->id;
    t.network->lose(lost_commit::done);
    t.f.refusals->refuse(errc::store_unavailable, 1, {store_call::find_reservation});

    CHECK(t.f.service->cancel({.reservation = sold}).error() == errc::outcome_unknown);

    CHECK(t.f.refusals->refused() == 1);
    CHECK(t.f.guard_rows() == 0);
    CHECK(t.f.service->cancel({.reservation = sold}).has_value()); // it is so already
}

TEST_CASE("a doubt outlives those who asked: who comes later is protected from it, too")
{
    auto options = service_fixture::quiet();
    options.deadline = std::chrono::milliseconds{100};
    doubt_fixture t{options};
    auto& f = t.f;
    const auto held = f.service->reserve(
        {.session = f.session, .user = "anna", .seats = {"A1"}, .hold = std::chrono::seconds{60}});
    const booking::confirm_request confirm{.reservation = held.value().reservation->id};
    t.network->lose(lost_commit::late);
    f.gate->close({store_call::load});
    CHECK(f.start(confirm).get().error() == errc::outcome_unknown);
    f.clock->advance(std::chrono::seconds{61});
    f.gate->open();

    auto again = f.service->confirm(confirm);
    for (int i = 0; i < 100 && again.error() != errc::hold_expired; ++i) // a slow machine
        again = f.service->confirm(confirm);

    CHECK(again.error() == errc::hold_expired);
    REQUIRE(t.network->late() == 1);
    for (const auto& error : t.network->deliver())
        CHECK(error == booking::make_error_code(errc::version_conflict));
    CHECK(f.service->find(confirm.reservation).value().reservation->status()
          != booking::reservation_status::confirmed);
}

TEST_CASE("a late commit that arrives after the deadline is answered as unknown and is no harm")
{
    auto options = service_fixture::quiet();
    options.deadline = std::chrono::milliseconds{50};
    doubt_fixture t{options};
    auto& f = t.f;
    CHECK(f.reserve({"A1"}).has_value());
    t.network->lose(lost_commit::late);
    f.gate->close({store_call::load});
    auto answer = f.start_reserve({"C7"});
    CHECK(answer.get().error() == errc::outcome_unknown);
    for (const auto& error : t.network->deliver())
        CHECK(!error);
    f.gate->open();
    f.gate->close({});
    f.gate->open();

    const auto map = f.service->seats(f.session).value();
    CHECK(map->status[22] == booking::seat_status::sold);
    CHECK(f.guard_rows() == 2);
}

TEST_CASE("a hold made by a lost commit is found even if it has ended before the lane looks again")
{
    doubt_fixture t;
    auto& f = t.f;
    CHECK(f.reserve({"A1"}).has_value());
    t.network->lose(lost_commit::done);
    f.gate->close({store_call::load});
    auto hold = f.start(booking::reserve_request{
        .session = f.session, .user = "anna", .seats = {"C7"}, .hold = std::chrono::seconds{1}});
    f.gate->await_waiting(1);
    f.clock->advance(std::chrono::seconds{2});
    booking::testing::box_office rival{*f.database.inventory, f.session};
    rival.now = f.clock->now();
    CHECK(!rival.commit(rival.sells({"C7"})));
    f.gate->open();

    CHECK(hold.get().value().reservation->status() == booking::reservation_status::held);
    CHECK(f.guard_rows() == 2);
}

TEST_CASE("with the same key the retry after an unknown outcome gets the first answer")
{
    auto options = service_fixture::quiet();
    options.deadline = std::chrono::milliseconds{50};
    doubt_fixture t{options};
    auto& f = t.f;
    CHECK(f.reserve({"A1"}).has_value());
    const booking::reserve_request request{
        .session = f.session, .user = "anna", .seats = {"C7"}, .idempotency_key = "k"};
    t.network->lose(lost_commit::done);
    f.gate->close({store_call::load});
    CHECK(f.start(request).get().error() == errc::outcome_unknown);
    f.gate->open();

    const auto again = f.service->reserve(request).value();
    CHECK(again.replayed);
    CHECK(f.guard_rows() == 2);
}

} // namespace cinema::tests
