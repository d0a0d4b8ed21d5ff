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
constexpr std::chrono::milliseconds crowded_idle_max{5'000};

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
      slow{shared.slow_answers_max},
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
        catch (...)
        {
            report_failure();
        }
    flush_log();
}

void io_worker::report_failure() const noexcept
{
    booking::detail::tell_failure(context.api.params().log, "an I/O thread");
}

/// A connection that cannot go on, for want of memory say, is closed and harms no other.
template <class Action>
void io_worker::attempt(std::shared_ptr<connection> one, Action action)
{
    try
    {
        action(*one);
    }
    catch (...)
    {
        one->close();
        report_failure();
    }
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
    std::shared_ptr<connection> fresh;
    try
    {
        fresh = std::make_shared<connection>(*this, std::move(socket));
        fresh->index = connections_.size();
        connections_.push_back(fresh);
    }
    catch (...)
    {
        --context.connections;
        return report_failure();
    }
    attempt(fresh, [is_refused = count > most](connection& one)
            { is_refused ? one.refuse() : one.start(); });
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
    idle_end_ = is_draining_ ? std::min(idle_end_, idle_end) : idle_end;
    end_ = is_draining_ ? std::min(end_, end) : end;
    is_draining_ = true;
    tick();
}

void io_worker::resume_woken()
{
    woken->take(resuming_);
    for (const auto& one : resuming_)
        if (one->owner != nullptr)
            attempt(one->owner->shared_from_this(), [](connection& owner) { owner.resume(); });
    resuming_.clear();
}

/// How long connections may be idle at the moment. Where there are many, those who only keep theirs
/// open have to make room for others.
std::chrono::milliseconds io_worker::idle_max(steady_point now) const
{
    if (is_draining_ && now >= idle_end_)
        return std::chrono::milliseconds{0};
    const auto longest = context.params.idle_timeout;
    const bool is_crowded = context.connections * 4 > context.connections_max * 3;
    return is_crowded ? std::min(longest / 10, crowded_idle_max) : longest;
}

void io_worker::tick()
{
    const auto now = std::chrono::steady_clock::now();
    const auto idle = idle_max(now);
    const bool closes_all = is_draining_ && now >= end_;
    for (std::size_t i = connections_.size(); i-- > 0;)
    {
        if (i >= connections_.size()) // it may remove itself, and others
            continue;
        attempt(connections_[i],
                [&](connection& one) { closes_all ? one.close() : one.check_time(now, idle); });
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
            try
            {
                tick();
            }
            catch (...) // the next one may do better
            {
                report_failure();
            }
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
