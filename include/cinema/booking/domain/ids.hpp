#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <type_traits>

namespace cinema::booking
{

/// Identifies a hall. Assigned by the inventory store; positive.
enum class hall_id : std::int64_t
{
};

/// Identifies a physical seat among all halls. Assigned by the inventory store; positive.
enum class seat_id : std::int64_t
{
};

/// Numbers a seat within its hall; this is what customers and programs book by. Positive.
enum class seat_number : std::int32_t
{
};

/// Identifies a session: one screening of a film in a hall. Assigned by the inventory store.
enum class session_id : std::int64_t
{
};

/// Orders all that happens to a session: every step that an operation or the passing of time makes
/// raises it by one.
enum class session_version : std::uint64_t
{
};

/// Counts the changes made to a session's prices or blocked seats.
enum class config_version : std::uint64_t
{
};

/// Random number written with every change, so that two histories which reached the same version
/// (a database restored or failed over) can be told apart.
enum class change_id : std::uint64_t
{
};

/// Random number given to one operation by the service; lets it recognise its own earlier attempt.
enum class operation_id : std::uint64_t
{
};

/// Identifies an account. Opaque text, assigned when the account is made. Empty: no account.
struct user_id
{
    std::string value;

    [[nodiscard]] bool empty() const noexcept { return value.empty(); }
    friend bool operator==(const user_id&, const user_id&) = default;
    friend auto operator<=>(const user_id&, const user_id&) = default;
};

/// The number behind a strong id, for printing and storing.
template <class Id>
requires std::is_enum_v<Id>
[[nodiscard]] constexpr auto raw(Id id) noexcept
{
    return static_cast<std::underlying_type_t<Id>>(id);
}

/// The version after `steps` more changes.
[[nodiscard]] constexpr session_version later(session_version version,
                                              std::uint64_t steps = 1) noexcept
{
    return session_version{raw(version) + steps};
}

} // namespace cinema::booking
