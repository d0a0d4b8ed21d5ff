// What README shows: a hall, a session, two buyers of one seat. Needs no database.
// ctest compares what it prints with readme.expected.

//! [all]
#include <cinema/booking.hpp>

#include <iostream>

namespace booking = cinema::booking;

int main()
{
    booking::booking_service service{booking::make_memory_stores()};
    auto layout = booking::seat_layout::grid(5, 8); // rows A to E, seats 1 to 8
    auto hall = service.create_hall({.name = "Hall A", .layout = layout}).value();
    auto show = service.create_session({.hall = hall.id, .movie_title = "Metropolis"}).value();

    auto anna = service.reserve({.session = show.id, .user = "anna", .seats = {"C7"}});
    auto ben = service.reserve({.session = show.id, .user = "ben", .seats = {"C7"}});
    std::cout << to_string(anna->reservation->status()) << '\n' << ben.error().what() << '\n';
}
//! [all]
