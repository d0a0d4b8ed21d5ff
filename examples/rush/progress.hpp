#pragma once

#include <cinema/booking/service/kpi_report.hpp>

#include <atomic>
#include <cstddef>
#include <thread>

namespace cinema::rush
{

/// Counts answers while they come. Thread safety: safe from any thread.
struct tally
{
    std::atomic<std::size_t> granted{0};
    std::atomic<std::size_t> others{0};

    void add(booking::attempt_outcome outcome) noexcept
    {
        ++(outcome == booking::attempt_outcome::granted ? granted : others);
    }
};

/// Shows a line on stderr and keeps it up to date, until it is destroyed; then the line goes.
class progress
{
public:
    /// The tally outlives it. Does nothing unless `is_shown`.
    progress(bool is_shown, const tally& counted, std::size_t total);
    ~progress();
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

private:
    void show() const;

    const tally& counted_;
    std::size_t total_;
    std::jthread painter_;
};

} // namespace cinema::rush
