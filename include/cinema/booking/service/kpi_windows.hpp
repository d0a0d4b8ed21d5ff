#pragma once

#include <cinema/booking/service/kpi_report.hpp>
#include <cinema/booking/service/kpi_tally.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cinema::booking::detail
{

/// The steps in which the windows of a minute, five minutes and an hour move. Each divides its own
/// window, the window before it and the next step.
struct kpi_steps
{
    std::array<std::chrono::seconds, 3> length;
};
inline constexpr kpi_steps kpi_fine_steps{
    {std::chrono::seconds{5}, std::chrono::seconds{20}, std::chrono::seconds{60}}};
inline constexpr kpi_steps kpi_coarse_steps{
    {std::chrono::seconds{10}, std::chrono::seconds{60}, std::chrono::seconds{300}}};

/// What kpi_windows knows at one moment.
struct kpi_reading
{
    kpi_figures figures;
    std::array<kpi_commits, kpi_span_count> commits;
};

/// Tallies of one source over the windows of kpi_span.
///
/// Each event is written once, into the slot of its step on the finest ring. A slot moves on, into
/// the coarser ring, only when a later event needs its place, which is when it is too old for the
/// finer window; the last ring moves on into the archive. Slots carry their time, so idle gaps need
/// no clock work, and an event that comes late goes to wherever its time is kept by now.
///
/// A step with index i covers [i, i + 1) * length; a window covers the step of `now` and those
/// before it that make up its length.
///
/// Memory: 80 histograms with kpi_fine_steps (0.3 MB), 22 with kpi_coarse_steps (86 kB), allocated
/// by the constructor. Thread safety: as an int; callers lock.
class kpi_windows
{
public:
    explicit kpi_windows(const kpi_steps& steps)
    {
        for (std::size_t i = 0; i != rings_.size(); ++i)
        {
            const auto covered_before = i == 0 ? kpi_time{} : window_lengths[i - 1];
            rings_[i].step = steps.length[i];
            rings_[i].slots.resize(
                static_cast<std::size_t>((window_lengths[i] - covered_before) / rings_[i].step));
        }
    }

    /// Forgets everything and begins at `start`.
    void restart(kpi_time start) noexcept
    {
        for (ring& each : rings_)
            std::fill(each.slots.begin(), each.slots.end(), slot{});
        archive_ = {};
        start_ = newest_ = start;
        in_flight_ = 0;
        current_begin_ = never;
    }

    /// An attempt began. What is before the start counts as at the start, here and below.
    void begun(kpi_time at) noexcept
    {
        at = std::max(at, start_);
        const std::uint64_t level = ++in_flight_;
        write(at,
              [&](auto& tally)
              {
                  ++tally.level_change;
                  tally.level_moment += static_cast<std::uint64_t>(at.count());
                  tally.peak = std::max(tally.peak, level);
              });
    }

    /// Pre: an attempt is in flight, and it began no later than `at`.
    void ended(kpi_time at, attempt_outcome outcome, std::chrono::nanoseconds took) noexcept
    {
        at = std::max(at, start_);
        --in_flight_;
        write(at,
              [&](auto& tally)
              {
                  --tally.level_change;
                  tally.level_moment -= static_cast<std::uint64_t>(at.count());
                  ++tally.outcomes[static_cast<std::size_t>(outcome)];
                  if (outcome != attempt_outcome::replayed)
                      tally.response_times.add(took);
              });
    }

    void commit_done(kpi_time at) noexcept
    {
        write(std::max(at, start_), [](auto& tally) { ++tally.commits.done; });
    }

    void commit_retried(kpi_time at) noexcept
    {
        write(std::max(at, start_), [](auto& tally) { ++tally.commits.retried; });
    }

    /// The time of the latest event.
    [[nodiscard]] kpi_time newest() const noexcept { return newest_; }

    /// The figures at `now`. Allocates 30 kB meanwhile.
    ///
    /// Pre: now >= newest().
    [[nodiscard]] kpi_reading read(kpi_time now) const
    {
        std::vector<kpi_tally<std::uint64_t>> windows(kpi_span_count);
        for (const ring& each : rings_)
            for (const slot& kept : each.slots)
                if (kept.step_index != slot::unused)
                    windows[narrowest_window(kept.step_index * each.step, now)].merge(kept.tally);
        windows.back().merge(archive_);

        kpi_reading reading;
        reading.figures.in_flight = in_flight_;
        for (std::size_t i = 0; i != windows.size(); ++i)
        {
            if (i != 0)
                windows[i].merge(windows[i - 1]);
            reading.figures.windows[i] = windows[i].summary(in_flight_, window_begin(i, now), now);
            reading.commits[i] = windows[i].commits;
        }
        return reading;
    }

private:
    static constexpr std::array<kpi_time, 3> window_lengths{
        std::chrono::minutes{1}, std::chrono::minutes{5}, std::chrono::hours{1}};
    static constexpr kpi_time never = kpi_time::min();

    struct slot
    {
        static constexpr std::int64_t unused = -1;

        std::int64_t step_index{unused};
        kpi_tally<std::uint32_t> tally;
    };

    struct ring
    {
        kpi_time step{};
        std::vector<slot> slots;

        [[nodiscard]] std::size_t index_at(kpi_time at) const noexcept
        {
            return static_cast<std::size_t>(at / step) % slots.size();
        }
    };

    template <class Change>
    void write(kpi_time at, Change change) noexcept
    {
        newest_ = std::max(newest_, at);
        if (at >= current_begin_ && at < current_begin_ + rings_[0].step)
            change(rings_[0].slots[current_].tally);
        else
            write_elsewhere(at, change);
    }

    template <class Change>
    void write_elsewhere(kpi_time at, Change& change) noexcept
    {
        slot* const found = place(0, at);
        if (found == nullptr)
            change(archive_);
        else
            change(found->tally);

        // The slot at hand may only be one of the finest ring: nothing else takes its place before
        // write() has come by here and put the newcomer at hand.
        ring& finest = rings_[0];
        if (found == &finest.slots[finest.index_at(at)])
        {
            current_ = finest.index_at(at);
            current_begin_ = found->step_index * finest.step;
        }
    }

    /// Finds the slot where the time `at` is kept, from ring `first` on, and makes room for it.
    /// Returns null when only the archive is left.
    slot* place(std::size_t first, kpi_time at) noexcept
    {
        for (std::size_t i = first; i != rings_.size(); ++i)
        {
            const std::int64_t step_index = at / rings_[i].step;
            slot& found = rings_[i].slots[rings_[i].index_at(at)];
            if (found.step_index < step_index)
            {
                move_on(i, found);
                found.step_index = step_index;
            }
            if (found.step_index == step_index)
                return &found;
        }
        return nullptr;
    }

    void move_on(std::size_t ring_index, slot& old) noexcept
    {
        if (old.step_index == slot::unused)
            return;
        slot* const next = place(ring_index + 1, old.step_index * rings_[ring_index].step);
        if (next == nullptr)
            archive_.merge(old.tally);
        else
            next->tally.merge(old.tally);
        old = {};
    }

    [[nodiscard]] kpi_time window_begin(std::size_t window, kpi_time now) const noexcept
    {
        if (window == window_lengths.size())
            return start_;
        const kpi_time step = rings_[window].step;
        return std::max(start_, (now / step + 1) * step - window_lengths[window]);
    }

    [[nodiscard]] std::size_t narrowest_window(kpi_time begin, kpi_time now) const noexcept
    {
        std::size_t i = 0;
        while (i != window_lengths.size()
               && begin < (now / rings_[i].step + 1) * rings_[i].step - window_lengths[i])
            ++i;
        return i;
    }

    std::array<ring, window_lengths.size()> rings_;
    kpi_tally<std::uint64_t> archive_;
    kpi_time start_{};
    kpi_time newest_{};
    std::uint64_t in_flight_{};
    std::size_t current_{};
    kpi_time current_begin_{never};
};

} // namespace cinema::booking::detail
