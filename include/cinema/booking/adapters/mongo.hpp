#pragma once

#include <cinema/booking/adapters/documents_claim.hpp>
#include <cinema/booking/adapters/original_reservation.hpp>
#include <cinema/booking/domain/log.hpp>
#include <cinema/booking/store/stores.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace cinema::booking
{

/// Where the database is, and how it is used.
struct mongo_params
{
    /// A connection string, `mongodb://…` or `mongodb+srv://…`, of a standalone server, a replica
    /// set or a sharded cluster. What it says of read preference, read and write concern and
    /// retries is not followed: primary, linearizable, majority with journal, none. All is kept in
    /// the database that it names, else in `cinema`.
    std::string uri;

    std::chrono::milliseconds timeout{store_timeout_default}; ///< 10 ms to 1 h.
    unsigned connections_max{8}; ///< So many calls may run at once. 1 to 200.
    /// Switches off, in the whole process and for good, what the driver itself writes to stderr.
    bool silences_driver{false};

    /// Speaks for the inventory elsewhere whose documents are kept here. Gets what this database
    /// has noted; notes this database, unless another one is noted here or there; returns what the
    /// inventory has noted. Called at the first contact, before anything but the database's name is
    /// written: where the two do not belong together nothing is. Its errors are those of the calls
    /// that wait for it. See `claim_by`.
    std::function<store_result<documents_claim>(const documents_claim& noted)> claim{};
    /// With `open_polyglot_stores`: has this database take the place of the one that has had the
    /// inventory's documents. No server may be running with that one; all reservations that the
    /// inventory has become documents anew.
    bool adopts_documents{false};

    log_function log{}; ///< The same line again only after five seconds or another one.
};

/// How many lanes suit these stores: two, so that a batch is decided while another is on its way.
[[nodiscard]] constexpr unsigned mongo_lanes_preferred() noexcept { return 2; }

/// Opens the three stores in one MongoDB database. A session with all that is live in it is one
/// document, so that no transaction over several is ever needed. A session may grow to 8 MiB, some
/// 20,000 reservations, beyond which a commit is session_full.
///
/// What is acknowledged has reached the journals of the majority. Any number of processes may use
/// the same database. Time is the database server's, asked for once a second.
///
/// The documents of reservations follow the commits by `stores::outbox`, which a `relay` empties.
///
/// Errors: invalid_request (a parameter breaks its limit; the URI is none), store_unavailable (no
/// server answers, or none is primary), store_failed (it refuses the user), storage_full,
/// schema_mismatch (made by a newer program). `params.log` gets a line that says more.
[[nodiscard]] store_result<stores> open_mongo_stores(mongo_params params);

/// Opens reservations and accounts in a MongoDB database, beside an inventory elsewhere, which is
/// null in what is returned: see `open_polyglot_stores`. A server that does not answer is no error,
/// unless `adopts_documents`: calls are store_unavailable until it does.
/// Errors: else as of `open_mongo_stores`; store_failed also where the database has the documents
/// of another inventory than the one that `params.claim` speaks for, or that one has its documents
/// elsewhere. If that is found out only later, it is the error of every call.
[[nodiscard]] store_result<stores> open_mongo_documents(mongo_params params);

/// Whether `open_mongo_documents` would take this database, but for the claim. Changes nothing.
/// Returns what the database has noted; nothing if it does not answer. Errors: as of that.
[[nodiscard]] store_result<documents_claim> check_mongo_documents(const mongo_params& params);

/// The reservations of the original Node.js program, from the database that the URI names, else
/// from `test`, as it did. They stay there. What cannot be read is told by `params.log` and left
/// out.
/// Errors: as of `open_mongo_stores`.
[[nodiscard]] store_result<std::vector<original_reservation>>
original_mongo_reservations(const mongo_params& params);

} // namespace cinema::booking
