#pragma once

#include <cinema/booking/http/server.hpp>

#include "http/api_fixture.hpp"
#include "http/raw_client.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cinema::tests
{

using booking::http_server_params;
using std::chrono::milliseconds;

inline std::string get(std::string_view target, std::string_view more = {})
{
    return "GET " + std::string{target} + " HTTP/1.1\r\nHost: here\r\n" + std::string{more}
           + "\r\n";
}

inline std::string post(std::string_view target, std::string_view body, std::string_view more = {})
{
    return "POST " + std::string{target}
           + " HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: "
           + std::to_string(body.size()) + "\r\n" + std::string{more} + "\r\n" + std::string{body};
}

inline std::string reserve_seat(int seat, std::string_view more = {})
{
    return post("/sessions/1/seats/reserve", "{\"seats\":[" + std::to_string(seat) + "]}", more);
}

/// A server on a free port, on the cinema of `api_fixture`.
struct server_fixture : api_fixture
{
    explicit server_fixture(
        const std::function<void(http_server_params&)>& change = [](http_server_params&) {},
        booking::service_options options = quiet())
        : api_fixture{no_waiting(), std::move(options)}
    {
        http_server_params params;
        params.port = 0;
        params.io_threads = 2;
        params.api = no_waiting();
        params.drain_idle = milliseconds{50};
        // What a test does not try out does not happen.
        params.request_deadline = params.header_timeout = params.body_timeout =
            params.idle_timeout = params.write_timeout = std::chrono::minutes{1};
        change(params);
        server.emplace(*service, std::move(params));
        port = server->start().value();
    }

    [[nodiscard]] raw_client connect() const { return raw_client{port}; }

    std::optional<raw_answer> ask_once(std::string_view bytes) const
    {
        return connect().ask(bytes);
    }

    /// Waits until so many connections are open.
    void await_connections(std::size_t count) const
    {
        while (server->connections() != count)
            std::this_thread::yield();
    }

    std::optional<booking::http_server> server;
    std::uint16_t port{};
};

} // namespace cinema::tests
