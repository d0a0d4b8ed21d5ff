#pragma once

#include <cinema/booking/http/api.hpp>

#include "text.hpp"

#include <optional>
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

} // namespace cinema::booking::http
