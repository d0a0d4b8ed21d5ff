// Reserves seat C7 twice in memory: the first buyer wins, the second is refused.
// Needs no database. ctest compares what it prints with 1_first_reservation.expected.

//! [include]
#include <cinema/booking.hpp>
//! [include]

#include <iostream>

namespace booking = cinema::booking;

int main()
{
    //! [service]
    booking::booking_service service{booking::make_memory_stores()};
    //! [service]

    //! [house]
    const auto tonight = booking::host_now() + std::chrono::hours{5};
    const auto layout = booking::seat_layout::grid(5, 8); // rows A to E, seats 1 to 8
    const auto hall = service.create_hall({.name = "Hall A", .layout = layout}).value();
    const auto show = service
                          .create_session({.hall = hall.id,
                                           .movie_title = "Metropolis",
                                           .showtime = tonight,
                                           .prices = {{"standard", booking::minor_units{950}}}})
                          .value();
    //! [house]

    //! [reserve]
    const auto anna = service.reserve({.session = show.id, .user = "anna", .seats = {"C7"}});
    const auto ben = service.reserve({.session = show.id, .user = "ben", .seats = {"C7", "C8"}});
    //! [reserve]

    //! [answers]
    std::cout << "anna: " << to_string(anna.value().reservation->status()) << '\n';
    if (ben.error() == booking::errc::seat_taken)
        std::cout << "ben:  " << ben.error().what() << '\n';
    //! [answers]
    std::cout << "free: " << service.seats(show.id).value()->free_seats() << " of 40\n";
}
