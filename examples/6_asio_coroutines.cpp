// Buys seats in Asio coroutines: many buyers wait for their answers on one thread.
// Needs no database. ctest compares what it prints with 6_asio_coroutines.expected.

#include <cinema/booking.hpp>
#include <cinema/booking/service/async.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <iostream>
#include <string>

namespace booking = cinema::booking;
using boost::asio::awaitable;
using boost::asio::use_awaitable;

namespace
{

//! [coroutine]
/// Holds a seat, and buys it if that went well.
awaitable<std::string> buy(booking::booking_service& service, booking::session_id show,
                           std::string user, std::string seat)
{
    booking::reserve_request wish{.session = show, .user = user, .seats = {seat}};
    wish.hold = booking::hold_default;
    const auto held = co_await service.async_reserve(wish, use_awaitable);
    if (!held) // a refusal is an answer, not an exception
        co_return user + ": " + held.error().what();

    const booking::confirm_request payment{.reservation = held->reservation->id};
    const auto sold = co_await service.async_confirm(payment, use_awaitable);
    co_return user + ": " + seat + " is " + to_string(sold.value().reservation->status());
}
//! [coroutine]

//! [both at once]
awaitable<void> evening(booking::booking_service& service, booking::session_id show)
{
    using namespace boost::asio::experimental::awaitable_operators;
    const auto [anna, ben] =
        co_await (buy(service, show, "anna", "C7") && buy(service, show, "ben", "C7"));
    std::cout << anna << '\n' << ben << '\n' << co_await buy(service, show, "ben", "C8") << '\n';

    const auto map = co_await service.async_seats(show, use_awaitable);
    std::cout << "free: " << map.value()->free_seats() << " of 40\n";
}
//! [both at once]

} // namespace

int main()
{
    booking::booking_service service{booking::make_memory_stores()};
    const auto layout = booking::seat_layout::grid(5, 8);
    const auto hall = service.create_hall({.name = "Hall A", .layout = layout}).value();
    const auto show =
        service.create_session({.hall = hall.id, .movie_title = "Metropolis"}).value();

    // The service has threads of its own. Its answers come back to this one, which run() lends.
    boost::asio::io_context context;
    co_spawn(context, evening(service, show.id),
             [](const std::exception_ptr& failure)
             {
                 if (failure) // thrown in a coroutine: run() throws it again
                     std::rethrow_exception(failure);
             });
    context.run();
}
