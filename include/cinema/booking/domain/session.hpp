#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/limits.hpp>
#include <cinema/booking/domain/money.hpp>
#include <cinema/booking/domain/text.hpp>
#include <cinema/booking/domain/time.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cinema::booking
{

/// What a seat of a category costs in a session, for one type of visitor: "adult", "child", …
struct category_price
{
    std::string category{};
    minor_units price{};
    std::string price_type{}; ///< At most `price_type_bytes_max` bytes; may be empty.

    friend bool operator==(const category_price&, const category_price&) = default;
};

/// What one gives to make a session.
struct session_spec
{
    hall_id hall{};
    std::string movie_title{};           ///< 1 to `movie_title_bytes_max` bytes.
    time_point showtime{};               ///< When it begins; from 1970 to `time_max`.
    std::optional<time_point> ends_at{}; ///< When the hall is free again. None: not guarded.
    /// At most `session_prices_max`; a service wants one for each of the hall's categories, or none
    /// at all. What is not named costs 0; of a category with several,
    /// `session::find_price` says what its seats cost unless a type is asked for.
    std::vector<category_price> prices{};
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

    /// The price of `category` for `type`. Without a type: the price that has none, else the first
    /// of the category; that is what a seat costs unless said otherwise. Null if there is none.
    [[nodiscard]] const category_price* find_price(std::string_view category,
                                                   std::string_view type = {}) const noexcept
    {
        const category_price* first = nullptr;
        for (const auto& entry : prices)
        {
            if (entry.category != category)
                continue;
            if (entry.price_type == type)
                return &entry;
            if (first == nullptr && type.empty())
                first = &entry;
        }
        return first;
    }

    /// What a seat of `category` costs unless said otherwise; 0 if the category is not named.
    [[nodiscard]] minor_units price_of(std::string_view category) const noexcept
    {
        const auto* const found = find_price(category);
        return found == nullptr ? minor_units{0} : found->price;
    }
};

namespace detail
{

[[nodiscard]] inline std::string named(const category_price& entry)
{
    return "category " + entry.category
           + (entry.price_type.empty() ? "" : ", price type " + entry.price_type);
}

[[nodiscard]] inline result<void> check_prices(const std::vector<category_price>& prices)
{
    if (prices.size() > session_prices_max)
        return invalid("a session has at most " + std::to_string(session_prices_max) + " prices");
    for (auto entry = prices.begin(); entry != prices.end(); ++entry)
    {
        if (entry->category.empty() || entry->category.size() > category_bytes_max
            || !is_text(entry->category))
            return invalid("a category's name needs 1 to " + std::to_string(category_bytes_max)
                           + " bytes of UTF-8 without NUL");
        if (entry->price_type.size() > price_type_bytes_max || !is_text(entry->price_type))
            return invalid("a price type takes at most " + std::to_string(price_type_bytes_max)
                           + " bytes of UTF-8 without NUL");
        if (!is_price(entry->price))
            return invalid("the price of " + named(*entry) + " is not within 0 to "
                           + std::to_string(price_minor_units_max) + " minor units");
        for (auto earlier = prices.begin(); earlier != entry; ++earlier)
            if (earlier->category == entry->category && earlier->price_type == entry->price_type)
                return invalid(named(*entry) + " has two prices");
    }
    return {};
}

} // namespace detail

/// Whether a session can be made of it.
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
    return detail::check_prices(spec.prices);
}

/// Whether the prices are for a hall with these categories: each is of one of them, and if there
/// are any, one at least of each. Errors: invalid_request, saying which.
[[nodiscard]] inline result<void> check_prices(const session_spec& spec,
                                               std::span<const std::string> categories)
{
    std::string known;
    for (const auto& category : categories)
    {
        if (!spec.prices.empty()
            && std::ranges::find(spec.prices, category, &category_price::category)
                   == spec.prices.end())
            return invalid("category " + category + " has no price; name one, 0 if it is free");
        known.append(known.empty() ? "" : ", ").append(category);
    }
    for (const auto& entry : spec.prices)
        if (std::ranges::find(categories, entry.category) == categories.end())
            return invalid("a price is for category " + entry.category
                           + ", which the hall does not have; it has " + known);
    return {};
}

} // namespace cinema::booking
