#pragma once

#include <cinema/booking/engine/gap_rule.hpp>
#include <cinema/booking/engine/request.hpp>
#include <cinema/booking/engine/seat_map.hpp>

#include <optional>

namespace cinema::booking
{

/// The seats that were found best for a party.
struct seat_pick
{
    std::vector<seat_number> seats{};      ///< In ascending order.
    std::size_t groups{1};                 ///< In how many groups of seats side by side they are.
    std::vector<seat_number> left_alone{}; ///< Free seats that would be left alone; ascending.
};

namespace detail
{

/// Finds seats for one wish. `pick_seats` says how.
class seat_search
{
public:
    seat_search(const seat_layout& layout, std::vector<bool> free, const best_seats& wish)
        : layout_{layout},
          free_{std::move(free)},
          wish_{wish},
          house_{layout, free_, std::vector<bool>(free_.size()), costs(layout)}
    {
    }

    /// Indices into the layout's seats, in no order; empty if there are none as wished.
    [[nodiscard]] std::vector<std::uint32_t> run()
    {
        auto found = together(wish_.count, wish_.accessible);
        if (!found.empty() || !wish_.split)
            return found;
        return wish_.accessible == 0 ? apart(wish_.count) : apart_with_accessible();
    }

private:
    /// The squared distance of each seat from the focal point: the middle between the first and the
    /// last column that have seats, two thirds of the way from the first row that has to the last.
    /// Rows are twice as far apart as seats. In sixths of a seat's width, squared.
    [[nodiscard]] static std::vector<std::int64_t> costs(const seat_layout& layout)
    {
        const auto seats = layout.seats();
        const auto [front, back] = std::ranges::minmax(seats, {}, &seat::row);
        const auto [left, right] = std::ranges::minmax(seats, {}, &seat::column);
        std::vector<std::int64_t> all;
        all.reserve(seats.size());
        for (const auto& seat : seats)
        {
            const std::int64_t down = 4 * (3 * (seat.row - front.row) - 2 * (back.row - front.row));
            const std::int64_t across = 3 * (2 * seat.column - (left.column + right.column));
            all.push_back(down * down + across * across);
        }
        return all;
    }

    void let_choose(bool accessible, bool companion)
    {
        const auto seats = layout_.seats();
        for (std::size_t i = 0; i < seats.size(); ++i)
            house_.suitable[i] = free_[i] && (accessible || seats[i].kind != seat_kind::accessible)
                                 && (companion || seats[i].kind != seat_kind::companion)
                                 && (wish_.category.empty()
                                     || layout_.categories()[seats[i].category] == wish_.category);
    }

    [[nodiscard]] seat_kind kind_of(std::uint32_t seat) const { return layout_.seats()[seat].kind; }

    /// The best seats side by side, relaxed step by step; empty if there are none.
    [[nodiscard]] std::vector<std::uint32_t> together(std::size_t count, std::size_t accessible)
    {
        let_choose(accessible > 0, accessible > 0);
        if (accessible == 0)
        {
            auto found = best_row(count, [](seat_span) { return true; });
            if (!found.empty())
                return found;
            let_choose(false, true);
            return best_row(count, [](seat_span) { return true; });
        }
        auto found = with_accessible(count, accessible, std::min(accessible, count - accessible));
        return found.empty() ? with_accessible(count, accessible, 0) : found;
    }

    /// Side by side, with exactly so many accessible seats, of which at least so many have a
    /// companion seat of their own.
    [[nodiscard]] std::vector<std::uint32_t>
    with_accessible(std::size_t count, std::size_t accessible, std::size_t accompanied) const
    {
        const auto is_accessible = [&](std::uint32_t seat)
        { return kind_of(seat) == seat_kind::accessible; };
        return best_row(count,
                        [&](seat_span seats)
                        {
                            return std::ranges::count_if(seats, is_accessible)
                                       == static_cast<std::ptrdiff_t>(accessible)
                                   && count_accompanied(seats) >= accompanied;
                        });
    }

    /// Two accessible seats and the one between them, a companion seat if that can be.
    [[nodiscard]] std::vector<std::uint32_t> around_one()
    {
        let_choose(true, true);
        std::vector<std::uint32_t> found;
        for (const auto between : {seat_kind::companion, seat_kind::standard})
            if (found.empty())
                found = best_row(3,
                                 [&](seat_span seats)
                                 {
                                     return kind_of(seats[0]) == seat_kind::accessible
                                            && kind_of(seats[1]) == between
                                            && kind_of(seats[2]) == seat_kind::accessible;
                                 });
        return found;
    }

    /// How many of the accessible seats have a companion seat of their own beside them. Pre: from
    /// left to right, side by side.
    [[nodiscard]] std::size_t count_accompanied(seat_span seats) const
    {
        const auto is_companion = [&](std::size_t i)
        { return kind_of(seats[i]) == seat_kind::companion; };
        std::size_t count = 0;
        std::size_t rest = 0; // the seats from here on are nobody's yet
        for (std::size_t i = 0; i < seats.size(); ++i)
        {
            if (kind_of(seats[i]) != seat_kind::accessible)
                continue;
            if (i > rest && is_companion(i - 1))
                ++count;
            else if (i + 1 < seats.size() && is_companion(i + 1))
            {
                ++count;
                rest = i + 2;
            }
        }
        return count;
    }

    /// The nearest `count` seats side by side that fit: such that leave no seat alone, else any.
    template <class Fits>
    [[nodiscard]] std::vector<std::uint32_t> best_row(std::size_t count, Fits fits) const
    {
        struct
        {
            std::optional<std::int64_t> cost;
            seat_span seats;
        } best[2]; // without and with a seat left alone
        for_each_row_of(house_, count,
                        [&](seat_span seats)
                        {
                            if (!fits(seats))
                                return;
                            std::int64_t cost = 0;
                            for (const auto seat : seats)
                                cost += house_.cost_of(seat);
                            auto& rank = best[leaves_one_alone(house_, seats) ? 1 : 0];
                            if (!rank.cost || cost < *rank.cost)
                                rank = {cost, seats};
                        });
        const auto& [cost, seats] = best[best[0].cost ? 0 : 1];
        return {seats.begin(), seats.end()};
    }

    /// Seats in as few groups as can be, relaxed step by step; empty if there are too few.
    [[nodiscard]] std::vector<std::uint32_t> apart(std::size_t count)
    {
        for (const bool companion : {false, true})
        {
            let_choose(false, companion);
            auto found = fewest_groups(house_, count, true);
            if (found.empty())
                continue;
            auto neat = fewest_groups(house_, count, false);
            const auto groups = [&](seat_span seats) { return count_groups(layout_, seats); };
            return neat.empty() || groups(neat) > groups(found) ? found : neat;
        }
        return {};
    }

    /// Those who need accessible seats, each with somebody beside: together, else one by one, else
    /// such that two share a neighbour where they can; the others wherever they can be.
    [[nodiscard]] std::vector<std::uint32_t> apart_with_accessible()
    {
        const auto needed = wish_.accessible;
        auto found = together(needed + std::min(needed, wish_.count - needed), needed);
        take(found);
        for (const bool shared : {false, true})
            if (found.empty())
                found = one_by_one(shared);
        if (found.empty() || found.size() == wish_.count)
            return found;
        const auto others = apart(wish_.count - found.size());
        if (others.empty())
            return {};
        found.insert(found.end(), others.begin(), others.end());
        return found;
    }

    /// Takes the accessible seats one after the other, each with the seat of somebody beside it as
    /// long as there are some; with `shared`, two and a seat between them where that can be. Empty,
    /// and nothing taken, if there are not enough.
    [[nodiscard]] std::vector<std::uint32_t> one_by_one(bool shared)
    {
        const auto before = free_;
        auto needed = wish_.accessible;
        auto others = wish_.count - needed;
        std::vector<std::uint32_t> found;
        while (needed > 0)
        {
            std::size_t seated = shared && needed > 1 && others > 0 ? 2 : 1;
            auto some = seated == 2 ? around_one() : std::vector<std::uint32_t>{};
            if (some.empty())
            {
                seated = 1;
                some = together(others > 0 ? 2 : 1, 1);
            }
            if (some.empty())
            {
                free_ = before;
                return {};
            }
            needed -= seated;
            others -= some.size() - seated;
            take(some);
            found.insert(found.end(), some.begin(), some.end());
        }
        return found;
    }

    void take(seat_span seats)
    {
        for (const auto seat : seats)
            free_[seat] = false;
    }

    const seat_layout& layout_;
    std::vector<bool> free_;
    const best_seats& wish_;
    seating house_;
};

/// Why there are no seats for a wish.
[[nodiscard]] inline refusal too_few(const seat_layout& layout, const best_seats& wish)
{
    const auto fitting = static_cast<std::size_t>(std::ranges::count_if(
        layout.seats(),
        [&](const seat& each)
        {
            return each.kind == seat_kind::accessible
                   && (wish.category.empty()
                       || layout.categories()[each.category] == wish.category);
        }));
    std::string detail;
    if (fitting < wish.accessible)
        detail = "the hall has " + (fitting == 0 ? "no" : std::to_string(fitting))
                 + " accessible seats" + (wish.category.empty() ? "" : " of category ")
                 + wish.category;
    else if (wish.count == 1)
        detail = "no such seat is left";
    else if (wish.split)
        detail = "no such seats were found, not even apart; ask for fewer";
    return {.code = errc::too_few_seats, .detail = std::move(detail)};
}

} // namespace detail

/// Picks the best seats that are left for a party.
///
/// The best seats are nearest the focal point: the middle of the seats, two thirds of the way from
/// the first row to the last. Rows count twice the distance of seats, and of a party the sum of its
/// squared distances counts. Four kinds of places are looked for, in this order; the first that
/// exists is taken. Of each kind it is the best place that leaves no seat alone (see `gap_rule`),
/// or the best one if there is none such.
///   1. All side by side, in standard seats. Beside each accessible seat is a companion seat of its
///      own, as long as the party has that many companions.
///   2. All side by side, also in companion seats; beside accessible seats any seat.
///   3. If the party may be split: in standard seats, in as few groups as possible.
///   4. If the party may be split: also in companion seats.
/// In a split party those who need accessible seats are placed first: together if possible, else
/// one by one with somebody beside each, else such that two share a neighbour. Each takes the best
/// place that is left, so in rare cases too_few_seats is answered although a seating exists.
///
/// Accessible seats are given only to those who ask for them, and the category asked for is kept.
/// What is picked is never refused by the gap rule. The same seats and wish give the same pick.
///
/// `free[i]` says whether `layout.seats()[i]` can be had. Takes time in proportion to the seats.
/// Pre: `free.size() == layout.size()`. Errors: invalid_request (the wish; no such category),
/// too_few_seats.
[[nodiscard]] inline result<seat_pick>
pick_seats(const seat_layout& layout, const std::vector<bool>& free, const best_seats& wish)
{
    if (auto ok = check(wish); !ok)
        return ok.error();
    const auto categories = layout.categories();
    if (!wish.category.empty()
        && std::find(categories.begin(), categories.end(), wish.category) == categories.end())
    {
        std::string known;
        for (const auto& category : categories)
            known.append(known.empty() ? "" : ", ").append(category);
        return invalid("the hall has no category " + wish.category + "; it has " + known);
    }
    auto found = detail::seat_search{layout, free, wish}.run();
    if (found.empty())
        return detail::too_few(layout, wish);
    const auto numbers = [&](std::vector<std::uint32_t>& seats)
    {
        std::sort(seats.begin(), seats.end());
        std::vector<seat_number> all;
        for (const auto seat : seats)
            all.push_back(layout.seats()[seat].number);
        return all;
    };
    auto alone = left_alone(layout, free, found);
    const auto groups = detail::count_groups(layout, found);
    return seat_pick{numbers(found), groups, numbers(alone)};
}

/// The same on a snapshot of a session.
[[nodiscard]] inline result<seat_pick> pick_seats(const seat_map& map, const best_seats& wish)
{
    std::vector<bool> free(map.status.size());
    for (std::size_t i = 0; i < free.size(); ++i)
        free[i] = map.status[i] == seat_status::free;
    return pick_seats(map.hall->layout, free, wish);
}

} // namespace cinema::booking
