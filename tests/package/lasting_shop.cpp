// Reserves a seat in a file.

#include <cinema/booking.hpp>
#include <cinema/booking/adapters/sqlite.hpp>

#include <filesystem>
#include <iostream>

namespace booking = cinema::booking;

int main()
{
    std::filesystem::remove("shop.db");
    const auto stores = booking::open_sqlite_stores({.file = "shop.db"}).value();
    booking::booking_service service{stores};

    const auto layout = booking::seat_layout::grid(5, 8);
    const auto hall = service.create_hall({.name = "Hall A", .layout = layout}).value();
    const auto show = service.create_session({.hall = hall.id, .movie_title = "Metropolis"});

    const auto anna = service.reserve({.session = show->id, .user = "anna", .seats = {"C7"}});
    std::cout << "C7: " << to_string(anna.value().reservation->status()) << '\n';
}
