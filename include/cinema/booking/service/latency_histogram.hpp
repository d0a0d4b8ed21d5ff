#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>

namespace cinema::booking
{

template <std::unsigned_integral Counter>
class basic_latency_histogram;

/// For merged and long-lived figures.
using latency_histogram = basic_latency_histogram<std::uint64_t>;

/// Counts durations in log-linear buckets: every power of two is cut into 32 equal buckets.
///
/// Range:  from 1 us to 100 s (in fact to 2^37 ns, about 137 s) a quantile lies within 1/64 (1.6%)
///         of the exact one; below 1 us within 16 ns. Longer durations share one bucket, which
///         reads as the longest duration seen. Negative durations count as 0.
/// Exact:  count, sum and max.
/// Limits: a bucket counts to the maximum of `Counter`, the sum reaches to 292 years; past these
///         they wrap round.
/// Size:   fixed, 897 counters; never allocates.
/// Thread safety: as an int; callers lock.
template <std::unsigned_integral Counter>
class basic_latency_histogram
{
public:
    /// Counts one value; a negative one as 0.
    void add(std::chrono::nanoseconds value) noexcept
    {
        const auto ns = static_cast<std::uint64_t>(std::max(value.count(), zero));
        ++buckets_[bucket_of(ns)];
        ++count_;
        sum_ns_ += ns;
        max_ns_ = std::max(max_ns_, ns);
    }

    /// Adds everything that `other` has counted, as if each of its values had been added here.
    template <std::unsigned_integral Other>
    void merge(const basic_latency_histogram<Other>& other) noexcept
    {
        if (other.count_ == 0)
            return;
        for (std::size_t i = 0; i != bucket_count; ++i)
            buckets_[i] = static_cast<Counter>(buckets_[i] + other.buckets_[i]);
        count_ += other.count_;
        sum_ns_ += other.sum_ns_;
        max_ns_ = std::max(max_ns_, other.max_ns_);
    }

    /// The value of nearest rank: the smallest that at least a share of `q` of all values does not
    /// exceed, read as the middle of its bucket and never above max(). quantile(1) is max(). Of no
    /// values it is 0.
    ///
    /// Pre: 0 <= q <= 1.
    [[nodiscard]] std::chrono::nanoseconds quantile(double q) const noexcept
    {
        const double wanted = std::ceil(q * static_cast<double>(count_));
        const auto rank = wanted < 1 ? std::uint64_t{1} : static_cast<std::uint64_t>(wanted);
        if (rank >= count_)
            return max();
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i != overflow_bucket; ++i)
        {
            seen += buckets_[i];
            if (seen >= rank)
                return to_duration(std::min(middle_of(i), max_ns_));
        }
        return max();
    }

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] std::chrono::nanoseconds sum() const noexcept { return to_duration(sum_ns_); }
    [[nodiscard]] std::chrono::nanoseconds max() const noexcept { return to_duration(max_ns_); }

    /// sum() / count(), rounded down; without any values it is 0.
    [[nodiscard]] std::chrono::nanoseconds average() const noexcept
    {
        return to_duration(count_ == 0 ? 0 : sum_ns_ / count_);
    }

    /// Forgets all values.
    void clear() noexcept { *this = {}; }

private:
    template <std::unsigned_integral Other>
    friend class basic_latency_histogram;

    // Durations are counted in units of 32 ns. Up to 64 units every unit has its own bucket; from
    // there each power of two has 32 buckets, so that a bucket is at most 1/32 of its lower end.
    static constexpr int unit_bits = 5;
    static constexpr int part_bits = 5;
    static constexpr std::size_t parts = std::size_t{1} << part_bits;
    static constexpr int range_bits = 37;
    static constexpr std::size_t overflow_bucket = (range_bits - unit_bits - part_bits + 1) * parts;
    static constexpr std::size_t bucket_count = overflow_bucket + 1;
    static constexpr std::chrono::nanoseconds::rep zero = 0;

    static constexpr std::size_t bucket_of(std::uint64_t ns) noexcept
    {
        if (ns >> range_bits != 0)
            return overflow_bucket;
        const std::uint64_t units = ns >> unit_bits;
        const int shift = std::max(0, static_cast<int>(std::bit_width(units)) - (part_bits + 1));
        return static_cast<std::size_t>(shift) * parts + static_cast<std::size_t>(units >> shift);
    }

    static constexpr std::uint64_t middle_of(std::size_t bucket) noexcept
    {
        const std::size_t shift = bucket < 2 * parts ? 0 : bucket / parts - 1;
        const std::uint64_t lower = std::uint64_t{bucket - shift * parts} << (shift + unit_bits);
        return lower + (std::uint64_t{1} << (shift + unit_bits)) / 2;
    }

    static constexpr std::chrono::nanoseconds to_duration(std::uint64_t ns) noexcept
    {
        return std::chrono::nanoseconds{static_cast<std::chrono::nanoseconds::rep>(ns)};
    }

    std::uint64_t count_{};
    std::uint64_t sum_ns_{};
    std::uint64_t max_ns_{};
    std::array<Counter, bucket_count> buckets_{};
};

} // namespace cinema::booking
