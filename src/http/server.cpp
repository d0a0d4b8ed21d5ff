#include <cinema/booking/http/server.hpp>

#include "io_worker.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace cinema::booking
{

namespace
{

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// Open files that are no connections of clients.
constexpr std::size_t files_kept_free = 512;

/// For what is left of the access log when all connections are closed.
constexpr std::chrono::milliseconds log_time{300};

/// Raises the limit of open files as far as it is needed and allowed. Returns how many connections
/// it leaves room for, at most `wanted`.
std::size_t make_room_for(std::size_t wanted)
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return wanted;
    const rlim_t needed = wanted + files_kept_free;
    if (limit.rlim_cur < needed)
    {
        rlimit raised{.rlim_cur = std::min(needed, limit.rlim_max), .rlim_max = limit.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
            limit = raised;
    }
    const std::size_t files = limit.rlim_cur;
    const auto free = files > 2 * files_kept_free ? files - files_kept_free : files / 2;
    return std::min(wanted, free);
}

api_params with_gauges(api_params params, const std::atomic<std::size_t>& connections)
{
    params.gauges.push_back({"cinema_http_connections", "Open connections of clients.",
                             [&connections] { return static_cast<double>(connections.load()); }});
    return params;
}

} // namespace

class http_server::impl
{
public:
    impl(booking_service& service, http_server_params params)
        : params_{std::move(params)},
          log_{params_.access_log},
          api_{service, with_gauges(params_.api, context_.connections)}
    {
        context_.connections_max = params_.connections_max;
    }

    ~impl()
    {
        stop(std::chrono::milliseconds{0});
        wait();
    }

    boost::system::result<std::uint16_t> start()
    {
        error_code error;
        const auto address = asio::ip::make_address(params_.address, error);
        if (error)
            return error;
        context_.connections_max = make_room_for(params_.connections_max);
        const auto threads = params_.io_threads != 0
                                 ? params_.io_threads
                                 : std::max(1U, std::thread::hardware_concurrency() / 2);
        context_.request_bytes_max = params_.buffered_bytes_max / 4;
        context_.slow_answers_max = params_.buffered_bytes_max / 4 * 3 / threads;
        for (unsigned i = 0; i < threads; ++i)
            workers_.push_back(std::make_unique<http::io_worker>(context_));
        acceptor_.emplace(workers_.front()->io);
        if (const auto failed = listen({address, params_.port}))
            return failed;
        retry_.emplace(workers_.front()->io);
        const auto port = acceptor_->local_endpoint(error).port();
        api_.warm_up();
        accept();
        for (auto& worker : workers_)
            worker->start();
        return port;
    }

    void stop(std::chrono::milliseconds drain_time)
    {
        api_.set_ready(false);
        context_.is_draining = true;
        if (workers_.empty())
            return;
        const auto now = std::chrono::steady_clock::now();
        const auto idle_end = now + std::min(params_.drain_idle, drain_time);
        const auto end = now + drain_time;
        if (is_stopping_.exchange(true)) // the first worker may have ended already
            return drain(idle_end, end);
        asio::post(workers_.front()->io,
                   [this, idle_end, end]
                   {
                       stop_accepting();
                       // Behind the handler of an accept that has succeeded already.
                       asio::post(workers_.front()->io,
                                  [this, idle_end, end] { drain(idle_end, end); });
                   });
    }

    void wait()
    {
        const std::lock_guard lock{joining_};
        for (auto& worker : workers_)
            worker->join();
        if (!workers_.empty())
            finish_log();
    }

    [[nodiscard]] const http_server_params& params() const noexcept { return params_; }
    [[nodiscard]] booking_api& api() noexcept { return api_; }
    [[nodiscard]] std::size_t connections() const noexcept { return context_.connections; }
    [[nodiscard]] std::size_t connections_max() const noexcept { return context_.connections_max; }

private:
    using acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;

    error_code listen(const tcp::endpoint& at)
    {
        error_code error;
        acceptor_->open(at.protocol(), error);
        if (!error)
            acceptor_->set_option(tcp::acceptor::reuse_address{true}, error);
        if (!error)
            acceptor_->bind(at, error);
        if (!error)
            acceptor_->listen(asio::socket_base::max_listen_connections, error);
        if (!error)
            acceptor_->non_blocking(true, error);
        return error;
    }

    void finish_log()
    {
        log_.end_at(std::chrono::steady_clock::now() + log_time);
        const auto lost = log_.finish();
        if (lost > 0)
            booking::detail::tell(params_.api.log,
                                  "the access log took too long at the end: lines dropped: "
                                      + std::to_string(lost));
    }

    // ---- on the first worker's thread, whose loop has the acceptor

    void accept()
    {
        auto& worker = *workers_[next_];
        acceptor_->async_accept(worker.io,
                                [this, &worker](const error_code& error, http::stream_socket socket)
                                { on_accept(worker, error, std::move(socket)); });
    }

    void on_accept(http::io_worker& worker, const error_code& error, http::stream_socket socket)
    {
        if (!error) // also when the acceptor has been closed since
            hand_over(worker, std::move(socket));
        if (!acceptor_->is_open())
            return;
        if (error && error != asio::error::connection_aborted)
            return accept_later();
        accept();
    }

    /// Most often too many files are open: that passes.
    void accept_later()
    {
        retry_->expires_after(std::chrono::milliseconds{50});
        retry_->async_wait(
            [this](const error_code& error)
            {
                if (!error && acceptor_->is_open())
                    accept();
            });
    }

    /// If it fails, for want of memory say, one connection is lost, and the next is accepted.
    void hand_over(http::io_worker& worker, http::stream_socket socket) noexcept
    {
        next_ = (next_ + 1) % workers_.size();
        try
        {
            if (&worker == workers_.front().get())
                return worker.adopt(std::move(socket));
            asio::post(worker.io, [&worker, socket = std::move(socket)]() mutable
                       { worker.adopt(std::move(socket)); });
        }
        catch (...)
        {
            worker.report_failure();
        }
    }

    /// Takes those who are connected already, so that nobody's request is lost.
    void stop_accepting()
    {
        if (!acceptor_->is_open())
            return;
        while (true)
        {
            error_code error;
            auto& worker = *workers_[next_];
            http::stream_socket socket{worker.io};
            acceptor_->accept(socket, error);
            if (error)
                break;
            hand_over(worker, std::move(socket));
        }
        error_code ignored;
        acceptor_->close(ignored);
        retry_->cancel();
    }

    void drain(http::steady_point idle_end, http::steady_point end)
    {
        for (auto& worker : workers_)
            asio::post(worker->io,
                       [&worker = *worker, idle_end, end] { worker.drain(idle_end, end); });
    }

    http_server_params params_;
    http::access_log log_;
    booking_api api_;
    http::server_context context_{params_, api_, log_};
    std::vector<std::unique_ptr<http::io_worker>> workers_;
    std::optional<acceptor> acceptor_;
    std::optional<asio::steady_timer> retry_;
    std::size_t next_{};
    std::atomic<bool> is_stopping_{false};
    std::mutex joining_;
};

http_server::http_server(booking_service& service, http_server_params params)
    : impl_{std::make_unique<impl>(service, std::move(params))}
{
}

http_server::~http_server() = default;

boost::system::result<std::uint16_t> http_server::start() { return impl_->start(); }

void http_server::stop() { impl_->stop(impl_->params().drain_time); }

void http_server::stop(std::chrono::milliseconds drain) { impl_->stop(drain); }

void http_server::wait() { impl_->wait(); }

booking_api& http_server::api() noexcept { return impl_->api(); }

std::size_t http_server::connections() const noexcept { return impl_->connections(); }

std::size_t http_server::connections_max() const noexcept { return impl_->connections_max(); }

} // namespace cinema::booking
