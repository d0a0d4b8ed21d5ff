// A store of one's own: it keeps what is sold in maps, and leaves the rest to the store it wraps.
// Needs doctest. The suite that every adapter passes is run on it, then it sells a seat.

#define DOCTEST_CONFIG_IMPLEMENT
#include <cinema/booking.hpp>
#include <cinema/booking/testing/conformance.hpp>

#include "custom_store/own_inventory.hpp"

#include <iostream>

namespace booking = cinema::booking;

namespace
{

//! [stores]
/// Each of the three roles may be played by another store. Here only the inventory is our own.
booking::stores make_own_stores()
{
    auto made = booking::make_memory_stores();
    made.inventory = std::make_shared<example::own_inventory>(made);
    made.name = "own";
    return made;
}
//! [stores]

//! [fixture]
struct own_fixture
{
    static constexpr bool shares_among_processes = false;
    static booking::testing::fixture make() { return {.stores = make_own_stores()}; }
};
//! [fixture]

} // namespace

//! [suite]
CINEMA_BOOKING_CONFORMANCE(own_fixture);
//! [suite]

int main(int argc, char** argv)
{
    doctest::Context suite;
    suite.setOption("minimal", true); // prints what fails or is not tested, and nothing else
    suite.setCout(&std::cerr);
    suite.applyCommandLine(argc, argv);
    if (const int failed = suite.run(); failed != 0 || suite.shouldExit())
        return failed;
    std::cout << "the store keeps every promise of the suite\n";

    booking::booking_service service{make_own_stores()};
    const auto layout = booking::seat_layout::grid(5, 8);
    const auto hall = service.create_hall({.name = "Hall A", .layout = layout}).value();
    const auto show =
        service.create_session({.hall = hall.id, .movie_title = "Metropolis"}).value().id;
    for (const char* const user : {"anna", "ben"})
    {
        const auto answer = service.reserve({.session = show, .user = user, .seats = {"C7"}});
        std::cout << user << ": " << (answer ? "has C7" : answer.error().what()) << '\n';
    }
}
