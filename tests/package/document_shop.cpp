// Reserves a seat in the MongoDB database that MONGODB_URI names.

#include <cinema/booking.hpp>
#include <cinema/booking/adapters/mongo.hpp>

#include <cstdlib>
#include <iostream>

namespace booking = cinema::booking;

int main()
{
    const char* const uri = std::getenv("MONGODB_URI");
    const auto stores = booking::open_mongo_stores({.uri = uri ? uri : ""}).value();
    booking::booking_service service{stores};
    booking::relay relay{stores};

    const auto layout = booking::seat_layout::grid(5, 8);
    const auto name = "Hall " + std::to_string(booking::random_bits()); // it may not be the first
    const auto hall = service.create_hall({.name = name, .layout = layout}).value();
    const auto show = service.create_session({.hall = hall.id, .movie_title = "Metropolis"});

    const auto anna = service.reserve({.session = show->id, .user = "anna", .seats = {"C7"}});
    std::cout << "C7: " << to_string(anna.value().reservation->status()) << '\n';
}
