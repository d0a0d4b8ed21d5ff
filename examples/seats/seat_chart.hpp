#pragma once

#include <cinema/booking/engine/seat_map.hpp>

#include <span>
#include <string>

namespace cinema::seats
{

/// Draws a session's seats as one sees them on the way in: the screen above, row A nearest to it,
/// row names at both sides, aisles left blank; below what the signs mean. Each kind of seat has a
/// sign of its own, so that nothing depends on colours. `marked` seats stand out.
[[nodiscard]] std::string draw_chart(const booking::seat_map& map, bool has_color,
                                     std::span<const booking::seat_number> marked = {});

} // namespace cinema::seats
