#pragma once

#include <cinema/booking/adapters/schema_migration.hpp>
#include <cinema/booking/domain/log.hpp>
#include <cinema/booking/store/stores.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace cinema
{

/// Where stores are, as `--store` and `--documents` name them. Of file and address, at most one is
/// there.
struct store_location
{
    std::string text{};          ///< As it was given, without passwords.
    std::string from{"--store"}; ///< Where it was given, for people.
    std::string file{};          ///< Of SQLite.
    std::string address{};       ///< Of PostgreSQL, with its password.
    /// Of MongoDB, with its password: for all, or beside PostgreSQL for accounts and documents.
    std::string mongo{};

    [[nodiscard]] bool is_file() const noexcept { return !file.empty(); }
    [[nodiscard]] bool is_postgres() const noexcept { return !address.empty(); }
    [[nodiscard]] bool is_memory() const noexcept
    {
        return file.empty() && address.empty() && mongo.empty();
    }
    /// Whether reservations become documents later than they are made.
    [[nodiscard]] bool has_outbox() const noexcept { return !mongo.empty(); }
    /// Whether several servers may use them at once.
    [[nodiscard]] bool is_shared() const noexcept { return !address.empty() || !mongo.empty(); }
};

/// Where stores were named, for people, as in "--store" or "POSTGRES_URL".
struct store_origins
{
    std::string store{"--store"};
    std::string documents{"--documents"};
};

/// Understands `memory:`, `sqlite:FILE`, `postgresql://…` and `mongodb://…`, and beside PostgreSQL
/// `mongodb://…` for the documents, unless that is empty. Errors: throws usage_error, also where
/// this build has no such store.
[[nodiscard]] store_location parse_store(const std::string& text, const std::string& documents = {},
                                         const store_origins& from = {});

/// A store's address with its passwords hidden: user:password@host, and password=… in either of
/// libpq's forms.
[[nodiscard]] std::string without_password(const std::string& address);

/// Where an SQLite file cannot be opened for a reason that does not pass by waiting (no such
/// folder, no permission, a folder in its place), throws usage_error. `must_exist`: also where it
/// is not there.
void check_place(const store_location& where, bool must_exist);

/// How stores are opened.
struct store_opening
{
    bool migrate{};           ///< Brings an older schema up to date, else that is an error.
    bool routes_by_session{}; ///< As booking::postgres_routing has it.
    bool adopts_documents{};  ///< As booking::mongo_params has it.
    /// As booking::postgres_params has it.
    std::string original_time_zone{"UTC"};
    std::chrono::milliseconds timeout{booking::store_timeout_default}; ///< Of each call.
    booking::log_function log{}; ///< Gets a line that says more of an error.
};

/// Opens the stores. Errors: as open_sqlite_stores, open_postgres_stores, open_mongo_stores and
/// open_polyglot_stores.
[[nodiscard]] booking::store_result<booking::stores> open_stores(const store_location& where,
                                                                 const store_opening& how);

/// The steps of the schema of a store that lasts, brought up to date before if `how.migrate`.
/// Errors: as open_stores. Pre: it is not in memory.
[[nodiscard]] booking::store_result<std::vector<booking::schema_migration>>
schema_of(const store_location& where, const store_opening& how);

/// The same after the last step was taken back. Errors: also usage_error, where that cannot be.
[[nodiscard]] booking::store_result<std::vector<booking::schema_migration>>
undo_migration(const store_location& where, const store_opening& how);

/// The SQL that bringing the schema up to date would run. Errors: as undo_migration.
[[nodiscard]] booking::store_result<std::string> pending_sql(const store_location& where,
                                                             const store_opening& how);

/// What `stores::name` will be, and how many lanes they will prefer.
[[nodiscard]] std::string_view store_name(const store_location& where) noexcept;
[[nodiscard]] unsigned lanes_preferred(const store_location& where) noexcept;

} // namespace cinema
