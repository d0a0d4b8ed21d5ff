#pragma once

#include <cinema/booking/domain/reservation.hpp>

#include <optional>
#include <string>
#include <string_view>

/// How a reservation's lists are kept: JSON, short enough to be written thousands of times a
/// second, plain enough to be read by people. Pure functions.
namespace cinema::booking::sqlite
{

using reserved_seats = decltype(reservation::seats);
using reservation_events = decltype(reservation::events);

/// `[[7,1250],[8,1250]]`: seat numbers with their prices.
[[nodiscard]] std::string to_text(const reserved_seats& seats);

/// `[["held",5,1764000000000,1764000600000,"00c0ffee00c0ffee"]]`: for each event its status,
/// version, time, end of the hold or null, and operation or null.
[[nodiscard]] std::string to_text(const reservation_events& events);

/// The reverse of `to_text`. Nothing if it is anything else, or has no seat.
[[nodiscard]] std::optional<reserved_seats> seats_from(std::string_view text);

/// The reverse of `to_text`. Nothing if it is anything else, has no event, or a hold without end.
[[nodiscard]] std::optional<reservation_events> events_from(std::string_view text);

/// The reverse of `to_string(reservation_status)`.
[[nodiscard]] std::optional<reservation_status> status_from(std::string_view text) noexcept;

} // namespace cinema::booking::sqlite
