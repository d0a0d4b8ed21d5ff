#pragma once

#include "session_document.hpp"

#include <vector>

/// What changes a session's document: elements of the command `update`. Pure functions.
namespace cinema::booking::mongo
{

/// Whether there is a new reservation in it, for which a session may have no room.
[[nodiscard]] bool makes_reservation(const session_change& change);

/// The update that writes a change, as an element of the command `update`. It finds nothing if the
/// session is at another stamp, what is kept contradicts the change, or the document would get too
/// large by a new reservation. Of a check: finds the session at its stamp, and changes nothing.
/// Throws `failure` (store_failed) if the change contradicts itself.
[[nodiscard]] document swap_statement(const session_change& change);

/// What a purge takes out of a document.
struct purged_parts
{
    std::vector<uuid> reservations;
    std::vector<key_digest> keys;
};

/// The update that takes these parts out, if the session is where `left`, which has them no more,
/// was read, its outbox is empty, and nobody else has purged it since. It also has what else `left`
/// says anew.
[[nodiscard]] document purge_statement(const session_document& left, const purged_parts& gone);

/// The update that says anew when the first hold runs out and how large the document is, if the
/// session is where `seen` was read.
[[nodiscard]] document correction_statement(const session_document& seen);

/// The update that empties the outbox, if the session is where `seen` was read and has no more in
/// it since.
[[nodiscard]] document emptying_statement(const session_document& seen);

/// The update that takes these entries out of the outbox, wherever the session is. `since`: what is
/// left came later than that.
[[nodiscard]] document pulling_statement(session_id session,
                                         const std::vector<outbox_entry>& entries,
                                         const std::optional<time_point>& since);

/// The update that brings a reservation into the outbox of its session.
[[nodiscard]] document queueing_statement(const reservation& state);

} // namespace cinema::booking::mongo
