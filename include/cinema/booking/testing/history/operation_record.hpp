#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/reservation.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cinema::booking::testing
{

/// What a client asked for.
enum class action : std::uint8_t
{
    reserve = 1,
    confirm,
    extend,
    cancel,
    check_in,
    block,
    unblock,
    expire,
    find,     ///< Reads one reservation.
    read_map, ///< Reads all seats of a session.
};

/// What a client knows of its operation.
enum class outcome : std::uint8_t
{
    granted = 1,
    refused,
    unknown, ///< It happened, did not happen, or will still happen.
};

/// The actions by name, as in the text of a history.
inline constexpr std::array action_names{
    std::pair{action::reserve, "reserve"},   std::pair{action::confirm, "confirm"},
    std::pair{action::extend, "extend"},     std::pair{action::cancel, "cancel"},
    std::pair{action::check_in, "check_in"}, std::pair{action::block, "block"},
    std::pair{action::unblock, "unblock"},   std::pair{action::expire, "expire"},
    std::pair{action::find, "find"},         std::pair{action::read_map, "read_map"},
};

/// The outcomes by name, as in the text of a history.
inline constexpr std::array outcome_names{
    std::pair{outcome::granted, "granted"},
    std::pair{outcome::refused, "refused"},
    std::pair{outcome::unknown, "unknown"},
};

/// The name in `action_names`.
[[nodiscard]] constexpr const char* to_string(action what) noexcept
{
    for (const auto& [value, name] : action_names)
        if (value == what)
            return name;
    return "nothing";
}

/// The name in `outcome_names`.
[[nodiscard]] constexpr const char* to_string(outcome what) noexcept
{
    for (const auto& [value, name] : outcome_names)
        if (value == what)
            return name;
    return "nothing";
}

/// One clock for all processes of a machine: CLOCK_MONOTONIC.
using monotonic_time = std::chrono::steady_clock::time_point;
inline constexpr monotonic_time never = monotonic_time::max();

/// One logical operation of one client: all its attempts with one idempotency key, until the answer
/// was definite. What the answer did not say is left as it is here.
struct operation_record
{
    // Who asked, and whom.
    std::uint32_t client{};
    std::uint32_t number{}; ///< Of the operation within its client, from 1; 0: not numbered.
    std::uint32_t server{}; ///< Whose answer it is, where several sell the same sessions.

    // What was asked.
    action what{};
    session_id session{};
    std::string user{};
    std::string key{};
    std::vector<seat_number>
        seats{}; ///< Asked for by reserve, block and unblock; of the best seats, those granted.
    std::size_t best{}; ///< So many of the best seats were asked for; 0: none, but `seats`.
    std::chrono::seconds hold{0};
    std::optional<session_version> expected{};
    std::optional<uuid> reservation{}; ///< Asked for; of a reserve, the one that was made.

    // When: the first call and the last return. `never` if the outcome is unknown.
    monotonic_time called{};
    monotonic_time returned{never};

    // What was answered.
    outcome result{outcome::unknown};
    errc code{}; ///< Why it was refused.
    bool replayed{};
    session_version version{}; ///< The session's, made or found by the answer; 0: not told.
    /// The version since when the reservation is as the answer says: `version` if the operation
    /// changed it, less if it found it so already, 0 if not told.
    session_version since{};
    std::optional<reservation_status> status{};
    std::vector<seat_number> answered{}; ///< The reservation's seats; of a refusal, those at fault.
    std::optional<time_point> held_until{};
    /// The store's time at the decision lies within [earliest, latest]: equal if the answer tells
    /// it, absent if nothing is known.
    std::optional<time_point> earliest{};
    std::optional<time_point> latest{};

    /// Of a seat map, one character a seat (see `map_symbol`), in the order of `answered` or, if
    /// that is empty, of the seats 1, 2, 3, …
    std::string map{};

    friend bool operator==(const operation_record&, const operation_record&) = default;
};

/// How a seat map shows a seat in a record.
enum class map_symbol : char
{
    free = 'f',
    held = 'h',
    sold = 's',
    blocked = 'b',
};

/// Whether the operation, if granted, takes a reservation a step on.
[[nodiscard]] constexpr bool moves_reservation(action what) noexcept
{
    return what == action::confirm || what == action::extend || what == action::cancel
           || what == action::check_in;
}

/// The status that a granted operation of this kind leads to, if it leads to one.
[[nodiscard]] constexpr std::optional<reservation_status> status_after(action what) noexcept
{
    switch (what)
    {
    case action::confirm: return reservation_status::confirmed;
    case action::extend: return reservation_status::held;
    case action::cancel: return reservation_status::cancelled;
    case action::check_in: return reservation_status::checked_in;
    case action::reserve:
    case action::block:
    case action::unblock:
    case action::expire:
    case action::find:
    case action::read_map: return std::nullopt;
    }
    return std::nullopt;
}

} // namespace cinema::booking::testing
