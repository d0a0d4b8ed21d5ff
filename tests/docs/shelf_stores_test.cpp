// The stores that docs/custom_store.md shows keep all that they promise.

#include "shelf_others.hpp"

//! [suite]
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <cinema/booking.hpp>
#include <cinema/booking/store/audit.hpp>
#include <cinema/booking/testing/conformance.hpp>

#include "shelf_inventory.hpp"

struct shelf_and_memory
{
    static constexpr bool shares_among_processes = false;

    static cinema::booking::testing::fixture make()
    {
        auto stores = cinema::booking::make_memory_stores();
        stores.inventory = std::make_shared<shelf::inventory>(stores.reservations);
        return {.stores = stores};
    }
};

CINEMA_BOOKING_CONFORMANCE(shelf_and_memory);
//! [suite]

struct shelf_alone
{
    static constexpr bool shares_among_processes = false;

    static cinema::booking::testing::fixture make()
    {
        const auto documents = std::make_shared<shelf::reservations>();
        return {.stores = {.inventory = std::make_shared<shelf::inventory>(documents),
                           .reservations = documents,
                           .accounts = std::make_shared<shelf::accounts>(),
                           .name = "shelf"}};
    }
};

namespace cinema::booking::testing::conformance
{

TEST_CASE_TEMPLATE_INVOKE(documents_follow, shelf_alone);
TEST_CASE_TEMPLATE_INVOKE(documents_find, shelf_alone);
TEST_CASE_TEMPLATE_INVOKE(documents_list, shelf_alone);
TEST_CASE_TEMPLATE_INVOKE(documents_pages, shelf_alone);
TEST_CASE_TEMPLATE_INVOKE(documents_put, shelf_alone);
TEST_CASE_TEMPLATE_INVOKE(accounts_find, shelf_alone);
TEST_CASE_TEMPLATE_INVOKE(accounts_unique, shelf_alone);
TEST_CASE_TEMPLATE_INVOKE(accounts_limits, shelf_alone);
TEST_CASE_TEMPLATE_INVOKE(accounts_update, shelf_alone);

} // namespace cinema::booking::testing::conformance

TEST_CASE("a service sells from these stores")
{
    namespace booking = cinema::booking;
    //! [use]
    auto stores = booking::make_memory_stores();
    stores.inventory = std::make_shared<shelf::inventory>(stores.reservations);
    booking::booking_service service{stores};
    //! [use]
    const auto layout = booking::seat_layout::grid(1, 2);
    const auto hall = service.create_hall({.name = "Hall A", .layout = layout}).value();
    const auto show =
        service.create_session({.hall = hall.id, .movie_title = "Metropolis"}).value();
    CHECK(service.reserve({.session = show.id, .seats = {"A1"}}).has_value());
    CHECK(service.reserve({.session = show.id, .seats = {"A1"}}).error()
          == booking::errc::seat_taken);
    CHECK(booking::audit(*stores.inventory, *stores.reservations).is_clean());
}
