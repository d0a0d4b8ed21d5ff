#pragma once

#include "rush/shop.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cinema::rush
{

/// A wish and what came of it.
struct deal
{
    wish asked;
    answer told;
};

struct storm_plan
{
    unsigned buyers{};
    std::size_t requests{}; ///< 0: ten for each seat.
    std::uint64_t seed{};
    bool shows_progress{}; ///< On stderr.
};

struct storm_result
{
    std::vector<deal> deals;
    booking::kpi_window figures; ///< From the first request to the last answer, as buyers saw it.
};

/// Lets the buyers loose, each on a thread of its own, until every wish is answered. All want all
/// seats, and several want the same seat at about the same time.
[[nodiscard]] storm_result run_storm(shop& at, const storm_plan& plan,
                                     const std::vector<booking::seat_number>& seats);

} // namespace cinema::rush
