#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace cinema::booking::detail
{

/// Threads for calls that may take long, so that lanes need not wait for them. Thread-safe, but for
/// `start` and `stop`.
class call_pool
{
public:
    explicit call_pool(std::size_t waiting_max) : waiting_max_{waiting_max} {}
    ~call_pool() { stop(); }
    call_pool(const call_pool&) = delete;
    call_pool& operator=(const call_pool&) = delete;

    void start(unsigned threads)
    {
        for (unsigned i = 0; i < threads; ++i)
            threads_.emplace_back([this] { run(); });
    }

    /// Runs `call`, which must not throw, on a thread of the pool. False if too many wait.
    [[nodiscard]] bool submit(std::function<void()> call)
    {
        {
            const std::lock_guard lock{mutex_};
            if (stopping_ || calls_.size() >= waiting_max_)
                return false;
            calls_.push_back(std::move(call));
        }
        wake_.notify_one();
        return true;
    }

    /// Runs what waits, then ends the threads. May be called again.
    void stop()
    {
        {
            const std::lock_guard lock{mutex_};
            stopping_ = true;
        }
        wake_.notify_all();
        for (auto& thread : threads_)
            thread.join();
        threads_.clear();
    }

private:
    void run()
    {
        std::unique_lock lock{mutex_};
        while (true)
        {
            wake_.wait(lock, [this] { return stopping_ || !calls_.empty(); });
            if (calls_.empty())
                return;
            const auto call = std::move(calls_.front());
            calls_.pop_front();
            lock.unlock();
            call();
            lock.lock();
        }
    }

    const std::size_t waiting_max_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> calls_; // guarded by mutex_
    bool stopping_{};                         // guarded by mutex_
    std::vector<std::thread> threads_;
};

} // namespace cinema::booking::detail
