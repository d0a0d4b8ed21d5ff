#pragma once

#include <cinema/booking/domain/money.hpp>
#include <cinema/booking/domain/time.hpp>

#include <optional>
#include <string>

namespace cinema::seats
{

/// "2026-12-01T20:00" as UTC; nothing if it is written otherwise.
[[nodiscard]] std::optional<booking::time_point> parse_time(const std::string& text);

/// For people: "2026-12-01 20:00 UTC".
[[nodiscard]] std::string time_text(booking::time_point time);

/// For programs: "2026-12-01T20:00:00.000Z".
[[nodiscard]] std::string iso_text(booking::time_point time);

/// "9.50 EUR". Currencies without a smaller unit, or with three digits of it, are known.
[[nodiscard]] std::string money_text(booking::minor_units amount, booking::currency_code currency);

} // namespace cinema::seats
