#pragma once

#include <cinema/booking/domain/layout.hpp>
#include <cinema/booking/domain/text.hpp>

#include <memory>
#include <string>

namespace cinema::booking
{

/// What one gives to make a hall.
struct hall_spec
{
    std::string name{}; ///< Unique; 1 to `hall_name_bytes_max` bytes.
    seat_layout layout;
    std::string time_zone{"UTC"}; ///< IANA name of the venue's time zone, as in "Europe/Berlin".
};

/// A hall. Immutable: books and seat maps share it.
struct hall
{
    hall_id id{};
    std::string name;
    std::string time_zone;
    seat_layout layout;
};

/// A hall that several share.
using hall_ptr = std::shared_ptr<const hall>;

/// Whether a hall can be made of it.
/// Errors: invalid_request.
[[nodiscard]] inline result<void> check(const hall_spec& spec)
{
    if (spec.name.empty() || spec.name.size() > hall_name_bytes_max)
        return invalid("a hall's name needs 1 to " + std::to_string(hall_name_bytes_max)
                       + " bytes");
    if (spec.time_zone.empty() || spec.time_zone.size() > time_zone_bytes_max)
        return invalid("a hall's time zone needs 1 to " + std::to_string(time_zone_bytes_max)
                       + " bytes");
    if (!is_text(spec.name) || !is_text(spec.time_zone))
        return invalid("a hall's name and time zone are UTF-8 without NUL");
    return {};
}

} // namespace cinema::booking
