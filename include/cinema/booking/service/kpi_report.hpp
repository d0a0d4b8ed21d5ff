#pragma once

#include <cinema/booking/domain/error.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace cinema::booking
{

/// How an attempt to reserve seats ended.
enum class attempt_outcome
{
    granted,  ///< The seats are the caller's.
    conflict, ///< Refused because of concurrency: seat taken, stale version.
    refused,  ///< Refused for any other reason: unknown session, a rule, withdrawn by the caller.
    failed,   ///< No answer could be given: the 503 kinds.
    replayed, ///< An earlier grant given again to the same idempotency key. Not a request.
};
inline constexpr std::size_t attempt_outcome_count = 5;

/// How an attempt ended that was refused with `why`.
[[nodiscard]] constexpr attempt_outcome outcome_of(errc why) noexcept
{
    switch (why)
    {
    case errc::seat_taken:
    case errc::stale_version: return attempt_outcome::conflict;
    case errc::store_unavailable:
    case errc::outcome_unknown:
    case errc::busy:
    case errc::storage_full:
    case errc::session_full:
    case errc::stopped:
    case errc::store_failed:
    case errc::schema_mismatch:
    case errc::pricing_failed:
    case errc::version_conflict: return attempt_outcome::failed;
    case errc::invalid_request:
    case errc::session_not_found:
    case errc::hall_not_found:
    case errc::reservation_not_found:
    case errc::seat_not_found:
    case errc::seat_blocked:
    case errc::hold_expired:
    case errc::wrong_status:
    case errc::key_reused:
    case errc::hall_busy:
    case errc::already_exists:
    case errc::user_not_found:
    case errc::sales_closed:
    case errc::single_seat_left:
    case errc::too_few_seats:
    case errc::price_type_not_found:
    case errc::canceled: return attempt_outcome::refused;
    }
    return attempt_outcome::refused;
}

/// The windows that a report covers. They move in steps; kpi_window::covered is the exact length.
enum class kpi_span
{
    minute,       ///< The last 60 s, less up to one step (5 s; for a single session 10 s).
    five_minutes, ///< The last 300 s, less up to one step (20 s; for a single session 60 s).
    hour,         ///< The last 3600 s, less up to one step (60 s; for a single session 300 s).
    since_start,  ///< Everything.
};
inline constexpr std::size_t kpi_span_count = 4;

/// How many of the busiest sessions have figures of their own.
inline constexpr std::size_t kpi_sessions_max = 16;

/// Reserve requests by outcome, counted when they ended.
struct kpi_counts
{
    std::uint64_t granted{};
    std::uint64_t conflict{};
    std::uint64_t refused{};
    std::uint64_t failed{};
    std::uint64_t replayed{}; ///< Apart: not part of requests().

    /// All but the replayed.
    [[nodiscard]] constexpr std::uint64_t requests() const noexcept
    {
        return granted + conflict + refused + failed;
    }

    /// granted / requests(), or nothing when there was no request.
    [[nodiscard]] constexpr std::optional<double> success_rate() const noexcept
    {
        return share_of_requests(granted);
    }

    /// conflict / requests(), or nothing when there was no request.
    [[nodiscard]] constexpr std::optional<double> conflict_rate() const noexcept
    {
        return share_of_requests(conflict);
    }

    friend constexpr bool operator==(const kpi_counts&, const kpi_counts&) = default;

private:
    [[nodiscard]] constexpr std::optional<double> share_of_requests(std::uint64_t n) const noexcept
    {
        if (requests() == 0)
            return std::nullopt;
        return static_cast<double>(n) / static_cast<double>(requests());
    }
};

/// Store commits. A batch of several sessions is whatever the caller counts it as.
struct kpi_commits
{
    std::uint64_t done{};
    std::uint64_t retried{}; ///< Tried again after version_conflict.

    friend constexpr bool operator==(const kpi_commits&, const kpi_commits&) = default;
};

/// From the beginning to the end of requests, replays left out. Average (rounded down) and max are
/// exact, quantiles as precise as latency_histogram. All 0 when there was no request.
struct kpi_response_time
{
    std::chrono::nanoseconds average{};
    std::chrono::nanoseconds p50{};
    std::chrono::nanoseconds p95{};
    std::chrono::nanoseconds p99{};
    std::chrono::nanoseconds p999{};
    std::chrono::nanoseconds max{};

    friend constexpr bool operator==(const kpi_response_time&, const kpi_response_time&) = default;
};

/// Requests in flight, begun and not ended, future replays included since nobody can tell them yet.
struct kpi_concurrency
{
    std::uint64_t peak{}; ///< The most at any one moment of the window.
    double average{};     ///< Over time; 0 for a window of no length.
};

/// The figures of one window.
struct kpi_window
{
    std::chrono::microseconds covered{}; ///< From the window's beginning to the report.
    kpi_counts counts;
    kpi_concurrency in_flight;
    kpi_response_time response_time;
};

/// The figures of all windows.
struct kpi_figures
{
    std::uint64_t in_flight{}; ///< At the moment of the report.
    std::array<kpi_window, kpi_span_count> windows;

    /// The figures of one window.
    [[nodiscard]] const kpi_window& at(kpi_span span) const noexcept
    {
        return windows[static_cast<std::size_t>(span)];
    }
};

/// The figures of one of the busiest sessions, over the attempts begun since it is tracked:
/// `since_start` means since then.
struct kpi_session
{
    std::int64_t session{};
    kpi_figures figures;
};

/// What kpi_recorder knew at one moment: its figures agree with each other.
struct kpi_report
{
    kpi_figures total;
    std::array<kpi_commits, kpi_span_count> commits{}; ///< By kpi_span.
    std::vector<kpi_session> sessions;                 ///< Most requests in the last hour first.

    /// The store commits of one window.
    [[nodiscard]] const kpi_commits& commits_at(kpi_span span) const noexcept
    {
        return commits[static_cast<std::size_t>(span)];
    }
};

} // namespace cinema::booking
