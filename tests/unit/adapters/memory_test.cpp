// The parts of the memory stores, each for itself: the guard, the documents, the swap.

#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/testing/box_office.hpp>

#include "unit/store/plain_documents.hpp"

#include <doctest/doctest.h>

using namespace cinema::booking;
using namespace cinema::tests;
using detail::memory_documents;
using detail::memory_guard;

namespace
{

session_change taking(const reservation_ptr& state)
{
    return {.session = session_id{1}, .reservations = {{state, true, false}}};
}

const auto sold = state_of(1, {reservation_status::confirmed});
const auto cancelled = state_of(1, {reservation_status::confirmed, reservation_status::cancelled});

/// Another reservation of the seat that `sold` has.
reservation_ptr rival()
{
    auto state = *sold;
    state.id.id.bytes[0] = 9;
    return std::make_shared<const reservation>(std::move(state));
}

} // namespace

TEST_CASE("memory: the guard gives a seat to one reservation, whatever was decided")
{
    memory_guard guard;
    CHECK(guard.allows(taking(sold)));
    guard.apply(taking(sold));

    CHECK(!guard.allows(taking(rival())));
    auto both = taking(rival());
    both.reservations.push_back({cancelled, false, true}); // gives it back by the same change
    CHECK(guard.allows(both));

    auto twice = taking(state_of(2, {reservation_status::confirmed}));
    twice.reservations.push_back(twice.reservations.front());
    CHECK(!guard.allows(twice));
}

TEST_CASE(
    "memory: of a reservation's states the newest is its document, in whatever order they come")
{
    memory_documents documents;
    documents.put(cancelled);
    documents.put(sold);

    CHECK(documents.find(sold->id) == cancelled);
    CHECK(documents.list({"anna"}, std::nullopt, 10) == std::vector{cancelled});
}

TEST_CASE("memory: a swap is lost to another history of the same version")
{
    const auto stores = make_memory_stores();
    const auto hall =
        stores.inventory->add_hall({.name = "Hall A", .layout = seat_layout::grid(5, 8)}).value();
    const auto made =
        stores.inventory
            ->add_session({.hall = hall->id, .movie_title = "Metropolis", .showtime = {}})
            .value();
    testing::box_office office{*stores.inventory, made.id};
    auto elsewhere = office.sells({1});
    elsewhere.expected.change = change_id{raw(elsewhere.expected.change) ^ 1U};

    CHECK(testing::commit_one(*stores.inventory, elsewhere).error == errc::version_conflict);
    CHECK(stores.inventory->guard_rows(made.id).value().second.empty());
}
