#pragma once

#include <cinema/booking/http/api.hpp>

#include "text.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cinema::booking::http
{

/// The value of the request's first field of this name.
[[nodiscard]] inline std::optional<std::string_view> field_of(const api_request& request,
                                                              std::string_view name) noexcept
{
    for (const auto& field : request.fields)
        if (same_name(field.name, name))
            return field.value;
    return std::nullopt;
}

/// The value of a field that is a list, and may therefore come on several lines (RFC 9110, 5.3).
[[nodiscard]] inline std::optional<std::string> list_of(const api_request& request,
                                                        std::string_view name)
{
    std::optional<std::string> list;
    for (const auto& field : request.fields)
        if (same_name(field.name, name))
        {
            if (list)
                *list += ", ";
            else
                list.emplace();
            *list += field.value;
        }
    return list;
}

} // namespace cinema::booking::http
