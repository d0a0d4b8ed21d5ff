// Holds seats, buys one hold in time and comes too late for another. The clock is set by hand.
// Needs no database. ctest compares what it prints with 3_hold_confirm_expire.expected.

#include <cinema/booking.hpp>
#include <cinema/booking/testing/manual_clock.hpp>

#include <iostream>

namespace booking = cinema::booking;
using namespace std::chrono_literals;

namespace
{

void tell(const char* what, const booking::decision& answer)
{
    std::cout << what << ": ";
    if (answer)
        std::cout << to_string(answer->reservation->status()) << '\n';
    else
        std::cout << "no, " << answer.error().what() << '\n';
}

} // namespace

int main()
{
    //! [manual clock]
    // Services live in their store's time. That of memory stores can be any function; this one
    // stands still until it is told otherwise, so that no test ever has to wait.
    booking::testing::manual_clock clock;
    booking::booking_service service{booking::make_memory_stores({.clock = clock.function()})};
    //! [manual clock]

    const auto layout = booking::seat_layout::grid(5, 8);
    const auto hall = service.create_hall({.name = "Hall A", .layout = layout}).value();
    const auto show =
        service.create_session({.hall = hall.id, .movie_title = "Metropolis"}).value().id;

    //! [hold and confirm]
    // A hold keeps seats while the buyer pays. In time, it becomes a sale.
    const auto anna =
        service.reserve({.session = show, .user = "anna", .seats = {"C4", "C5"}, .hold = 10min});
    tell("anna holds C4 and C5   ", anna);
    clock.advance(9min);
    tell("nine minutes later     ", service.confirm({anna->reservation->id}));
    //! [hold and confirm]

    //! [expire]
    // At `held_until` a hold is over: the seats are free to the next buyer at once.
    const auto ben =
        service.reserve({.session = show, .user = "ben", .seats = {"D1"}, .hold = 10min});
    tell("ben holds D1           ", ben);
    tell("eva wants it meanwhile ",
         service.reserve({.session = show, .user = "eva", .seats = {"D1"}}));
    clock.set(*ben->reservation->held_until());
    tell("eva, ten minutes later ",
         service.reserve({.session = show, .user = "eva", .seats = {"D1"}}));
    tell("ben pays now           ", service.confirm({ben->reservation->id}));
    tell("what became of his hold", service.find(ben->reservation->id));
    //! [expire]

    //! [extend and cancel]
    // A hold may be prolonged, and what is held or sold may be given back.
    const auto zoe =
        service.reserve({.session = show, .user = "zoe", .seats = {"E8"}, .hold = 5min});
    tell("zoe holds E8           ", zoe);
    clock.advance(4min);
    tell("she asks for more time ", service.extend({zoe->reservation->id, 5min}));
    clock.advance(4min);
    tell("and gives it back      ", service.cancel({zoe->reservation->id}));
    //! [extend and cancel]
    std::cout << "free: " << service.seats(show).value()->free_seats() << " of 40\n";
}
