#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/limits.hpp>
#include <cinema/booking/domain/money.hpp>
#include <cinema/booking/domain/time.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cinema::booking
{

/// What a seat of a category costs in a session.
struct category_price
{
    std::string category;
    minor_units price{};

    friend bool operator==(const category_price&, const category_price&) = default;
};

/// What one gives to make a session.
struct session_spec
{
    hall_id hall{};
    std::string movie_title;             ///< 1 to `movie_title_bytes_max` bytes.
    time_point showtime{};               ///< When it begins.
    std::optional<time_point> ends_at{}; ///< When the hall is free again. None: not guarded.
    std::vector<category_price> prices{}; ///< A category that is not named costs 0.
    currency_code currency{};
};

/// A session as it is kept, without what changes with every sale.
struct session
{
    session_id id{};
    hall_id hall{};
    std::string movie_title;
    time_point showtime{};
    std::optional<time_point> ends_at{};
    std::vector<category_price> prices;
    currency_code currency{};
    std::vector<seat_number> blocked; ///< Off sale, in ascending order.

    friend bool operator==(const session&, const session&) = default;

    /// What a seat of `category` costs.
    [[nodiscard]] minor_units price_of(std::string_view category) const noexcept
    {
        for (const auto& entry : prices)
            if (entry.category == category)
                return entry.price;
        return minor_units{0};
    }
};

/// Errors: invalid_request. Whether the hall exists and is free then, only the store can tell.
[[nodiscard]] inline result<void> check(const session_spec& spec)
{
    if (spec.movie_title.empty() || spec.movie_title.size() > movie_title_bytes_max)
        return invalid("a session's film needs a title of 1 to "
                       + std::to_string(movie_title_bytes_max) + " bytes");
    if (spec.ends_at && *spec.ends_at <= spec.showtime)
        return invalid("a session must end after it begins");
    if (spec.prices.size() > hall_categories_max)
        return invalid("a session has at most one price for each of "
                       + std::to_string(hall_categories_max) + " categories");
    for (const auto& [category, price] : spec.prices)
        if (static_cast<std::int64_t>(price) < 0
            || static_cast<std::int64_t>(price) > price_minor_units_max)
            return invalid("the price of category " + category + " is not within 0 to "
                           + std::to_string(price_minor_units_max) + " minor units");
    return {};
}

} // namespace cinema::booking
