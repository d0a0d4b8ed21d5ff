#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <cstddef>
#include <utility>

namespace cinema::booking::http
{

/// A few threads for calls that block, with a bounded number of them waiting.
class blocking_pool
{
public:
    blocking_pool(std::size_t threads, std::size_t waiting_max)
        : waiting_max_{waiting_max}, pool_{threads}
    {
    }

    /// Runs all that was posted.
    ~blocking_pool() { pool_.join(); }

    /// False if too many wait already; then `task` is not run. It must not throw.
    template <class Task>
    [[nodiscard]] bool post(Task task)
    {
        if (waiting_.fetch_add(1) >= waiting_max_)
        {
            --waiting_;
            return false;
        }
        boost::asio::post(pool_,
                          [this, task = std::move(task)]() mutable
                          {
                              --waiting_;
                              task();
                          });
        return true;
    }

    /// Runs `task` soon, however many wait. For what does not block.
    template <class Task>
    void post_always(Task task)
    {
        boost::asio::post(pool_, std::move(task));
    }

private:
    const std::size_t waiting_max_;
    std::atomic<std::size_t> waiting_{0};
    boost::asio::thread_pool pool_;
};

} // namespace cinema::booking::http
