#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

namespace cinema::booking::detail
{

/// Counts what still uses an API, so that its destructor can wait for it. Shared, since whoever
/// leaves last does so while the API goes. Thread safety: safe from any thread.
class running_calls : public std::enable_shared_from_this<running_calls>
{
public:
    /// Counted until it is destroyed.
    class mark
    {
    public:
        explicit mark(std::shared_ptr<running_calls> in) : in_{std::move(in)} {}
        ~mark()
        {
            if (in_)
                in_->leave();
        }
        mark(mark&&) noexcept = default;
        mark& operator=(mark&&) = delete;

    private:
        std::shared_ptr<running_calls> in_;
    };

    [[nodiscard]] mark enter()
    {
        const std::lock_guard lock{mutex_};
        ++count_;
        return mark{shared_from_this()};
    }

    /// Returns when nothing is counted.
    void wait()
    {
        std::unique_lock lock{mutex_};
        none_.wait(lock, [this] { return count_ == 0; });
    }

private:
    void leave()
    {
        const std::lock_guard lock{mutex_};
        if (--count_ == 0)
            none_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable none_;
    std::size_t count_{};
};

} // namespace cinema::booking::detail
