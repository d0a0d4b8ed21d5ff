#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/testing/conformance.hpp>
#include <cinema/booking/testing/faulty_stores.hpp>

#include "support/ran_against.hpp"

#include <memory>
#include <string>

namespace
{

const cinema::tests::ran_against named{
    [] { return std::string{"memory, bare and behind wrappers that change nothing"}; }};

/// Memory stores behind wrappers that shall change nothing.
struct wrapped_memory
{
    static constexpr bool shares_among_processes = false;

    static cinema::booking::testing::fixture make()
    {
        using namespace cinema::booking::testing;
        auto stores =
            hooked(cinema::booking::make_memory_stores(), std::make_shared<recording_hook>());
        stores.inventory = std::make_shared<reply_losing_inventory>(stores.inventory);
        stores.inventory = std::make_shared<rival_inventory>(stores.inventory);
        stores.inventory = std::make_shared<bad_session_inventory>(stores.inventory);
        return {.stores = stores};
    }
};

} // namespace

CINEMA_BOOKING_CONFORMANCE(wrapped_memory);
