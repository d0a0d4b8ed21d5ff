#pragma once

#include <chrono>
#include <cstdint>

namespace cinema::booking
{

/// A point in time: UTC, milliseconds since 1970-01-01.
using time_point = std::chrono::sys_time<std::chrono::milliseconds>;

/// The last instant that four digits of a year can name: 9999-12-31 23:59:59.999.
inline constexpr time_point time_max{std::chrono::milliseconds{253'402'300'799'999}};

/// Milliseconds since 1970-01-01 UTC, the form in which stores keep a time.
[[nodiscard]] constexpr std::int64_t to_unix_ms(time_point time) noexcept
{
    return time.time_since_epoch().count();
}

/// The reverse of `to_unix_ms`.
[[nodiscard]] constexpr time_point from_unix_ms(std::int64_t ms) noexcept
{
    return time_point{std::chrono::milliseconds{ms}};
}

/// The host's clock.
[[nodiscard]] inline time_point host_now() noexcept
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

} // namespace cinema::booking
