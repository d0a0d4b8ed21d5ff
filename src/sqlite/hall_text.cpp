#include "hall_text.hpp"

#include "json_text.hpp"

namespace cinema::booking::sqlite
{
namespace
{

void append_list(std::string& out, std::span<const std::string> values)
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

std::vector<std::string> list_from(json_reader& json)
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

} // namespace

std::string to_text(const seat_config& config)
{
    std::string out{R"({"categories":)"};
    append_list(out, config.categories);
    out.append(R"(,"rows":)");
    append_list(out, config.row_names);
    out.push_back('}');
    return out;
}

std::optional<seat_config> seat_config_from(std::string_view text)
{
    seat_config config;
    json_reader json{text};
    json.expect("{");
    json.expect(R"("categories")");
    json.expect(":");
    config.categories = list_from(json);
    json.expect(",");
    json.expect(R"("rows")");
    json.expect(":");
    config.row_names = list_from(json);
    json.expect("}");
    if (!json.done())
        return std::nullopt;
    return config;
}

std::string_view to_text(seat_kind kind) noexcept
{
    switch (kind)
    {
    case seat_kind::standard: return "standard";
    case seat_kind::accessible: return "accessible";
    case seat_kind::companion: return "companion";
    }
    return "standard";
}

std::optional<seat_kind> seat_kind_from(std::string_view text) noexcept
{
    for (const auto kind : {seat_kind::standard, seat_kind::accessible, seat_kind::companion})
        if (text == to_text(kind))
            return kind;
    return std::nullopt;
}

} // namespace cinema::booking::sqlite
