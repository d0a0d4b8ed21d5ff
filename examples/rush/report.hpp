#pragma once

#include "rush/storm.hpp"
#include "rush/verdict.hpp"

#include <chrono>
#include <map>
#include <string>

namespace cinema::rush
{

/// All that is to be told of a rush.
struct report
{
    std::string place;
    unsigned buyers{};
    bool is_broken{}; ///< The swap, on purpose.
    std::map<booking::seat_number, std::string> seats;
    booking::kpi_window figures;
    rush::verdict verdict;
};

[[nodiscard]] constexpr double ms(std::chrono::nanoseconds time) noexcept
{
    return static_cast<double>(time.count()) / 1e6;
}

/// For people, in lines.
[[nodiscard]] std::string to_text(const report& what);

/// For programs: one object in one line.
[[nodiscard]] std::string to_json(const report& what);

} // namespace cinema::rush
