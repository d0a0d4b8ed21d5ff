#pragma once

#include <cinema/booking/domain/ids.hpp>
#include <cinema/booking/domain/time.hpp>

#include <string>
#include <vector>

namespace cinema::booking
{

/// A reservation as the original Node.js program kept it in MongoDB: `{_id, user, session, seats}`.
/// It says who bought seats that the sessions in PostgreSQL only show as taken.
struct original_reservation
{
    std::string name; ///< For people: its `_id`.
    session_id session{};
    std::vector<seat_number> seats;
    std::string user; ///< A number or an id of another type as text. UTF-8 without NUL.
    time_point at{};  ///< When it was made, as its `_id` tells.
};

} // namespace cinema::booking
