#pragma once

#include <cinema/booking/engine/seat_picker.hpp>

#include <string>

/// What programs are told: one JSON value in one line.
namespace cinema::seats
{

[[nodiscard]] std::string json_of(const std::vector<booking::seat_map_ptr>& sessions);
[[nodiscard]] std::string json_of(const booking::seat_map& map);
[[nodiscard]] std::string json_of(const booking::seat_pick& pick, const booking::seat_map& map);
/// Without a map, seats go by their numbers.
[[nodiscard]] std::string json_of(const booking::reservation& made, const booking::seat_map* map);
[[nodiscard]] std::string json_of(const booking::refusal& why, const booking::seat_map* map);

} // namespace cinema::seats
