// Two box offices sell the same 40 seats from one PostgreSQL database, as two servers would: each
// seat goes once, and what was sold is there when the database is opened again.
//
// Its argument is the database: $CINEMA_TEST_POSTGRES_URL after `eval "$(./dev services start)"`.
// ctest compares what it prints with 7_postgresql.expected.

#include <cinema/booking.hpp>
#include <cinema/booking/adapters/postgres.hpp>

#include <atomic>
#include <iostream>
#include <string>
#include <thread>

namespace booking = cinema::booking;

namespace
{

//! [open]
booking::stores open(const std::string& url)
{
    return booking::open_postgres_stores(
               {.conninfo = url, .log = [](std::string_view line) { std::cerr << line << '\n'; }})
        .value();
}
//! [open]

/// Tries to sell every seat of a session. Returns how many were sold.
int sell_all(booking::booking_service& office, booking::session_id show)
{
    int sold = 0;
    for (int seat = 1; seat <= 40; ++seat)
    {
        const auto answer = office.reserve({.session = show, .user = "guest", .seats = {seat}});
        if (answer)
            ++sold;
        else if (answer.error() != booking::errc::seat_taken)
            throw booking::booking_error{answer.error()};
    }
    return sold;
}

booking::session_id make_session(booking::booking_service& office)
{
    const auto layout = booking::seat_layout::grid(5, 8);
    const auto name = "Hall " + std::to_string(booking::host_now().time_since_epoch().count());
    const auto hall = office.create_hall({.name = name, .layout = layout}).value();
    return office
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
    if (count != 2)
    {
        std::cerr << "usage: example_7_postgresql postgresql://USER@HOST/DATABASE\n";
        return 2;
    }
    const std::string url = arguments[1];
    booking::session_id show{};
    //! [sell]
    {
        booking::booking_service north{open(url)};
        booking::booking_service south{open(url)};
        show = make_session(north);
        std::atomic<int> sold{0};
        std::thread in_the_south{[&] { sold += sell_all(south, show); }};
        sold += sell_all(north, show);
        in_the_south.join();
        std::cout << "asked for: 80 seats, sold: " << sold << '\n';
    }
    booking::booking_service again{open(url)};
    std::cout << "free after opening again: " << again.seats(show).value()->free_seats() << '\n';
    //! [sell]
}
catch (const std::exception& error)
{
    std::cerr << error.what() << '\n';
    return 1;
}
