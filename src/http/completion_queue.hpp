#pragma once

#include <cinema/booking/http/api.hpp>

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace cinema::booking::http
{

class connection;
class completion_queue;

/// A connection's call. When it is woken, it goes to the queue of the connection's thread.
class exchange final : public api_call
{
public:
    explicit exchange(std::shared_ptr<completion_queue> queue) : queue_{std::move(queue)} {}

    /// Whose it is; null once its connection was closed or has given up waiting. Touched by the
    /// connection's thread alone.
    connection* owner{};

private:
    void wake() noexcept override;

    const std::shared_ptr<completion_queue> queue_;
};

/// Carries woken calls to an I/O thread: one turn of its loop for all that came meanwhile. It may
/// outlive that thread; what comes then is dropped.
class completion_queue
{
public:
    /// `ready` is run on `io` when there is something to take.
    completion_queue(boost::asio::io_context& io, std::function<void()> ready)
        : io_{&io}, ready_{std::move(ready)}
    {
    }

    /// From any thread.
    void push(std::shared_ptr<exchange> woken);

    /// All that came since the last time, into `out`, which has to be empty.
    void take(std::vector<std::shared_ptr<exchange>>& out);

    /// The loop runs no more.
    void close();

private:
    std::mutex mutex_;
    boost::asio::io_context* io_; // null when closed
    std::function<void()> ready_;
    std::vector<std::shared_ptr<exchange>> woken_;
};

} // namespace cinema::booking::http
