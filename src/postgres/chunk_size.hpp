#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace cinema::booking::postgres
{

/// How many rows a statement may remove: fewer where that takes long, more again where it does not.
class chunk_size
{
public:
    /// Bookings need not wait long for a statement of so many.
    static constexpr std::size_t max = 500;

    [[nodiscard]] std::size_t value() const noexcept { return value_; }

    /// The server gave up, or others kept what is needed.
    void note_refused() noexcept { value_ = std::max<std::size_t>(value_ / 2, 1); }

    void note_done(std::chrono::nanoseconds took, std::chrono::nanoseconds wanted) noexcept
    {
        if (took > wanted)
            note_refused();
        else if (took < wanted / 2)
            value_ = std::min(value_ + value_ / 4 + 1, max);
    }

private:
    std::size_t value_{max};
};

} // namespace cinema::booking::postgres
