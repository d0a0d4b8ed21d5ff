// Reserves a seat in memory.

#include <cinema/booking.hpp>

#include <iostream>

namespace booking = cinema::booking;

int main()
{
    booking::booking_service service{booking::make_memory_stores()};

    const auto layout = booking::seat_layout::grid(5, 8);
    const auto hall = service.create_hall({.name = "Hall A", .layout = layout}).value();
    const auto show = service.create_session({.hall = hall.id, .movie_title = "Metropolis"});

    const auto anna = service.reserve({.session = show->id, .user = "anna", .seats = {"C7"}});
    std::cout << "C7: " << to_string(anna.value().reservation->status()) << '\n';
}
