#pragma once

#include <cinema/booking/domain/ids.hpp>
#include <cinema/booking/domain/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace cinema::booking
{

enum class user_role : std::uint8_t
{
    customer = 1,
    staff = 2, ///< May check in.
    admin = 3, ///< May also edit halls and sessions.
};

/// An account.
struct user
{
    user_id id;
    std::string name;
    std::string email;         ///< Unique without regard to ASCII case; kept as it was given.
    std::string password_hash; ///< As made by the server (Argon2id); never shown.
    user_role role{user_role::customer};
    time_point created_at{};

    friend bool operator==(const user&, const user&) = default;
};

/// Proof of having signed in. Only the token's SHA-256 is kept.
struct access_token
{
    std::array<std::uint8_t, 32> digest{};
    user_id user;
    time_point issued_at{};
    time_point last_used{};
    time_point expires_at{}; ///< Not valid from then on, however much it is used.

    friend bool operator==(const access_token&, const access_token&) = default;
};

} // namespace cinema::booking
