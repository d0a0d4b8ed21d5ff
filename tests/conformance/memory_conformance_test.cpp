#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/testing/conformance.hpp>

#include <memory>

namespace
{

struct memory
{
    static constexpr bool shares_among_processes = false;

    static cinema::booking::testing::fixture make()
    {
        //! [open_again]
        const auto database = std::make_shared<cinema::booking::memory_database>();
        return {.stores = cinema::booking::make_memory_stores_on(database),
                .open_again = [database]
                { return cinema::booking::make_memory_stores_on(database); },
                .save = [database]
                { return [database, image = database->save()] { database->restore(image); }; }};
        //! [open_again]
    }
};

} // namespace

CINEMA_BOOKING_CONFORMANCE(memory);
