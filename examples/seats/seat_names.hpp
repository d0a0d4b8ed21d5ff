#pragma once

#include <cinema/booking/domain/reservation.hpp>
#include <cinema/booking/engine/seat_map.hpp>

#include "seats/words.hpp"

#include <span>
#include <string>
#include <vector>

namespace cinema::seats
{

/// The label of a seat; its number if the hall does not have it or there is no map.
[[nodiscard]] inline std::string label_of(const booking::seat_map* map, booking::seat_number seat)
{
    if (map == nullptr)
        return std::to_string(raw(seat));
    const auto& layout = map->hall->layout;
    const auto found = layout.find(seat);
    return found ? layout.seats()[*found].label : std::to_string(raw(seat));
}

/// "C4, C5".
[[nodiscard]] inline std::string labels_text(const booking::seat_map* map,
                                             std::span<const booking::seat_number> seats)
{
    std::string out;
    for (const auto seat : seats)
        out += (out.empty() ? "" : ", ") + label_of(map, seat);
    return out;
}

/// "Metropolis, Hall A, 2026-12-01 20:00 UTC: 39 of 40 seats free".
[[nodiscard]] inline std::string session_text(const booking::seat_map& map)
{
    return map.session->movie_title + ", " + map.hall->name + ", "
           + time_text(map.session->showtime) + ": " + std::to_string(map.free_seats()) + " of "
           + std::to_string(map.hall->layout.size()) + " seats free";
}

[[nodiscard]] inline std::vector<booking::seat_number> numbers_of(const booking::reservation& made)
{
    std::vector<booking::seat_number> out;
    for (const auto& seat : made.seats)
        out.push_back(seat.number);
    return out;
}

} // namespace cinema::seats
