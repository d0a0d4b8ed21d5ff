#pragma once

#include <cinema/booking/store/outbox.hpp>

#include "database.hpp"
#include "session_document.hpp"

#include <vector>

namespace cinema::booking::mongo
{

/// The collection in which is counted what the documents refuse.
inline constexpr const char* refused = "refused";

/// What the field `outbox_since` must be where something may be in a session's outbox.
[[nodiscard]] document filled();

/// The document in `refused` of a reservation, and whose it is. Throws `failure` (store_failed).
[[nodiscard]] document named(const reservation_id& id);
[[nodiscard]] reservation_id name_of(fields kept);

/// What a session has in its outbox, as it now is.
[[nodiscard]] std::vector<reservation_ptr> waiting_in(const session_document& seen);

/// Takes out what was put.
void take_out(database& in, const session_document& put);

/// Forgets that the documents refused what they have taken now.
void forget_refusals(database& in, const std::vector<reservation_ptr>& delivered);

/// One round of deliveries from the outboxes of all sessions. Errors: as of `to`. Throws `failure`.
store_result<delivery_report> deliver(database& in, reservation_store& to, time_point now,
                                      std::size_t limit);

} // namespace cinema::booking::mongo
