#pragma once

#include <cinema/booking/store/session_record.hpp>

#include "bson.hpp"

#include <vector>

/// How a session is kept: one document of the collection `sessions`, which a single update swaps.
/// Pure functions.
///
///     {_id: 12, hall_id: 3, movie_title: "Metropolis", showtime: <date>, ends_at: <date>,
///      currency: "EUR", prices: [{category: "standard", price: 1250, type: "adult"}],
///      blocked: [40], version: 17, change_id: <64 bits>, config_version: 1, changed_at: <date>,
///      recent: [<the last 32 change ids, the present one too>],
///      purged_version: 0, purges: 0, bytes: 5120,
///      reservations: {"<uuid in hex>": <as state_of() says>, …},
///      taken: {"7": <uuid>, …},
///      keys: {"<digest in hex>": {request: <32 bytes>, reservation: <uuid>, event: 0,
///                                 version: 17}, …},
///      outbox: [{entry: <64 bits>, reservation: <uuid>, version: 17, account: "u1"}, …],
///      outbox_since: <date>, hold_ends: <date>, purge_from: <date>}
///
/// `taken` is the guard; `recent` tells a change that was made from one that was not, once others
/// have followed; `bytes` is not less than the document's size. The last three are there if
/// something may be in the outbox, a hold may run out then, or something may be purged from then:
/// never too late, but maybe too early.
namespace cinema::booking::mongo
{

/// What a session's document may grow to by new reservations. What becomes of those that are there
/// is written in any case, up to MongoDB's own limit, which is twice that: 4 KiB for each seat of
/// the largest hall.
inline constexpr std::int64_t session_bytes_max = 8 * 1024 * 1024;

/// A reservation whose document has to be brought up to date.
struct outbox_entry
{
    uuid reservation;
    session_version version{};
    user_id account{};
    std::int64_t entry{}; ///< Random: tells it from another one about the same.
};

/// A session's document.
struct session_document
{
    session_record record;
    std::vector<outbox_entry> outbox;
    std::size_t bytes{};   ///< Its size when it was read.
    std::int64_t purges{}; ///< How often something was purged.

    /// From when on something may be purged. Nothing if there is nothing.
    [[nodiscard]] std::optional<time_point> purge_from() const;
    /// Whether the change is one of those that led to here. Nothing if that is not known any more.
    [[nodiscard]] std::optional<bool> has_made(const session_change& change) const;
    /// When the first hold runs out. Nothing if there is none.
    [[nodiscard]] std::optional<time_point> hold_ends() const;
};

/// For ids that tell changes, or entries of an outbox, from each other.
[[nodiscard]] std::uint64_t random_bits();

/// Throws `failure` (store_failed) if it is anything else.
[[nodiscard]] session_document session_document_from(fields from);

/// Whether a document only marks an id whose session never came.
[[nodiscard]] bool is_void(fields from);

/// The session, without reservations.
[[nodiscard]] session session_from(fields from);

/// The stamp alone.
[[nodiscard]] session_stamp stamp_from(fields from);

/// The document of a session that was just made.
[[nodiscard]] document new_session(const session& made, change_id change, time_point at);

/// Which fields to ask for: those of the stamp.
[[nodiscard]] document stamp_only();

/// `{_id, version, change_id}`: the swap's condition, to which others may be added.
[[nodiscard]] document at_stamp(session_id session, const session_stamp& stamp);

/// What has to be brought to the collection `reservations`.
[[nodiscard]] std::vector<outbox_entry> outbox_from(fields from);

/// A key as its field says.
[[nodiscard]] key_record key_from(const key_digest& key, fields from);

/// The path of a key in the document.
[[nodiscard]] std::string path_of(const key_digest& key);

/// The field of a reservation in `reservations`, and its path in the document.
[[nodiscard]] std::string name_of(const uuid& reservation);
[[nodiscard]] std::string path_of(const uuid& reservation);

} // namespace cinema::booking::mongo
