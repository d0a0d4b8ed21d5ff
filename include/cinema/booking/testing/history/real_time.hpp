#pragma once

#include <cinema/booking/testing/history/operation_record.hpp>

#include <algorithm>
#include <utility>
#include <vector>

/// What the clock on the wall says about versions.
namespace cinema::booking::testing::history_detail
{

/// The highest version that had been told to anybody at a time.
class acknowledged_versions
{
public:
    struct entry
    {
        monotonic_time returned{};
        session_version version{};
        const operation_record* by{}; ///< Null in front of all.
    };

    void add(const operation_record& one)
    {
        if (one.result != outcome::unknown && one.returned != never && raw(one.version) != 0)
            entries_.push_back({one.returned, one.version, &one});
    }

    /// Call once, after the last `add`.
    void order()
    {
        std::sort(entries_.begin(), entries_.end(),
                  [](const entry& left, const entry& right)
                  { return left.returned < right.returned; });
        for (std::size_t i = 1; i < entries_.size(); ++i)
            if (entries_[i].version <= entries_[i - 1].version)
            {
                entries_[i].version = entries_[i - 1].version;
                entries_[i].by = entries_[i - 1].by;
            }
    }

    /// Told by answers that came before `time`.
    [[nodiscard]] entry before(monotonic_time time) const
    {
        const auto after =
            std::lower_bound(entries_.begin(), entries_.end(), time,
                             [](const entry& one, monotonic_time t) { return one.returned < t; });
        return after == entries_.begin() ? entry{} : *std::prev(after);
    }

private:
    std::vector<entry> entries_;
};

/// The highest version that can have been there at a time: the next one had not been asked for yet.
class begun_versions
{
public:
    /// In ascending order of versions. `called`: when it was asked for; the beginning of time if
    /// the system made it by itself.
    void add(session_version version, monotonic_time called)
    {
        const auto latest = entries_.empty() ? called : std::max(called, entries_.back().second);
        entries_.emplace_back(version, latest);
    }

    /// There never was a higher one.
    void end_at(session_version version) noexcept { last_ = std::max(last_, version); }

    [[nodiscard]] session_version at(monotonic_time time) const
    {
        const auto next =
            std::partition_point(entries_.begin(), entries_.end(),
                                 [time](const auto& one) { return one.second < time; });
        if (next != entries_.end())
            return session_version{raw(next->first) - 1};
        return raw(last_) != 0 ? last_ : session_version{~std::uint64_t{0}};
    }

private:
    std::vector<std::pair<session_version, monotonic_time>> entries_;
    session_version last_{}; // 0: not known
};

} // namespace cinema::booking::testing::history_detail
