#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/limits.hpp>
#include <cinema/booking/domain/money.hpp>
#include <cinema/booking/domain/text.hpp>
#include <cinema/booking/domain/time.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
    std::string movie_title;              ///< 1 to `movie_title_bytes_max` bytes.
    time_point showtime{};                ///< When it begins; from 1970 to `time_max`.
    std::optional<time_point> ends_at{};  ///< When the hall is free again. None: not guarded.
    std::vector<category_price> prices{}; ///< One that is not named costs 0.
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
    if (!is_text(spec.movie_title))
        return invalid("a film's title is UTF-8 without NUL");
    if (spec.ends_at && *spec.ends_at <= spec.showtime)
        return invalid("a session must end after it begins");
    if (spec.showtime < time_point{} || spec.ends_at.value_or(spec.showtime) > time_max)
        return invalid("a session takes place in the years 1970 to 9999");
    if (spec.prices.size() > hall_categories_max)
        return invalid("a session has at most one price for each of "
                       + std::to_string(hall_categories_max) + " categories");
    for (std::size_t i = 0; i < spec.prices.size(); ++i)
    {
        const auto& [category, price] = spec.prices[i];
        if (category.empty() || category.size() > category_bytes_max || !is_text(category))
            return invalid("a category's name needs 1 to " + std::to_string(category_bytes_max)
                           + " bytes of UTF-8 without NUL");
        if (static_cast<std::int64_t>(price) < 0
            || static_cast<std::int64_t>(price) > price_minor_units_max)
            return invalid("the price of category " + category + " is not within 0 to "
                           + std::to_string(price_minor_units_max) + " minor units");
        for (std::size_t j = 0; j < i; ++j)
            if (spec.prices[j].category == category)
                return invalid("category " + category + " has two prices");
    }
    return {};
}

} // namespace cinema::booking
