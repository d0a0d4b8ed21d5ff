#pragma once

#include <cinema/booking/domain/hall.hpp>
#include <cinema/booking/domain/session.hpp>
#include <cinema/booking/engine/session_change.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace cinema::booking
{

/// What a visitor sees of a seat.
enum class seat_status : std::uint8_t
{
    free = 0,
    held = 1,
    sold = 2,
    blocked = 3,
};

/// The name of a status, as in the HTTP interface: "free".
[[nodiscard]] constexpr const char* to_string(seat_status status) noexcept
{
    switch (status)
    {
    case seat_status::free: return "free";
    case seat_status::held: return "held";
    case seat_status::sold: return "sold";
    case seat_status::blocked: return "blocked";
    }
    return "unknown";
}

/// A whole snapshot of a session's seats at one version. Immutable.
struct seat_map
{
    std::shared_ptr<const booking::session> session;
    hall_ptr hall;
    session_stamp stamp{};
    std::vector<seat_status> status; ///< `status[i]` belongs to `hall->layout.seats()[i]`.

    /// How many seats can be reserved.
    [[nodiscard]] std::size_t free_seats() const noexcept
    {
        return static_cast<std::size_t>(
            std::count(status.begin(), status.end(), seat_status::free));
    }
};

/// A map that several share.
using seat_map_ptr = std::shared_ptr<const seat_map>;

} // namespace cinema::booking
