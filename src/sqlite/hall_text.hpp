#pragma once

#include <cinema/booking/domain/seat.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// How a hall's names are kept. Pure functions.
namespace cinema::booking::sqlite
{

/// What a layout has beside its seats.
struct seat_config
{
    std::vector<std::string> categories;
    std::vector<std::string> row_names;

    friend bool operator==(const seat_config&, const seat_config&) = default;
};

/// `{"categories":["standard","premium"],"rows":["A","B"]}`
[[nodiscard]] std::string to_text(const seat_config& config);

/// The reverse of `to_text`; nothing if it is anything else.
[[nodiscard]] std::optional<seat_config> seat_config_from(std::string_view text);

/// "standard", "accessible" or "companion".
[[nodiscard]] std::string_view to_text(seat_kind kind) noexcept;

/// The reverse of `to_text`.
[[nodiscard]] std::optional<seat_kind> seat_kind_from(std::string_view text) noexcept;

} // namespace cinema::booking::sqlite
