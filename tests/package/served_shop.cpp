// Reserves a seat over HTTP, but for the sockets: a server listens on a free port meanwhile.

#include <cinema/booking.hpp>
#include <cinema/booking/http/server.hpp>

#include <boost/json/parse.hpp>

#include <iostream>

namespace booking = cinema::booking;

int main()
{
    booking::booking_service service{booking::make_memory_stores()};

    const auto layout = booking::seat_layout::grid(5, 8);
    const auto hall = service.create_hall({.name = "Hall A", .layout = layout}).value();
    const auto show = service.create_session({.hall = hall.id, .movie_title = "Metropolis"});

    booking::http_server server{service, {.port = 0}};
    server.start().value();
    const booking::api_field json{"Content-Type", "application/json"};
    const auto anna = server.api().handle({.method = "POST",
                                           .target = "/sessions/1/seats/reserve",
                                           .fields = {&json, 1},
                                           .body = R"({"userId": "anna", "seats": ["C7"]})"});
    server.stop();
    server.wait();

    std::cout << "C7: " << boost::json::parse(anna.body()).at("status").as_string().c_str() << '\n';
}
