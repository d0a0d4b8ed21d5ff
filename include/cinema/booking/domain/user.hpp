#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/limits.hpp>
#include <cinema/booking/domain/text.hpp>
#include <cinema/booking/domain/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace cinema::booking
{

/// What an account may do. The numbers are what stores keep.
enum class user_role : std::uint8_t
{
    customer = 1,
    staff = 2, ///< May check in.
    admin = 3, ///< May also make halls and sessions.
};

/// An account.
struct user
{
    user_id id;                ///< 1 to `user_id_bytes_max` bytes.
    std::string name;          ///< At most `user_name_bytes_max` bytes.
    std::string email;         ///< Unique without regard to ASCII case; kept as it was given.
    std::string password_hash; ///< As made by the server (Argon2id); never shown.
    user_role role{user_role::customer};
    time_point created_at{};

    friend bool operator==(const user&, const user&) = default;
};

/// What every store asks of an account; what an e-mail address looks like is not looked at.
/// Errors: invalid_request.
[[nodiscard]] inline result<void> check(const user& account)
{
    if (account.id.empty() || account.id.value.size() > user_id_bytes_max)
        return invalid("an account needs an id of 1 to " + std::to_string(user_id_bytes_max)
                       + " bytes");
    if (account.name.size() > user_name_bytes_max)
        return invalid("an account's name has at most " + std::to_string(user_name_bytes_max)
                       + " bytes");
    if (account.email.empty() || account.email.size() > email_bytes_max)
        return invalid("an account needs an e-mail address of 1 to "
                       + std::to_string(email_bytes_max) + " bytes");
    if (account.password_hash.size() > password_hash_bytes_max)
        return invalid("a password's hash has at most " + std::to_string(password_hash_bytes_max)
                       + " bytes");
    for (const auto* text :
         {&account.id.value, &account.name, &account.email, &account.password_hash})
        if (!is_text(*text))
            return invalid("what an account says is UTF-8 without NUL");
    return {};
}

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
