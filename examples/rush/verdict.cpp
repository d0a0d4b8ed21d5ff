#include "rush/verdict.hpp"

#include <algorithm>
#include <utility>

namespace cinema::rush
{

using booking::attempt_outcome;

verdict judge(const std::vector<deal>& deals, std::size_t seats_on_sale, recheck shop_says)
{
    verdict out{.shop_says = std::move(shop_says)};
    std::map<booking::seat_number, std::vector<verdict::sale>> sales;
    for (const auto& [asked, told] : deals)
    {
        if (told.outcome == attempt_outcome::granted)
            sales[asked.seat].push_back({asked.buyer, told.reservation});
        else if (told.outcome != attempt_outcome::conflict)
            ++out.others[told.why];
    }
    for (auto& [seat, its] : sales)
        if (its.size() == 1)
            ++out.sold_once;
        else
            out.sold_twice.emplace(seat, std::move(its));
    out.sold_never = seats_on_sale - std::min(seats_on_sale, out.sold());
    return out;
}

} // namespace cinema::rush
