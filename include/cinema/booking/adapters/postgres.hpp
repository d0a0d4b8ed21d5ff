#pragma once

#include <cinema/booking/adapters/documents_claim.hpp>
#include <cinema/booking/adapters/original_reservation.hpp>
#include <cinema/booking/adapters/schema_migration.hpp>
#include <cinema/booking/domain/log.hpp>
#include <cinema/booking/store/stores.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace cinema::booking
{

/// How a batch of changes goes to the database, in one round trip and one transaction either way.
enum class postgres_routing : std::uint8_t
{
    batch,   ///< One statement for all: the fastest where one server has all the data.
    session, ///< One statement for each session, for engines that shard by it, as Citus does.
};

/// Where the database is, and how it is used.
struct postgres_params
{
    /// As for PQconnectdb(): `postgresql://…` or `host=… dbname=…`. Several hosts are tried one
    /// after the other until one takes writes. All is made and found in the first schema of
    /// `search_path`. The database's encoding must be UTF8.
    std::string conninfo;

    std::chrono::milliseconds timeout{store_timeout_default}; ///< 10 ms to 1 h.
    unsigned connections_max{8}; ///< So many calls may run at once. 1 to 200.
    bool migrate{true};          ///< Brings the schema up to date; else an older one is an error.
    postgres_routing routing{postgres_routing::batch};

    /// Has the database note in the same transaction which reservations were changed, whoever does
    /// so, for another reservation store: `stores::outbox`. The first time this is set, the role
    /// has to own the tables, and every reservation that is there is noted. From then on the
    /// database is not opened without it, and documents of accounts are not kept beyond what
    /// `inventory_store::purge` leaves. Needs two connections.
    bool queues_documents{false};

    /// Which inventory the other reservation store has noted as its own, see `documents_claim`. In
    /// any other database that `queues_documents` is new is store_failed, and changes nothing.
    /// Empty: it has noted none.
    std::string queueing_only_for{};

    /// Forgets which database has its documents, before another one takes its place, and notes all
    /// reservations for that one.
    bool forgets_documents{false};

    /// The IANA name of the time zone in which the original Node.js program's showtimes are meant,
    /// and of its halls. Only asked for where its tables are taken over.
    std::string original_time_zone{"UTC"};

    /// Gives the reservations that the original program kept elsewhere. Only called where its
    /// tables are taken over; what is wrong with one of them is told by `log`.
    std::function<store_result<std::vector<original_reservation>>()> original_reservations{};

    /// Uses a server whose `fsync`, `full_page_writes` or `synchronous_commit` is off, which may
    /// lose what was acknowledged.
    bool allows_unsafe_durability{false};

    log_function log{}; ///< The same line again only after five seconds or another one.
};

/// How many lanes suit these stores: one on a host with two processors or fewer, where larger
/// batches are worth more than a second commit on its way; else two.
[[nodiscard]] inline unsigned postgres_lanes_preferred() noexcept
{
    return std::thread::hardware_concurrency() > 2 ? 2 : 1;
}

/// Opens the three stores in one PostgreSQL database, version 13 or newer. What they acknowledge is
/// as durable as the server's settings say, which must not be switched off. Any number of processes
/// may use the same database. Behind pgbouncer, its pool_mode must be session.
///
/// Time is the database server's. A lost connection is replaced by itself, the others are kept.
///
/// Where `migrate` meets the tables of the original Node.js program (halls, seats, sessions), it
/// takes them over: halls, seats and sessions keep their ids, sessions their versions; seats that
/// are not among a session's free ones are sold, by the reservations that `original_reservations`
/// names, else each by a reservation of a guest "original". The tables themselves are kept, in a
/// new schema that is named as theirs with "_original" at its end.
/// All of it happens or nothing does. Contradictions are told by `log`, a hundred of them at most.
///
/// Errors: invalid_request (a parameter breaks its limit; the original's tables, and no such time
/// zone), store_unavailable (no server answers, or none takes writes), store_failed (it refuses the
/// user or has no such database; durability is switched off; another encoding than UTF8; pgbouncer
/// in transaction mode; its documents are kept elsewhere, and `queues_documents` is not set),
/// storage_full, schema_mismatch (tables of another program; the original's, with contradictions in
/// them; a newer or edited schema; an older one, without `migrate`). `params.log` gets a line that
/// says more.
[[nodiscard]] store_result<stores> open_postgres_stores(postgres_params params);

/// The steps of the schema that this program knows, and which of them the database has. Changes
/// nothing. Errors: as for `open_postgres_stores`.
[[nodiscard]] store_result<std::vector<schema_migration>>
postgres_migrations(const postgres_params& params);

/// Brings the schema up to date, all of it or nothing, whatever `params.migrate` says. Of several
/// that do so at once, one does. Returns what `postgres_migrations` would then.
/// Errors: as for `open_postgres_stores`.
[[nodiscard]] store_result<std::vector<schema_migration>>
migrate_postgres(const postgres_params& params);

/// What `migrate_postgres` would run, as SQL; empty if nothing. Changes nothing. Errors: as for
/// `open_postgres_stores`.
[[nodiscard]] store_result<std::string> pending_postgres_sql(const postgres_params& params);

/// Takes the last step of the schema back, with all that it holds: behind the first step all data
/// are gone. Returns what `postgres_migrations` would then. Errors: as for `open_postgres_stores`.
[[nodiscard]] store_result<std::vector<schema_migration>>
undo_postgres_migration(const postgres_params& params);

} // namespace cinema::booking
