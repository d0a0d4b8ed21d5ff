#pragma once

#include <cinema/booking/domain/time.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace cinema::booking::http
{

/// A day from its first moment to that of the next.
using day_span = std::pair<time_point, time_point>;

/// When `date` begins and ends in the time zone of that IANA name; in UTC if no such zone is known.
[[nodiscard]] day_span day_in_zone(std::chrono::year_month_day date, const std::string& zone);

/// A span in which `date` lies wherever on earth.
[[nodiscard]] day_span day_anywhere(std::chrono::year_month_day date);

} // namespace cinema::booking::http
