#include "io_worker.hpp"

#include "connection.hpp"

#include <algorithm>
#include <exception>

namespace cinema::booking::http
{

namespace
{

/// Connections above the limit that get an answer before they are closed.
constexpr std::size_t refused_connections_max = 256;
constexpr std::size_t log_bytes_kept = 64U << 10;

/// Often enough that no timeout is late by more than about a tenth.
std::chrono::milliseconds tick_of(const http_server_params& params)
{
    const auto shortest =
        std::min({params.request_deadline, params.header_timeout, params.body_timeout,
                  params.idle_timeout, params.write_timeout, params.access_log_interval * 10});
    return std::clamp(shortest / 10, std::chrono::milliseconds{2}, std::chrono::milliseconds{200});
}

} // namespace

io_worker::io_worker(server_context& shared)
    : context{shared},
      woken{std::make_shared<completion_queue>(io, [this] { resume_woken(); })},
      heads_{shared.api.params()},
      work_{io.get_executor()},
      timer_{io},
      tick_interval_{tick_of(shared.params)}
{
}

io_worker::~io_worker()
{
    if (thread_.joinable())
    {
        io.stop();
        thread_.join();
    }
    woken->close();
    while (!connections_.empty())
        connections_.back()->close();
}

void io_worker::start()
{
    wait_for_tick();
    thread_ = std::thread{[this] { run(); }};
}

void io_worker::join()
{
    if (thread_.joinable())
        thread_.join();
}

void io_worker::run()
{
    while (true)
        try
        {
            io.run();
            break;
        }
        catch (const std::exception& error)
        {
            if (context.api.params().log)
                context.api.params().log(std::string{"an I/O thread failed: "} + error.what());
        }
    flush_log();
}

void io_worker::adopt(stream_socket socket)
{
    const auto count = ++context.connections;
    const auto most = context.connections_max;
    if (count > most + refused_connections_max)
    {
        --context.connections;
        return; // closes the socket
    }
    auto fresh = std::make_shared<connection>(*this, std::move(socket));
    fresh->index = connections_.size();
    connections_.push_back(fresh);
    if (count > most)
        fresh->refuse();
    else
        fresh->start();
}

void io_worker::remove(connection& closed)
{
    --context.connections;
    const auto index = closed.index;
    connections_.back()->index = index;
    std::swap(connections_[index], connections_.back());
    connections_.pop_back();
}

void io_worker::drain(steady_point idle_end, steady_point end)
{
    is_draining_ = true;
    idle_end_ = idle_end;
    end_ = end;
    tick();
}

void io_worker::resume_woken()
{
    woken->take(resuming_);
    for (const auto& one : resuming_)
        if (one->owner != nullptr)
            one->owner->resume();
    resuming_.clear();
}

void io_worker::tick()
{
    const auto now = std::chrono::steady_clock::now();
    const bool closes_idle = is_draining_ && now >= idle_end_;
    const bool closes_all = is_draining_ && now >= end_;
    for (std::size_t i = connections_.size(); i-- > 0;)
    {
        const auto one = connections_[i]; // it may remove itself
        if (closes_all)
            one->close();
        else
            one->check_time(now, closes_idle);
    }
    if (now - log_flushed_ >= context.params.access_log_interval)
        flush_log();
    if (is_draining_ && connections_.empty())
    {
        timer_.cancel();
        work_.reset();
    }
}

void io_worker::wait_for_tick()
{
    timer_.expires_after(tick_interval_);
    timer_.async_wait(
        [this](const boost::system::error_code& error)
        {
            if (error)
                return;
            tick();
            if (work_.owns_work())
                wait_for_tick();
        });
}

void io_worker::log(const access_entry& entry)
{
    append_entry(log_lines_, entry);
    if (log_lines_.size() >= log_bytes_kept)
        flush_log();
}

void io_worker::flush_log()
{
    log_flushed_ = std::chrono::steady_clock::now();
    context.log.write(log_lines_);
}

} // namespace cinema::booking::http
