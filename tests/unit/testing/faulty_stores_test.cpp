#include <cinema/booking/testing/conformance/fixture.hpp>
#include <cinema/booking/testing/faulty_stores.hpp>
#include <cinema/booking/testing/manual_clock.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <thread>
#include <vector>

namespace booking = cinema::booking;
using namespace cinema::booking::testing;
using booking::errc;

namespace
{

/// A house on memory stores whose inventory is seen through `Faulty`.
template <class Faulty>
struct faulty_house
{
    house real = seeded({.stores = booking::make_memory_stores()});
    std::shared_ptr<Faulty> store = std::make_shared<Faulty>(real.base.stores.inventory);
    box_office office{*store, real.session.id};
};

} // namespace

TEST_CASE("faulty stores: a refusal lasts as often as told, and only for the calls that are named")
{
    const auto refusals = std::make_shared<refusing_hook>();
    const auto house = seeded({.stores = hooked(booking::make_memory_stores(), refusals)});
    auto& inventory = house.inventory();

    refusals->refuse(errc::store_unavailable, 2, {store_call::ping, store_call::halls});
    CHECK(inventory.ping().error() == errc::store_unavailable);
    CHECK(inventory.find_hall(house.hall->id).has_value());
    CHECK(inventory.halls().error() == errc::store_unavailable);
    CHECK(inventory.ping().has_value());
    CHECK(refusals->refused() == 2);

    refusals->refuse(errc::storage_full);
    for (int i = 0; i < 10; ++i)
        CHECK(inventory.ping().error() == errc::storage_full);
    CHECK(house.accounts().find({"anna"}).error() == errc::storage_full);
    CHECK(house.reservations().find({}).error() == errc::storage_full);
    refusals->relent();
    CHECK(inventory.ping().has_value());
}

TEST_CASE("faulty stores: a gate holds calls back until it is opened")
{
    const auto gate = std::make_shared<gate_hook>();
    const auto house = seeded({.stores = hooked(booking::make_memory_stores(), gate)});
    gate->close({store_call::ping});
    std::vector<std::jthread> callers;
    for (int i = 0; i < 2; ++i)
        callers.emplace_back([&] { (void)house.inventory().ping(); });

    gate->await_waiting(2);
    CHECK(house.inventory().halls().has_value()); // others pass
    gate->release();
    callers.clear();
    CHECK(gate->waiting() == 0);

    callers.emplace_back([&] { (void)house.inventory().ping(); });
    gate->await_waiting(1); // still closed
    gate->open();
    callers.clear();
    CHECK(house.inventory().ping().has_value());
}

TEST_CASE("faulty stores: calls and the sizes of batches are recorded")
{
    const auto recorder = std::make_shared<recording_hook>();
    const auto house = seeded({.stores = hooked(booking::make_memory_stores(), recorder)});
    recorder->forget();
    auto office = house.office();
    box_office other{house.inventory(), house.another_session().id};
    const std::vector<booking::session_change> batch{office.sells({1}), other.sells({1})};
    std::vector<booking::commit_outcome> outcome(2);
    CHECK(house.inventory().commit(batch, outcome).has_value());
    CHECK(commit_one(house.inventory(), office.checks()).error == errc::version_conflict);

    CHECK(recorder->calls(store_call::load) == 2);
    CHECK(recorder->sizes(store_call::commit) == std::vector<std::size_t>{2, 1});
    CHECK(recorder->largest(store_call::commit) == 2);
    CHECK(recorder->largest(store_call::purge) == 0);
}

TEST_CASE("faulty stores: a lost reply leaves its commit done, not done, or late")
{
    faulty_house<reply_losing_inventory> t;
    auto& [real, store, office] = t;
    const auto guarded_seats = [&] { return guarded(real.inventory(), real.session.id); };
    const auto change = office.sells({1});

    store->lose(lost_commit::not_done);
    CHECK(commit_one(*store, change).error == errc::outcome_unknown);
    CHECK(guarded_seats().empty());

    store->lose(lost_commit::done);
    CHECK(commit_one(*store, change).error == errc::outcome_unknown);
    CHECK(guarded_seats() == seat_numbers{1});

    office.refresh();
    store->lose(lost_commit::late);
    CHECK(commit_one(*store, office.sells({2})).error == errc::outcome_unknown);
    office.refresh();
    CHECK(guarded_seats() == seat_numbers{1});
    CHECK(store->late() == 1);
    CHECK(store->deliver() == std::vector<booking::error_code>{{}});
    CHECK(guarded_seats() == seat_numbers{1, 2});
    CHECK(store->late() == 0);
}

TEST_CASE("faulty stores: a late commit comes before the next call, unless it is fenced off")
{
    faulty_house<reply_losing_inventory> t;
    auto& [real, store, office] = t;

    store->lose(lost_commit::next_call);
    CHECK(commit_one(*store, office.sells({1})).error == errc::outcome_unknown);
    CHECK(guarded(real.inventory(), real.session.id).empty());
    office.refresh();
    CHECK(guarded(real.inventory(), real.session.id) == seat_numbers{1});

    store->lose(lost_commit::late);
    CHECK(commit_one(*store, office.sells({2})).error == errc::outcome_unknown);
    CHECK(!office.commit(office.raises()));
    REQUIRE(store->deliver().size() == 1);
    CHECK(guarded(real.inventory(), real.session.id) == seat_numbers{1});
}

TEST_CASE("faulty stores: a rival comes first as often as told")
{
    faulty_house<rival_inventory> t;
    auto& [real, store, office] = t;

    store->come_first(real.session.id);
    CHECK(office.commit(office.sells({1})) == errc::version_conflict);
    office.refresh();
    store->come_first(real.session.id, rival_inventory::sell(real.session.id, {2}));
    CHECK(office.commit(office.sells({2})) == errc::version_conflict);
    CHECK(guarded(real.inventory(), real.session.id) == seat_numbers{2});
    CHECK(store->changes() == 2);
    office.refresh();
    CHECK(!office.commit(office.sells({3})));
}

TEST_CASE("faulty stores: a spoilt session fails each batch it is in, and nothing is written")
{
    faulty_house<bad_session_inventory> t;
    auto& [real, store, office] = t;
    box_office other{*store, real.another_session().id};
    const std::vector<booking::session_change> batch{other.sells({1}), office.sells({1})};
    std::vector<booking::commit_outcome> outcome(2);

    store->spoil(real.session.id);
    CHECK(store->commit(batch, outcome).error() == errc::store_failed);
    CHECK(guarded(real.inventory(), batch[0].session).empty());
    CHECK(!commit_one(*store, batch[0]).error);
    store->mend(real.session.id);
    CHECK(!commit_one(*store, batch[1]).error);
}

TEST_CASE("faulty stores: a memory database can be put back, and writes other histories then")
{
    const auto database = std::make_shared<booking::memory_database>();
    const auto house = seeded({.stores = booking::make_memory_stores_on(database)});
    auto office = house.office();
    office.done(office.sells({1}));
    const auto image = database->save();
    const auto lost = office.done(office.sells({2}));
    const auto lost_session = house.another_session().id;
    const auto lost_stamp = load_whole(house.inventory(), lost_session).stamp;

    database->restore(image);

    CHECK(house.load().stamp.version == booking::session_version{2});
    CHECK(guarded(house.inventory(), house.session.id) == seat_numbers{1});
    CHECK(house.document(lost->id) == nullptr);
    CHECK(office.commit(office.checks()) == errc::version_conflict);
    CHECK(house.another_session().id == lost_session);
    CHECK(load_whole(house.inventory(), lost_session).stamp != lost_stamp);
}

TEST_CASE("manual clock: it moves when told, for all its copies")
{
    manual_clock clock{that_day(0)};
    const auto function = clock.function();
    const auto stores = booking::make_memory_stores({.clock = function});

    CHECK(stores.inventory->clock() == that_day(0));
    clock.advance(std::chrono::minutes{5});
    CHECK(stores.inventory->ping().value().now == that_day(5));
    clock.set(that_day(2));
    const auto copy = clock;
    CHECK(copy.now() == that_day(2));
    CHECK(function() == that_day(2));
}
