#pragma once

#include <cinema/booking/domain/limits.hpp>
#include <cinema/booking/domain/time.hpp>

#include <time.h>

#include <chrono>
#include <optional>

namespace cinema::booking::detail
{

/// Time since the host was started, time in suspension included where the system can tell.
[[nodiscard]] inline std::chrono::milliseconds host_uptime() noexcept
{
    using namespace std::chrono;
#ifdef CLOCK_BOOTTIME
    timespec now{};
    if (clock_gettime(CLOCK_BOOTTIME, &now) == 0)
        return duration_cast<milliseconds>(seconds{now.tv_sec} + nanoseconds{now.tv_nsec});
#endif
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch());
}

/// The time of a store between its answers, counted by the host's uptime. A store's time that runs
/// ahead of the count by more than `clock_step_max` is not believed: its clock was set wrong, so
/// holds would end too early, and too late once it is set right. A clock that is set back is
/// followed. Not thread-safe.
class store_clock
{
public:
    /// Takes note of the store's time at this uptime. Returns by how much it is ahead of the count
    /// if that is too much: then the count goes on without it.
    std::optional<std::chrono::milliseconds> note(time_point store,
                                                  std::chrono::milliseconds uptime)
    {
        const auto ahead = is_known_ ? store - (started_ + uptime) : std::chrono::milliseconds{0};
        set_back_ = ahead < -clock_step_max ? -ahead : std::chrono::milliseconds{0};
        if (ahead > clock_step_max)
            return ahead;
        if (ahead >= -clock_step_max)
            started_ = store - uptime;
        is_known_ = true;
        return std::nullopt;
    }

    /// The store's time at this uptime. Pre: `note` was called.
    [[nodiscard]] time_point at(std::chrono::milliseconds uptime) const
    {
        return started_ + uptime - set_back_;
    }

private:
    std::chrono::milliseconds set_back_{}; ///< By how much the store is behind the count.
    time_point started_{};                 ///< The store's time at uptime 0.
    bool is_known_{};
};

} // namespace cinema::booking::detail
