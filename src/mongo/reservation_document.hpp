#pragma once

#include <cinema/booking/domain/reservation.hpp>

#include "bson.hpp"

/// How a reservation is kept. Pure functions.
namespace cinema::booking::mongo
{

/// What a reservation is beside its id, as a session's document has it:
///
///     {user: "anna", account: "u1", seats: [7, 8], prices: [1250, 900],
///      price_types: ["adult", "child"], currency: "EUR",
///      history: [{status: "held", version: 5, at: <date>, held_until: <date>,
///                 operation: <64 bits>}]}
///
/// Without `account` for a guest, without `price_types` if none has one.
[[nodiscard]] document state_of(const reservation& of);

/// The reverse. Throws `failure` (store_failed) if it is anything else. Fields that it does not
/// know are left alone.
[[nodiscard]] reservation_ptr state_from(const reservation_id& id, fields from);

/// The document of the collection `reservations`: `state_of` and
///
///     {_id: "12-0192f0c1-…", session: 12, uuid: <16 bytes>, total: 2150, status: "held",
///      version: 5, created_at: <date>, updated_at: <date>, held_until: <date>}
///
/// of which `user`, `session` and `seats` are what the original Node.js program had.
[[nodiscard]] document document_of(const reservation& of);

/// The reverse. Throws `failure` (store_failed) if it is anything else.
[[nodiscard]] reservation_ptr reservation_from(fields from);

/// The update that stores a state unless a newer one is there, as an element of the command
/// `update`: with an older or equal one it replaces it, with none it inserts, and with a newer one
/// it fails on the `_id` being taken. Names the session, by which the collection is sharded.
[[nodiscard]] document put_statement(const reservation& state);

} // namespace cinema::booking::mongo
