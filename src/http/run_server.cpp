#include <cinema/booking/http/server.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <thread>

namespace cinema::booking
{

boost::system::result<void>
run_server(booking_service& service, http_server_params params,
           const std::function<void(http_server&, std::uint16_t port)>& on_started)
{
    boost::asio::io_context io{1};
    boost::asio::signal_set signals{io, SIGTERM, SIGINT};
    http_server server{service, std::move(params)};
    const auto port = server.start();
    if (!port)
        return port.error();
    signals.async_wait(
        [&](const boost::system::error_code& error, int)
        {
            if (error)
                return;
            server.stop();
            signals.async_wait(
                [&](const boost::system::error_code& again, int)
                {
                    if (!again)
                        server.stop(std::chrono::milliseconds{0});
                });
        });
    std::thread listener{[&io] { io.run(); }};
    if (on_started)
        on_started(server, *port);
    server.wait();
    io.stop();
    listener.join();
    return {};
}

} // namespace cinema::booking
