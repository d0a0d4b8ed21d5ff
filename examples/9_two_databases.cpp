// PostgreSQL decides what is sold; what was sold is kept in MongoDB. A relay brings it there.
//
// Its arguments are the two databases: $CINEMA_TEST_POSTGRES_URL and $CINEMA_TEST_MONGODB_URI after
// `eval "$(./dev services start)"`. ctest compares what it prints with 9_two_databases.expected.

#include <cinema/booking.hpp>
#include <cinema/booking/adapters/polyglot.hpp>

#include <chrono>
#include <iostream>
#include <string>

namespace booking = cinema::booking;

namespace
{

void complain(std::string_view line) { std::cerr << line << '\n'; }

//! [open]
booking::stores open(const std::string& postgres, const std::string& mongodb)
{
    constexpr std::chrono::seconds patience{5};
    return booking::open_polyglot_stores(
               {.conninfo = postgres, .timeout = patience, .log = complain},
               {.uri = mongodb, .timeout = patience, .log = complain})
        .value();
}
//! [open]

booking::session_id make_session(booking::booking_service& service)
{
    const auto layout = booking::seat_layout::grid(5, 8);
    const auto name = "Hall " + std::to_string(booking::host_now().time_since_epoch().count());
    const auto hall = service.create_hall({.name = name, .layout = layout}).value();
    return service
        .create_session({.hall = hall.id,
                         .movie_title = "Metropolis",
                         .showtime = booking::host_now() + std::chrono::hours{5},
                         .prices = {{"standard", booking::minor_units{950}}}})
        .value()
        .id;
}

} // namespace

int main(int count, char** arguments)
try
{
    if (count != 3)
    {
        std::cerr << "usage: example_9_two_databases postgresql://… mongodb://…\n";
        return 2;
    }
    //! [relay]
    const auto stores = open(arguments[1], arguments[2]);
    booking::booking_service service{stores};
    booking::relay relay{stores, {.log = complain}}; // from now on, in a thread of its own

    const auto show = make_session(service);
    const auto sold = service.reserve({.session = show, .user = "anna", .seats = {"C7", "C8"}});
    std::cout << "sold: " << sold.value().reservation->seats.size() << " seats\n";

    if (!relay.flush(std::chrono::seconds{10})) // before the program ends
        std::cout << "the rest will be brought to MongoDB when the next relay runs\n";
    const auto document = stores.documents->find(sold->reservation->id).value();
    std::cout << "in MongoDB: " << document->user << ", " << to_string(document->status()) << '\n';
    //! [relay]
}
catch (const std::exception& error)
{
    std::cerr << error.what() << '\n';
    return 1;
}
