#pragma once

#include <cinema/booking/engine/seat_map.hpp>

#include <array>

namespace cinema::seats
{

/// How a seat looks: one character, and the SGR parameters of its colour.
struct look
{
    char sign{};
    const char* color{""};

    friend bool operator==(const look&, const look&) = default;
};

inline constexpr look marked_look{'@', "1;7"};
inline constexpr look held_look{'-', "35"};
inline constexpr look sold_look{'#', "31"};
inline constexpr look blocked_look{'x', "90"};
inline constexpr look accessible_look{'&', "34"};
inline constexpr look companion_look{'+', "94"};

/// Of free seats, by category.
inline constexpr std::array free_looks{look{'o', "32"}, look{'*', "33"}, look{'^', "36"},
                                       look{'=', "92"}, look{'~', "93"}, look{'%', "96"},
                                       look{'$', "32"}, look{'!', "33"}};

[[nodiscard]] inline look look_of_free(const booking::seat& seat)
{
    if (seat.kind == booking::seat_kind::accessible)
        return accessible_look;
    if (seat.kind == booking::seat_kind::companion)
        return companion_look;
    return free_looks[seat.category % free_looks.size()];
}

[[nodiscard]] inline look look_of(const booking::seat& seat, booking::seat_status status)
{
    switch (status)
    {
    case booking::seat_status::free: return look_of_free(seat);
    case booking::seat_status::held: return held_look;
    case booking::seat_status::sold: return sold_look;
    case booking::seat_status::blocked: return blocked_look;
    }
    return blocked_look;
}

} // namespace cinema::seats
