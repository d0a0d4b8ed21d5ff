#pragma once

#include <cinema/booking/domain/ids.hpp>

#include "bson.hpp"

#include <bit>
#include <cstdint>
#include <vector>

/// How a session's document writes the engine's values. Pure functions.
namespace cinema::booking::mongo
{

[[nodiscard]] inline std::int64_t number_of(session_version version)
{
    return static_cast<std::int64_t>(raw(version));
}
[[nodiscard]] inline std::int64_t number_of(config_version version)
{
    return static_cast<std::int64_t>(raw(version));
}
[[nodiscard]] inline std::int64_t number_of(change_id id)
{
    return std::bit_cast<std::int64_t>(raw(id));
}

[[nodiscard]] inline document numbers_of(const std::vector<seat_number>& seats)
{
    array out;
    for (const auto seat : seats)
        out.add(raw(seat));
    return out.elements();
}

} // namespace cinema::booking::mongo
