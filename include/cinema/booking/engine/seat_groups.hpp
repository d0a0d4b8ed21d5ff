#pragma once

#include <cinema/booking/domain/layout.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

/// Seats side by side: what the gap rule and the picker of best seats have in common.
namespace cinema::booking::detail
{

using seat_span = std::span<const std::uint32_t>;

/// A hall as somebody sees it who looks for seats.
struct seating
{
    const seat_layout& layout;
    const std::vector<bool>& free;    ///< By index; nobody has it and the house sells it.
    std::vector<bool> suitable;       ///< Which of those may be chosen.
    std::vector<std::int64_t> cost{}; ///< What choosing one costs; none: nothing.

    [[nodiscard]] bool is_free(std::uint32_t seat) const { return seat != no_seat && free[seat]; }
    [[nodiscard]] std::int64_t cost_of(std::uint32_t seat) const
    {
        return cost.empty() ? 0 : cost[seat];
    }
};

/// How many groups of seats side by side these are. Pre: they are different.
[[nodiscard]] inline std::size_t count_groups(const seat_layout& layout, seat_span seats)
{
    return static_cast<std::size_t>(std::count_if(
        seats.begin(), seats.end(),
        [&](std::uint32_t seat) {
            return std::find(seats.begin(), seats.end(), layout.beside(seat).left) == seats.end();
        }));
}

/// Calls `visit(seat_span)` for every `count` suitable seats side by side, from left to right.
template <class Visit>
void for_each_row_of(const seating& house, std::size_t count, Visit visit)
{
    const auto places = house.layout.by_place();
    std::size_t run = 0;
    for (std::size_t i = 0; i < places.size(); ++i)
    {
        const bool goes_on = i > 0 && house.layout.beside(places[i]).left == places[i - 1];
        run = !house.suitable[places[i]] ? 0 : goes_on ? run + 1 : 1;
        if (run >= count)
            visit(places.subspan(i + 1 - count, count));
    }
}

/// Whether taking these seats, which are side by side, would leave the one before or the one behind
/// them alone.
[[nodiscard]] inline bool leaves_one_alone(const seating& house, seat_span seats)
{
    const auto is_alone = [&](std::uint32_t seat, std::uint32_t beyond)
    {
        return house.is_free(seat) && !house.is_free(beyond)
               && house.layout.seats()[seat].kind != seat_kind::accessible;
    };
    const auto left = house.layout.beside(seats.front()).left;
    const auto right = house.layout.beside(seats.back()).right;
    return (left != no_seat && is_alone(left, house.layout.beside(left).left))
           || (right != no_seat && is_alone(right, house.layout.beside(right).right));
}

/// Finds the suitable seats that form the fewest groups, among those the cheapest, by dynamic
/// programming over the places of the hall, of which each is passed once.
class group_search
{
public:
    group_search(const seating& house, std::size_t count, bool may_leave_alone)
        : house_{house}, count_{count}, may_leave_alone_{may_leave_alone}
    {
        const auto places = house.layout.by_place();
        steps_.reserve(places.size() * 2);
        for (const auto seat : places)
        {
            if (house.layout.beside(seat).left == no_seat)
                steps_.push_back(no_seat);
            steps_.push_back(seat);
        }
        steps_.push_back(no_seat);
    }

    /// In order of place; empty if there are not so many.
    [[nodiscard]] std::vector<std::uint32_t> run()
    {
        values now{};
        for (auto& row : now)
            row.fill(impossible);
        now[index(state::wall)][0] = 0;
        came_from_.resize(steps_.size());
        for (std::size_t i = 0; i < steps_.size(); ++i)
            now = step(now, steps_[i], came_from_[i]);
        std::vector<std::uint32_t> found;
        if (now[index(state::wall)][count_] < impossible)
            trace_back(found);
        return found;
    }

private:
    /// How the seat passed last was left.
    enum class state : std::uint8_t
    {
        wall = 0,   // not free, or there is none
        lonely = 1, // free, and the next one must be free, too
        free = 2,   // free, whatever comes next
        chosen = 3,
    };
    static constexpr std::size_t states = 4;
    static constexpr std::int64_t impossible = std::numeric_limits<std::int64_t>::max();
    static constexpr std::int64_t group_cost = std::int64_t{1} << 40; // above all costs of seats

    using values = std::array<std::array<std::int64_t, reserve_seats_max + 1>, states>;
    using origins = std::array<std::array<state, reserve_seats_max + 1>, states>;

    static constexpr std::size_t index(state s) noexcept { return static_cast<std::size_t>(s); }

    /// What follows `from` if the seat is left as it is.
    [[nodiscard]] state when_left(state from, std::uint32_t seat) const
    {
        if (seat == no_seat || !house_.free[seat])
            return state::wall;
        if (from == state::lonely || from == state::free || may_be_alone(seat))
            return state::free;
        return state::lonely;
    }

    /// Whether nobody minds if it is alone: it is accessible, or it was before.
    [[nodiscard]] bool may_be_alone(std::uint32_t seat) const
    {
        const auto [left, right] = house_.layout.beside(seat);
        return may_leave_alone_ || house_.layout.seats()[seat].kind == seat_kind::accessible
               || (!house_.is_free(left) && !house_.is_free(right));
    }

    [[nodiscard]] values step(const values& before, std::uint32_t seat, origins& from) const
    {
        values after{};
        for (auto& row : after)
            row.fill(impossible);
        const auto arrive = [&](state at, std::size_t chosen, std::int64_t value, state origin)
        {
            if (value >= after[index(at)][chosen])
                return;
            after[index(at)][chosen] = value;
            from[index(at)][chosen] = origin;
        };
        const bool suitable = seat != no_seat && house_.suitable[seat];
        for (const auto origin : {state::wall, state::lonely, state::free, state::chosen})
        {
            const auto left = when_left(origin, seat);
            const bool is_stuck = origin == state::lonely && left != state::free;
            const auto cost = !suitable                 ? 0
                              : origin == state::chosen ? house_.cost_of(seat)
                                                        : house_.cost_of(seat) + group_cost;
            for (std::size_t chosen = 0; chosen <= count_; ++chosen)
            {
                const auto value = before[index(origin)][chosen];
                if (value == impossible)
                    continue;
                if (!is_stuck)
                    arrive(left, chosen, value, origin);
                if (suitable && origin != state::lonely && chosen < count_)
                    arrive(state::chosen, chosen + 1, value + cost, origin);
            }
        }
        return after;
    }

    void trace_back(std::vector<std::uint32_t>& found) const
    {
        auto at = state::wall;
        auto chosen = count_;
        for (auto i = steps_.size(); i-- > 0;)
        {
            const auto origin = came_from_[i][index(at)][chosen];
            if (at == state::chosen)
            {
                found.push_back(steps_[i]);
                --chosen;
            }
            at = origin;
        }
        std::reverse(found.begin(), found.end());
    }

    const seating& house_;
    std::size_t count_;
    bool may_leave_alone_;
    std::vector<std::uint32_t> steps_; // seats by place, no_seat at every wall and aisle
    std::vector<origins> came_from_;
};

/// `count` suitable seats in as few groups as can be, among those the cheapest; empty if there are
/// none. Unless `may_leave_alone`, such that no seat is left alone that was not alone before.
/// Pre: 1 <= count <= `reserve_seats_max`.
[[nodiscard]] inline std::vector<std::uint32_t>
fewest_groups(const seating& house, std::size_t count, bool may_leave_alone)
{
    return group_search{house, count, may_leave_alone}.run();
}

} // namespace cinema::booking::detail
