#pragma once

#include <cinema/booking/engine/seat_groups.hpp>

#include <cstdint>

namespace cinema::booking
{

/// What is done about reservations that leave a single seat: a free one with no free seat beside
/// it, which is hard to sell. Aisles and walls count like taken seats. An accessible seat is none:
/// it waits for somebody who needs it.
enum class gap_rule : std::uint8_t
{
    off = 0,     ///< Nothing.
    warn = 1,    ///< Granted; `grant::left_alone` names them.
    enforce = 2, ///< `errc::single_seat_left` if `leaves_gap_needlessly`, else as warn.
};

/// Which seats `chosen` leaves alone that were not alone before. Indices into `layout.seats()`;
/// `free[i]` says whether nobody has seat i and the house sells it.
/// Pre: `free.size() == layout.size()`; the chosen seats are free and different.
[[nodiscard]] inline std::vector<std::uint32_t> left_alone(const seat_layout& layout,
                                                           const std::vector<bool>& free,
                                                           std::span<const std::uint32_t> chosen)
{
    const auto remains = [&](std::uint32_t seat)
    {
        return seat != no_seat && free[seat]
               && std::find(chosen.begin(), chosen.end(), seat) == chosen.end();
    };
    std::vector<std::uint32_t> alone;
    const auto look_at = [&](std::uint32_t seat)
    {
        if (!remains(seat) || layout.seats()[seat].kind == seat_kind::accessible)
            return;
        const auto [left, right] = layout.beside(seat);
        if (!remains(left) && !remains(right))
            alone.push_back(seat);
    };
    for (const auto seat : chosen)
    {
        look_at(layout.beside(seat).left);
        look_at(layout.beside(seat).right);
    }
    std::sort(alone.begin(), alone.end());
    alone.erase(std::unique(alone.begin(), alone.end()), alone.end());
    return alone;
}

namespace detail
{

/// Whether two seats are of one category and one kind.
[[nodiscard]] inline bool is_like(const seat& one, const seat& other)
{
    return one.category == other.category && one.kind == other.kind;
}

/// The free seats of the categories and kinds that a party chose.
[[nodiscard]] inline std::vector<bool> like_chosen(const seat_layout& layout,
                                                   const std::vector<bool>& free, seat_span chosen)
{
    const auto seats = layout.seats();
    std::vector<bool> suitable(seats.size());
    for (std::size_t i = 0; i < seats.size(); ++i)
        suitable[i] = free[i]
                      && std::any_of(chosen.begin(), chosen.end(),
                                     [&](auto c) { return is_like(seats[c], seats[i]); });
    return suitable;
}

/// Whether there are as many seats of each category and kind among the one as among the other.
[[nodiscard]] inline bool are_like(const seat_layout& layout, seat_span some, seat_span others)
{
    const auto seats = layout.seats();
    return std::is_permutation(some.begin(), some.end(), others.begin(), others.end(),
                               [&](auto one, auto other)
                               { return is_like(seats[one], seats[other]); });
}

/// Whether a party chose seats of different categories or kinds.
[[nodiscard]] inline bool is_mixed(const seat_layout& layout, seat_span chosen)
{
    const auto seats = layout.seats();
    return std::any_of(chosen.begin(), chosen.end(),
                       [&](auto c) { return !is_like(seats[c], seats[chosen.front()]); });
}

/// Whether the rule does not ask a party to move: it needs an accessible seat, or takes a seat that
/// stood alone.
[[nodiscard]] inline bool is_exempt(const seat_layout& layout, const std::vector<bool>& free,
                                    std::span<const std::uint32_t> chosen)
{
    const auto is_free = [&](std::uint32_t seat) { return seat != no_seat && free[seat]; };
    return std::any_of(chosen.begin(), chosen.end(),
                       [&](std::uint32_t seat)
                       {
                           const auto [left, right] = layout.beside(seat);
                           return layout.seats()[seat].kind == seat_kind::accessible
                                  || (!is_free(left) && !is_free(right));
                       });
}

} // namespace detail

/// Whether `chosen` leaves a seat alone though the party could do without: it takes no accessible
/// seat and none that stood alone, and as many seats of each category and kind can be had in no
/// more groups (of seats side by side) without leaving one alone. So the last possible booking is
/// never in the way of itself, and nobody is asked to sit apart or in another category. A party
/// that chose seats of several categories or kinds is asked to move only if all of them can be had
/// side by side; one of more than `reserve_seats_max` never is. Arguments as for `left_alone`.
[[nodiscard]] inline bool leaves_gap_needlessly(const seat_layout& layout,
                                                const std::vector<bool>& free,
                                                std::span<const std::uint32_t> chosen)
{
    if (chosen.size() > reserve_seats_max || left_alone(layout, free, chosen).empty()
        || detail::is_exempt(layout, free, chosen))
        return false;
    const detail::seating house{layout, free, detail::like_chosen(layout, free, chosen)};
    bool together = false;
    detail::for_each_row_of(house, chosen.size(),
                            [&](detail::seat_span seats)
                            {
                                together = together
                                           || (!detail::leaves_one_alone(house, seats)
                                               && detail::are_like(layout, seats, chosen));
                            });
    const auto groups = detail::count_groups(layout, chosen);
    if (together || groups == 1 || detail::is_mixed(layout, chosen)) // the search counts no mixes
        return together;
    const auto other = detail::fewest_groups(house, chosen.size(), false);
    return !other.empty() && detail::count_groups(layout, other) <= groups;
}

} // namespace cinema::booking
