#pragma once

#include <cinema/booking/domain/layout.hpp>

#include "common/json_text.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// How halls are kept. Pure functions.
namespace cinema::booking::adapters
{

/// What a layout has beside its seats.
struct seat_config
{
    std::vector<std::string> categories;
    std::vector<std::string> row_names;

    friend bool operator==(const seat_config&, const seat_config&) = default;
};

/// The layout with the ids that its seats got: `id_of` tells each one's, in the order of the seats.
template <class IdOf>
[[nodiscard]] seat_layout with_ids(const seat_layout& layout, const IdOf& id_of)
{
    std::vector<seat> seats{layout.seats().begin(), layout.seats().end()};
    for (auto& each : seats)
        each.id = id_of(each);
    return seat_layout::from_seats(std::move(seats),
                                   {layout.categories().begin(), layout.categories().end()},
                                   {layout.row_names().begin(), layout.row_names().end()})
        .value();
}

/// `{"categories":["standard","premium"],"rows":["A","B"]}`
[[nodiscard]] std::string to_text(const seat_config& config);

/// The reverse of `to_text`; nothing if it is anything else.
[[nodiscard]] std::optional<seat_config> seat_config_from(std::string_view text);

/// "standard", "accessible" or "companion".
[[nodiscard]] std::string_view to_text(seat_kind kind) noexcept;

/// The reverse of `to_text`.
[[nodiscard]] std::optional<seat_kind> seat_kind_from(std::string_view text) noexcept;

namespace detail
{

inline void append_list(std::string& out, std::span<const std::string> values)
{
    out.push_back('[');
    for (const auto& value : values)
    {
        if (&value != values.data())
            out.push_back(',');
        append_string(out, value);
    }
    out.push_back(']');
}

inline std::vector<std::string> list_from(json_reader& json)
{
    std::vector<std::string> values;
    json.expect("[");
    if (json.eat("]"))
        return values;
    do
        values.push_back(json.string());
    while (json.ok() && json.eat(","));
    json.expect("]");
    return values;
}

} // namespace detail

inline std::string to_text(const seat_config& config)
{
    std::string out{R"({"categories":)"};
    detail::append_list(out, config.categories);
    out.append(R"(,"rows":)");
    detail::append_list(out, config.row_names);
    out.push_back('}');
    return out;
}

inline std::optional<seat_config> seat_config_from(std::string_view text)
{
    seat_config config;
    json_reader json{text};
    json.expect("{");
    // In either order: a database may have sorted them.
    const auto first = json.string();
    const bool is_rows_first = first == "rows";
    if (!is_rows_first && first != "categories")
        return std::nullopt;
    json.expect(":");
    (is_rows_first ? config.row_names : config.categories) = detail::list_from(json);
    json.expect(",");
    json.expect(is_rows_first ? R"("categories")" : R"("rows")");
    json.expect(":");
    (is_rows_first ? config.categories : config.row_names) = detail::list_from(json);
    json.expect("}");
    if (!json.done())
        return std::nullopt;
    return config;
}

inline std::string_view to_text(seat_kind kind) noexcept
{
    switch (kind)
    {
    case seat_kind::standard: return "standard";
    case seat_kind::accessible: return "accessible";
    case seat_kind::companion: return "companion";
    }
    return "standard";
}

inline std::optional<seat_kind> seat_kind_from(std::string_view text) noexcept
{
    for (const auto kind : {seat_kind::standard, seat_kind::accessible, seat_kind::companion})
        if (text == to_text(kind))
            return kind;
    return std::nullopt;
}

} // namespace cinema::booking::adapters
