#pragma once

#include "rush/storm.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace cinema::rush
{

/// Counts who was told to have which seat. It knows nothing of the shop but what buyers were told.
struct verdict
{
    struct sale
    {
        unsigned buyer{};
        std::string reservation;
    };

    std::map<booking::seat_number, std::vector<sale>> sold_twice{}; ///< All sales of such a seat.
    std::size_t sold_once{};
    std::size_t sold_never{}; ///< Of those that were on sale.
    /// Why nothing came of a wish and how often, but for seats that others were faster to take.
    std::map<std::string, std::size_t> others{};
    recheck shop_says{};

    [[nodiscard]] std::size_t sold() const noexcept { return sold_once + sold_twice.size(); }
    [[nodiscard]] bool is_clean() const noexcept
    {
        return sold_twice.empty() && shop_says.is_clean;
    }
};

[[nodiscard]] verdict judge(const std::vector<deal>& deals, std::size_t seats_on_sale,
                            recheck shop_says);

} // namespace cinema::rush
