#include "time_zone.hpp"

#include <date/tz.h>

#include <stdexcept>

namespace cinema::booking::http
{

namespace
{

/// The first moment of a day; where clocks jump over midnight, the moment of the jump.
time_point midnight(std::chrono::sys_days day, const date::time_zone& zone)
{
    const date::local_days local{date::days{day.time_since_epoch().count()}};
    const auto at = zone.to_sys(local, date::choose::earliest);
    return std::chrono::time_point_cast<std::chrono::milliseconds>(at);
}

} // namespace

day_span day_in_zone(std::chrono::year_month_day date, const std::string& zone)
{
    const std::chrono::sys_days day{date};
    try
    {
        const auto* const found = date::locate_zone(zone);
        return {midnight(day, *found), midnight(day + std::chrono::days{1}, *found)};
    }
    catch (const std::runtime_error&)
    {
        return {day, day + std::chrono::days{1}};
    }
}

day_span day_anywhere(std::chrono::year_month_day date)
{
    using std::chrono::hours;
    const std::chrono::sys_days day{date};
    return {day - hours{14}, day + hours{24 + 12}}; // UTC+14 to UTC-12
}

} // namespace cinema::booking::http
