#pragma once

#include <cinema/booking/http/server.hpp>

#include "access_log.hpp"
#include "completion_queue.hpp"
#include "response_head.hpp"
#include "slow_answers.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace cinema::booking::http
{

/// A socket that knows its executor's type: cheaper than the type-erased default.
using stream_socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
using steady_point = std::chrono::steady_clock::time_point;

/// What the I/O threads of a server share.
struct server_context
{
    const http_server_params& params;
    booking_api& api;
    access_log& log;
    std::size_t connections_max{};   ///< What the limit of open files leaves of the wish.
    std::size_t request_bytes_max{}; ///< Of buffered_bytes_max: for all requests.
    std::size_t slow_answers_max{};  ///< Of buffered_bytes_max: for each thread's answers.
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> request_bytes{0}; ///< Long bodies that are being read.
    std::atomic<bool> is_draining{false};      ///< From now on connections are not kept.
};

/// An I/O thread with the connections that live on it. Everything but construction, destruction and
/// what says so has to be called on the thread itself.
class io_worker
{
public:
    explicit io_worker(server_context& context);
    ~io_worker();

    /// From the thread that made it.
    void start();
    void join();

    /// Starts to serve a connection; or, beyond the limit, answers 503 and closes.
    void adopt(stream_socket socket);

    /// Closes idle connections from `idle_end` on, all from `end` on; then the thread ends. Told
    /// twice, the earlier times count.
    void drain(steady_point idle_end, steady_point end);

    /// Drops a connection that was closed.
    void remove(connection& closed);

    /// Writes the access log line of an answered request.
    void log(const access_entry& entry);

    [[nodiscard]] head_maker& heads() noexcept { return heads_; }

    server_context& context;
    boost::asio::io_context io{1};
    const std::shared_ptr<completion_queue> woken;
    slow_answers slow;

    /// Tells of the exception that is being handled, which harms no more than itself.
    void report_failure() const noexcept;

private:
    void run();
    template <class Action>
    void attempt(std::shared_ptr<connection> one, Action action);
    [[nodiscard]] std::chrono::milliseconds idle_max(steady_point now) const;
    void resume_woken();
    void tick();
    void wait_for_tick();
    void flush_log();

    head_maker heads_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    boost::asio::steady_timer timer_;
    const std::chrono::milliseconds tick_interval_;
    std::vector<std::shared_ptr<connection>> connections_;
    std::vector<std::shared_ptr<exchange>> resuming_;
    std::string log_lines_;
    steady_point log_flushed_{};
    bool is_draining_{};
    steady_point idle_end_{};
    steady_point end_{};
    std::thread thread_;
};

} // namespace cinema::booking::http
