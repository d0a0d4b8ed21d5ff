#pragma once

#include <cinema/booking/service/kpi_busiest.hpp>
#include <cinema/booking/service/kpi_report.hpp>
#include <cinema/booking/service/kpi_windows.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace cinema::booking
{

/// An attempt on its way, from kpi_recorder::attempt_begun() to attempt_ended().
struct kpi_attempt
{
    std::chrono::steady_clock::time_point begun;
    std::uint32_t place{};  ///< Where its session is tracked.
    std::uint32_t tenure{}; ///< Which session of that place; 0: its session is not tracked.
};

/// Counts how reserve requests end, how many there are at once and how long they take; in total and
/// for the busiest sessions, over the windows of kpi_span.
///
/// Time is always an argument, and never read from a clock. It may run a little out of order
/// between calls: each event is counted at its own time. What is before the start counts as at the
/// start; a report asked for a time before the latest event is given for that event's time.
///
/// kpi_sessions_max sessions have figures of their own, which cover the attempts begun since they
/// have their place. Who has one follows from the numbers of requests, recent ones counting more:
/// detail::kpi_busiest says how.
///
/// Memory: 1.7 MB, allocated by the constructor; recording allocates nothing.
/// Thread safety: safe from any thread. A call waits for the others; recording holds the lock for
/// some 20 ns, a report for some 200 us: keep a report for a second where anyone can ask for one.
class kpi_recorder
{
public:
    /// Of a clock that never goes back.
    using time_point = std::chrono::steady_clock::time_point;

    /// Allocates what recording needs. What is told of later must not be before `started`.
    explicit kpi_recorder(time_point started) : started_{started}
    {
        tracked_.reserve(kpi_sessions_max);
        while (tracked_.size() != kpi_sessions_max)
            tracked_.push_back({.windows = detail::kpi_windows{detail::kpi_coarse_steps}});
    }

    kpi_recorder(const kpi_recorder&) = delete;
    kpi_recorder& operator=(const kpi_recorder&) = delete;

    /// A well-formed reserve request for `session` arrived.
    ///
    /// Post: it is in flight until the result is given to attempt_ended().
    [[nodiscard]] kpi_attempt attempt_begun(std::int64_t session, time_point now) noexcept
    {
        const detail::kpi_time at = since_start(now);
        kpi_attempt attempt{.begun = now};

        const std::scoped_lock lock{mutex_};
        total_.begun(at);
        if (const auto place = busiest_.note(session, at))
        {
            tracked& its = tracked_[place->index];
            if (place->is_new)
            {
                its.windows.restart(at);
                ++its.tenure;
            }
            its.windows.begun(at);
            attempt.place = static_cast<std::uint32_t>(place->index);
            attempt.tenure = its.tenure;
        }
        return attempt;
    }

    /// The request is answered. A `now` before its beginning counts as its beginning.
    ///
    /// Pre: `attempt` came from attempt_begun() of this recorder, and is ended for the first time.
    void attempt_ended(const kpi_attempt& attempt, attempt_outcome outcome, time_point now) noexcept
    {
        now = std::max(now, attempt.begun);
        const detail::kpi_time at = since_start(now);
        const std::chrono::nanoseconds took = now - attempt.begun;

        const std::scoped_lock lock{mutex_};
        total_.ended(at, outcome, took);
        tracked& its = tracked_[attempt.place];
        if (attempt.tenure == its.tenure)
            its.windows.ended(at, outcome, took);
    }

    /// The store committed.
    void commit_done(time_point now) noexcept
    {
        const std::scoped_lock lock{mutex_};
        total_.commit_done(since_start(now));
    }

    /// A commit met version_conflict and is tried again.
    void commit_retried(time_point now) noexcept
    {
        const std::scoped_lock lock{mutex_};
        total_.commit_retried(since_start(now));
    }

    /// The figures at `now`, all of the same moment.
    [[nodiscard]] kpi_report report(time_point now) const
    {
        kpi_report report;
        report.sessions.reserve(kpi_sessions_max);
        {
            const std::scoped_lock lock{mutex_};
            const detail::kpi_time at = std::max(since_start(now), total_.newest());
            const detail::kpi_reading total = total_.read(at);
            report.total = total.figures;
            report.commits = total.commits;
            for (const std::int64_t session : busiest_.sessions())
            {
                const tracked& its = tracked_[report.sessions.size()];
                report.sessions.push_back({session, its.windows.read(at).figures});
            }
        }
        std::ranges::stable_sort(report.sessions, std::ranges::greater{},
                                 [](const kpi_session& each)
                                 { return each.figures.at(kpi_span::hour).counts.requests(); });
        return report;
    }

private:
    struct tracked
    {
        detail::kpi_windows windows;
        std::uint32_t tenure{}; ///< Which session has this place; 0: none had it yet.
    };

    [[nodiscard]] detail::kpi_time since_start(time_point now) const noexcept
    {
        return std::chrono::duration_cast<detail::kpi_time>(std::max(now, started_) - started_);
    }

    const time_point started_;
    mutable std::mutex mutex_;
    detail::kpi_windows total_{detail::kpi_fine_steps};
    detail::kpi_busiest busiest_;
    std::vector<tracked> tracked_;
};

} // namespace cinema::booking
