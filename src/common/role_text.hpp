#pragma once

#include <cinema/booking/domain/user.hpp>

#include <optional>
#include <string_view>

/// How an account's role is kept. Pure functions.
namespace cinema::booking::adapters
{

/// "customer", "staff" or "admin".
[[nodiscard]] inline std::string_view to_text(user_role role) noexcept
{
    switch (role)
    {
    case user_role::customer: return "customer";
    case user_role::staff: return "staff";
    case user_role::admin: return "admin";
    }
    return "customer";
}

/// The reverse of `to_text`.
[[nodiscard]] inline std::optional<user_role> role_from(std::string_view text) noexcept
{
    for (const auto role : {user_role::customer, user_role::staff, user_role::admin})
        if (text == to_text(role))
            return role;
    return std::nullopt;
}

} // namespace cinema::booking::adapters
