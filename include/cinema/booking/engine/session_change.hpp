#pragma once

#include <cinema/booking/domain/reservation.hpp>
#include <cinema/booking/domain/session.hpp>
#include <cinema/booking/engine/idempotency.hpp>

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace cinema::booking
{

/// Where a session's history stands. Equal stamps mean equal content.
struct session_stamp
{
    session_version version{};
    change_id change{};
    config_version config{};

    friend bool operator==(const session_stamp&, const session_stamp&) = default;
};

/// A reservation that a change makes or moves on, with what this does to its seats.
struct reservation_change
{
    reservation_ptr now; ///< Its new state, in full.
    bool is_new{};       ///< It was not stored before.
    bool was_live{};     ///< It had its seats before the change.

    /// Its guard rows must be removed.
    [[nodiscard]] bool frees_seats() const noexcept { return was_live && !now->is_live(); }
    /// Its guard rows must be added.
    [[nodiscard]] bool takes_seats() const noexcept { return !was_live && now->is_live(); }
};

/// What was decided for one session, to be written whole if it is still at `expected`, or not at
/// all. Without a new version it writes nothing and only asks whether the session is still there.
struct session_change
{
    session_id session{};
    session_stamp expected{};
    session_stamp next{}; ///< Equal to `expected`: a check. Else its version is greater.
    time_point at{};      ///< The latest time that counted in the decision.
    std::vector<reservation_change> reservations{};    ///< Each reservation at most once.
    std::vector<key_record> keys{};                    ///< To add, or to replace by digest.
    std::optional<std::vector<seat_number>> blocked{}; ///< The new list, if it changes; ascending.

    [[nodiscard]] bool is_check() const noexcept { return next == expected; }
};

/// What has changed in a session since a stamp: the present state of each reservation that changed
/// and every key added since then. Only possible when prices and blocked seats did not change.
struct session_delta
{
    session_stamp stamp{};
    time_point changed_at{};
    std::vector<reservation_ptr> reservations{};
    std::vector<key_record> keys{};
};

/// A session as it is stored, at one version.
struct session_snapshot
{
    booking::session session;
    session_stamp stamp{};
    time_point changed_at{};
    std::vector<reservation_ptr> reservations{}; ///< The live ones; if asked for, ended ones too.
    std::vector<key_record> keys{};              ///< Of these reservations.
    /// Of every kept key that is not in `keys`, in any order. A store may add those that are.
    std::vector<std::uint64_t> key_prefixes{};
};

/// A key as the store has it, with the reservation that it refers to.
struct stored_key
{
    key_record record{};
    reservation_ptr reservation{}; ///< Null: the store does not have the key.
};

/// The session is still at the stamp that the caller knew.
struct session_unchanged
{
};

/// What loading a session gives.
using session_load = std::variant<session_unchanged, session_delta, session_snapshot>;

} // namespace cinema::booking
