// Stores that are handed out before there are any: then they are the real ones.

#include "late_stores.hpp"

#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/store/forwarding.hpp>
#include <cinema/booking/testing/conformance.hpp>

#include <doctest/doctest.h>

namespace
{

using namespace cinema::booking;

struct late_memory
{
    static constexpr bool shares_among_processes = false;

    static testing::fixture make()
    {
        cinema::server::late_stores late{"memory", 1, false};
        late.arrive(make_memory_stores());
        return {.stores = late.stores()};
    }
};

/// Counts the turns that it is asked for.
class turns_inventory final : public forwarding_inventory
{
public:
    using forwarding_inventory::forwarding_inventory;

    int turns{};

private:
    store_result<store_reply> do_load_and_commit(std::span<const load_request> requests,
                                                 const commit_decider& decide,
                                                 std::vector<commit_outcome>& outcome) override
    {
        ++turns;
        return forwarding_inventory::do_load_and_commit(requests, decide, outcome);
    }
};

} // namespace

CINEMA_BOOKING_CONFORMANCE(late_memory);

TEST_CASE("late stores: until the real ones come, nothing can be reached")
{
    cinema::server::late_stores late{"memory", 2, false};
    const auto early = late.stores();

    CHECK(early.name == "memory");
    CHECK(early.inventory->lanes_preferred() == 2);
    CHECK(early.inventory->ping().error() == errc::store_unavailable);
    CHECK(early.reservations->find({}).error() == errc::store_unavailable);

    late.arrive(make_memory_stores());
    CHECK(early.inventory->ping().has_value());
}

TEST_CASE("late stores: a turn is the real inventory's own")
{
    cinema::server::late_stores late{"memory", 1, false};
    auto real = make_memory_stores();
    const auto counting = std::make_shared<turns_inventory>(real.inventory);
    real.inventory = counting;
    late.arrive(real);
    const auto house = testing::seeded({.stores = late.stores()});
    auto office = house.office();

    const auto outcome =
        testing::conformance::load_and_commit_one(house, office, [&] { return office.sells({1}); });

    CHECK(!outcome.error);
    CHECK(counting->turns == 1);
}
