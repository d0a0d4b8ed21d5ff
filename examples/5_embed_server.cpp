// Puts the whole HTTP interface into a program of one's own, and asks it over a socket.
// Needs no database and any free port. ctest compares what it prints with 5_embed_server.expected.

#include <cinema/booking.hpp>
#include <cinema/booking/http/server.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <iostream>
#include <string>

namespace booking = cinema::booking;
namespace http = boost::beast::http;

namespace
{

/// Prints a request and what is answered to it.
void ask(std::uint16_t port, http::verb method, const std::string& target,
         const std::string& body = {})
{
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket{context};
    socket.connect({boost::asio::ip::address_v4::loopback(), port});

    http::request<http::string_body> request{method, target, 11, body};
    request.set(http::field::host, "localhost");
    request.set(http::field::content_type, "application/json");
    request.set("X-Request-Id", "example"); // else the server makes one up
    request.prepare_payload();
    http::write(socket, request);

    http::response<http::string_body> answer;
    boost::beast::flat_buffer buffer;
    http::read(socket, buffer, answer);
    std::cout << method << ' ' << target << ' ' << body << "\n  " << answer.result_int() << ' '
              << answer["ETag"] << '\n';
    if (answer.result() == http::status::conflict)
        std::cout << "  " << answer.body() << '\n';
}

} // namespace

int main()
{
    booking::booking_service service{booking::make_memory_stores()};
    const auto layout = booking::seat_layout::grid(5, 8);
    const auto hall = service.create_hall({.name = "Hall A", .layout = layout}).value();
    const auto show =
        service.create_session({.hall = hall.id, .movie_title = "Metropolis"}).value();

    //! [embed]
    // The server borrows the service: what the program does itself and what comes over HTTP meet
    // in one place. Port 0 asks for any free one; `start` returns which.
    booking::http_server server{service, {.port = 0, .io_threads = 1}};
    const auto port = server.start().value();
    //! [embed]

    (void)service.reserve({.session = show.id, .user = "anna", .seats = {"C7"}}).value();

    const auto seats = "/sessions/" + std::to_string(raw(show.id)) + "/seats";
    ask(port, http::verb::get, seats);
    ask(port, http::verb::post, seats + "/reserve", R"({"userId": "ben", "seats": ["C8"]})");
    ask(port, http::verb::post, seats + "/reserve", R"({"userId": "eva", "seats": ["C7"]})");

    //! [stop]
    // Draining lets nobody in and finishes what runs. The service can go on without the server.
    server.stop();
    server.wait();
    //! [stop]
    std::cout << "free: " << service.seats(show.id).value()->free_seats() << " of 40\n";
}
