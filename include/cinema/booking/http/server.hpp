#pragma once

#include <cinema/booking/http/api.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace cinema::booking
{

/// How an `http_server` listens, and what it puts up with.
struct http_server_params
{
    std::string address{"127.0.0.1"}; ///< An IPv4 or IPv6 address, no host name.
    std::uint16_t port{3'000};        ///< 0: any free one.
    unsigned io_threads{0};           ///< 0: half the processors, at least one.
    /// More are answered 503 and closed. The limit of open files is raised for it where allowed:
    /// `http_server::connections_max` tells how many there can be.
    std::size_t connections_max{20'000};

    /// Then 503, whatever is still awaited. Commands have half a second more, so that the service,
    /// whose deadline is the same, can say what is certain.
    std::chrono::milliseconds request_deadline{2'000};
    std::chrono::milliseconds header_timeout{5'000}; ///< From its first byte to its last.
    std::chrono::milliseconds body_timeout{5'000};   ///< Likewise.
    /// Between two requests. While more than three quarters of `connections_max` are open: a tenth
    /// of it, at most 5 s.
    std::chrono::milliseconds idle_timeout{60'000};
    std::chrono::milliseconds write_timeout{8'000}; ///< For a whole answer.
    std::chrono::milliseconds drain_time{4'500};    ///< Then what is left is cut off.
    std::chrono::milliseconds drain_idle{1'000};    ///< Then idle connections are closed.

    std::size_t header_bytes_max{8U << 10}; ///< Request line and fields; then 431.
    std::size_t target_bytes_max{4U << 10}; ///< Then 414.
    std::size_t fields_max{64};             ///< Then 431.
    std::size_t body_bytes_max{64U << 10};  ///< Then 413.
    /// Long bodies in memory for clients that are slow. A quarter is for requests, beyond it they
    /// are answered 503. The rest is shared out among the I/O threads, for answers that could not
    /// be sent at once; beyond it who has been reading for longest is cut off.
    std::size_t buffered_bytes_max{64U << 20};

    /// Takes the access log: one or more lines, each a JSON object and a line feed. Called on a
    /// thread of its own, every `access_log_interval` or sooner, with a few KiB at a time. What it
    /// has not taken 300 ms after the last connection was closed is dropped, which `api.log` tells
    /// of. Empty: no access log.
    std::function<void(std::string_view lines)> access_log{};
    std::chrono::milliseconds access_log_interval{100};

    api_params api{};
};

/// Serves a `booking_api` over HTTP/1.1.
///
/// Thread safety: safe from any thread, except construction and destruction.
class http_server
{
public:
    /// The service outlives the server.
    http_server(booking_service& service, http_server_params params);
    /// Stops without draining, and waits.
    ~http_server();
    http_server(const http_server&) = delete;
    http_server& operator=(const http_server&) = delete;

    /// Listens, and answers from now on. Returns the port. To be called once.
    /// Errors: those of the system, as in address_in_use; invalid_argument (address).
    [[nodiscard]] boost::system::result<std::uint16_t> start();

    /// Drains: /readyz says 503, nobody new is let in, what runs is finished and its connection
    /// closed, idle connections follow after `drain_idle`, all others after `drain_time`. Returns
    /// at once. Safe to call from a signal handler's thread, though not in a signal handler.
    void stop();
    /// The same with another time for draining; 0 cuts everything off. Of several the earliest end
    /// counts.
    void stop(std::chrono::milliseconds drain);

    /// Returns when all connections are closed after `stop`. Then the access log is written.
    void wait();

    /// What it serves.
    [[nodiscard]] booking_api& api() noexcept;
    [[nodiscard]] std::size_t connections() const noexcept; ///< Open at the moment.
    /// How many there can be: less than wished for where the limit of open files leaves no room for
    /// so many. Known when `start` has returned.
    [[nodiscard]] std::size_t connections_max() const noexcept;

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

/// Starts a server, calls `on_started` with its port, serves until SIGTERM or SIGINT, drains. A
/// second signal cuts off what is left. Errors: those of `http_server::start`.
[[nodiscard]] boost::system::result<void>
run_server(booking_service& service, http_server_params params,
           const std::function<void(http_server&, std::uint16_t port)>& on_started = {});

} // namespace cinema::booking
