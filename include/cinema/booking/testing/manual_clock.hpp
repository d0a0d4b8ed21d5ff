#pragma once

#include <cinema/booking/domain/time.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

namespace cinema::booking::testing
{

/// A clock that stands still until it is told otherwise. Copies are the same clock. Thread safety:
/// safe from any thread.
class manual_clock
{
public:
    /// Begins at `start`; unless given, on 2030-01-01 at 12:00 UTC.
    explicit manual_clock(time_point start = from_unix_ms(1'893'499'200'000))
        : now_{std::make_shared<std::atomic<time_point>>(start)}
    {
    }

    [[nodiscard]] time_point now() const noexcept { return now_->load(); }

    /// May go back, too.
    void set(time_point now) noexcept { now_->store(now); }

    /// Negative: the clock goes back.
    void advance(std::chrono::milliseconds by) noexcept
    {
        auto before = now_->load();
        while (!now_->compare_exchange_weak(before, before + by))
        {
        }
    }

    /// The form in which stores and services take a clock. It outlives this object.
    [[nodiscard]] std::function<time_point()> function() const
    {
        return [now = now_] { return now->load(); };
    }

private:
    std::shared_ptr<std::atomic<time_point>> now_;
};

} // namespace cinema::booking::testing
