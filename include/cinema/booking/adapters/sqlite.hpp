#pragma once

#include <cinema/booking/adapters/schema_migration.hpp>
#include <cinema/booking/domain/log.hpp>
#include <cinema/booking/store/stores.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace cinema::booking
{

/// Where the file is, and how it is used.
struct sqlite_params
{
    /// Made with its schema if it is not there, readable by its owner only; the folder must exist.
    /// Beside it SQLite keeps FILE-wal and FILE-shm, which belong to it: who copies, moves or
    /// restores the file stops all programs that use it first.
    std::string file;

    std::chrono::milliseconds timeout{store_timeout_default}; ///< 1 ms to 1 h.
    unsigned readers_max{4}; ///< So many calls may read at once, beside one that writes. 1 to 64.
    bool migrate{true};      ///< Brings the schema up to date; else an older one is an error.
    std::uint32_t pages_max{0}; ///< To so many pages of 4 KiB the file may grow. 0: no limit.

    std::function<time_point()> clock{host_now}; ///< The stores' time. Must not throw.

    log_function log{}; ///< The same line again only after five seconds or another one.
};

/// Opens the three stores in one SQLite file. What they acknowledge is on the disk (write-ahead
/// log, `synchronous=FULL`). Several processes of one host may use the same file: one writes at a
/// time, the others wait for it up to the timeout. It must not lie on a network file system.
///
/// While the file is not at its place any more (moved, replaced, removed), calls fail with
/// store_unavailable.
///
/// Errors: invalid_request (a parameter breaks its limit), store_unavailable (the file cannot be
/// opened now: no such folder, no permission, locked by others for longer than the timeout),
/// store_failed (no SQLite database, corrupt, read-only), storage_full, schema_mismatch (another
/// program's database; a newer or edited schema; an older one, without `migrate`).
/// `params.log` gets a line that says more.
[[nodiscard]] store_result<stores> open_sqlite_stores(sqlite_params params);

/// The steps of the schema that this program knows, and which of them the file has. Changes nothing
/// and makes no file. Errors: as for `open_sqlite_stores`.
[[nodiscard]] store_result<std::vector<schema_migration>>
sqlite_migrations(const sqlite_params& params);

/// Brings the file's schema up to date, all of it or nothing, whatever `params.migrate` says; makes
/// the file if it is not there. Returns what `sqlite_migrations` would then.
/// Errors: as for `open_sqlite_stores`.
[[nodiscard]] store_result<std::vector<schema_migration>>
migrate_sqlite(const sqlite_params& params);

} // namespace cinema::booking
