#pragma once

#include <cinema/booking/service/kpi_report.hpp>
#include <cinema/booking/service/latency_histogram.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>

namespace cinema::booking::detail
{

/// Time since the recorder started. Never negative.
using kpi_time = std::chrono::microseconds;

/// What happened in one stretch of time. Sums only, so that tallies merge in any order.
template <std::unsigned_integral Counter>
struct kpi_tally
{
    std::array<std::uint64_t, attempt_outcome_count> outcomes{};
    kpi_commits commits;
    std::int64_t level_change{};  ///< Attempts begun less attempts ended.
    std::uint64_t level_moment{}; ///< Sum of their times in us, likewise; modulo 2^64.
    std::uint64_t peak{};         ///< The most in flight just after an attempt began.
    basic_latency_histogram<Counter> response_times;

    template <std::unsigned_integral Other>
    void merge(const kpi_tally<Other>& other) noexcept
    {
        for (std::size_t i = 0; i != outcomes.size(); ++i)
            outcomes[i] += other.outcomes[i];
        commits.done += other.commits.done;
        commits.retried += other.commits.retried;
        level_change += other.level_change;
        level_moment += other.level_moment;
        peak = std::max(peak, other.peak);
        response_times.merge(other.response_times);
    }

    /// The figures of a window that this tally is all of.
    ///
    /// Pre: `in_flight` attempts are in flight at `now`; begin <= now.
    [[nodiscard]] kpi_window summary(std::uint64_t in_flight, kpi_time begin,
                                     kpi_time now) const noexcept
    {
        // What was in flight at the beginning is so for the whole window, but for what the events
        // in it change from their time on. Exact modulo 2^64, and the result is below that.
        const auto us = [](kpi_time time) { return static_cast<std::uint64_t>(time.count()); };
        const auto change = static_cast<std::uint64_t>(level_change);
        const std::uint64_t level = in_flight - change;
        const std::uint64_t area = level * us(now - begin) + change * us(now) - level_moment;

        kpi_window window;
        window.covered = now - begin;
        window.counts = {outcomes[0], outcomes[1], outcomes[2], outcomes[3], outcomes[4]};
        window.in_flight.peak = std::max(level, peak);
        if (now != begin)
            window.in_flight.average =
                static_cast<double>(area) / static_cast<double>(us(window.covered));
        const auto& times = response_times;
        window.response_time = {times.average(),      times.quantile(0.5),   times.quantile(0.95),
                                times.quantile(0.99), times.quantile(0.999), times.max()};
        return window;
    }
};

} // namespace cinema::booking::detail
