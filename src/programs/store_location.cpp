#include "programs/store_location.hpp"

#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/adapters/mongo.hpp>
#include <cinema/booking/adapters/polyglot.hpp>
#include <cinema/booking/adapters/postgres.hpp>
#include <cinema/booking/adapters/sqlite.hpp>

#include "programs/usage_error.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <regex>

namespace cinema
{
namespace
{

constexpr std::string_view sqlite_scheme = "sqlite:";

[[noreturn]] void refuse(const store_location& where, const std::string& why)
{
    throw usage_error{where.from + ": cannot use the file " + where.file + ": " + why};
}

bool begins_with_any(std::string_view text, std::initializer_list<std::string_view> schemes)
{
    for (const auto scheme : schemes)
        if (text.starts_with(scheme))
            return true;
    return false;
}

/// The address, if this build can use it.
std::string required_postgres(const std::string& address)
{
#ifdef CINEMA_HAS_POSTGRES
    return address;
#else
    (void)address;
    throw usage_error{"this build has no PostgreSQL store; use --store sqlite:FILE or memory:, or "
                      "build with CINEMA_WITH_POSTGRES=ON"};
#endif
}

/// The same for MongoDB.
std::string required_mongo(const std::string& uri)
{
#ifdef CINEMA_HAS_MONGO
    return uri;
#else
    (void)uri;
    throw usage_error{"this build has no MongoDB store; use --store sqlite:FILE or memory:, or "
                      "build with CINEMA_WITH_MONGO=ON"};
#endif
}

bool names_mongo(std::string_view text)
{
    return begins_with_any(text, {"mongodb:", "mongodb+srv:"});
}

/// Why MongoDB has no schema to look at.
[[noreturn]] void refuse_schema(const store_location& where)
{
    throw usage_error{where.text
                      + ": MongoDB has no schema to migrate; the server makes the "
                        "indexes it needs when it starts"};
}

#ifdef CINEMA_HAS_POSTGRES
booking::postgres_params params_of(const store_location& where, const store_opening& how)
{
    return {.conninfo = where.address,
            .timeout = how.timeout,
            .migrate = how.migrate,
            .routing = how.routes_by_session ? booking::postgres_routing::session
                                             : booking::postgres_routing::batch,
            .original_time_zone = how.original_time_zone,
            .log = how.log};
}
#endif

#ifdef CINEMA_HAS_MONGO
booking::mongo_params mongo_params_of(const store_location& where, const store_opening& how)
{
    return {.uri = where.mongo,
            .timeout = how.timeout,
            .silences_driver = true,
            .adopts_documents = how.adopts_documents,
            .log = how.log};
}

booking::store_result<booking::stores> open_with_mongo(const store_location& where,
                                                       const store_opening& how)
{
#ifdef CINEMA_HAS_POSTGRES
    if (where.is_postgres())
        return booking::open_polyglot_stores(params_of(where, how), mongo_params_of(where, how));
#endif
    return booking::open_mongo_stores(mongo_params_of(where, how));
}
#endif

#ifdef CINEMA_HAS_POSTGRES
/// The parameters to change PostgreSQL's schema with, as MongoDB beside it wants it.
booking::store_result<booking::postgres_params> migrating_params_of(const store_location& where,
                                                                    const store_opening& how)
{
#ifdef CINEMA_HAS_MONGO
    if (!where.mongo.empty())
        return booking::postgres_beside_mongo(params_of(where, how), mongo_params_of(where, how));
#endif
    return params_of(where, how);
}

booking::store_result<std::vector<booking::schema_migration>>
migrated_postgres(const store_location& where, const store_opening& how)
{
    const auto params = migrating_params_of(where, how);
    if (!params)
        return params.error();
    return booking::migrate_postgres(*params);
}
#endif

} // namespace

std::string without_password(const std::string& address)
{
    // Up to the last @: libpq takes a password as it is written, with / ? and # in it.
    static const std::regex before_host{"^([a-z+]+://[^:/@?#]*:).*@"};
    static const std::regex parameter{
        "((password|authMechanismProperties)[ ]*=[ ]*)('([^'\\\\]|\\\\.)*'|[^ &]*)",
        std::regex::ECMAScript | std::regex::icase};
    return std::regex_replace(std::regex_replace(address, before_host, "$1***@"), parameter,
                              "$1***");
}

namespace
{

store_location parse_both(const std::string& text, const std::string& documents,
                          const store_origins& from)
{
    auto both = parse_store(text, {}, from);
    if (!both.is_postgres())
        throw usage_error{from.documents
                          + " goes only beside a PostgreSQL store: name one with --store or "
                            "POSTGRES_URL"};
    if (!names_mongo(documents))
        throw usage_error{from.documents + ": this is no store for documents; use mongodb://"};
    both.mongo = required_mongo(documents);
    both.text += " and " + without_password(documents);
    both.from += " and " + from.documents;
    return both;
}

/// Why `text` names no store.
[[noreturn]] void refuse_store(const std::string& text, const std::string& from)
{
    if (text == sqlite_scheme)
        throw usage_error{from + ": sqlite: needs the name of a file, as in sqlite:cinema.db"};
    const auto scheme = text.substr(0, text.find(':'));
    const bool is_word = scheme.size() < text.size() && scheme.size() <= 20
                         && scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz+") == scheme.npos;
    throw usage_error{from + ": " + (is_word ? '\'' + scheme + '\'' : "this")
                      + " is no store; use sqlite:FILE, postgresql://, mongodb:// or memory:"};
}

} // namespace

store_location parse_store(const std::string& text, const std::string& documents,
                           const store_origins& from)
{
    if (!documents.empty())
        return parse_both(text, documents, from);
    if (text == "memory:" || text == "memory")
        return {.text = "memory:", .from = from.store};
    if (text.starts_with(sqlite_scheme) && text.size() > sqlite_scheme.size())
        return {.text = text, .from = from.store, .file = text.substr(sqlite_scheme.size())};
    if (begins_with_any(text, {"postgres:", "postgresql:"}))
        return {
            .text = without_password(text), .from = from.store, .address = required_postgres(text)};
    if (names_mongo(text))
        return {.text = without_password(text), .from = from.store, .mongo = required_mongo(text)};
    refuse_store(text, from.store);
}

void check_place(const store_location& where, bool must_exist)
{
    namespace fs = std::filesystem;
    if (!where.is_file())
        return;
    const fs::path file{where.file};
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path{"."};
    std::error_code error;
    if (!fs::is_directory(folder, error))
        refuse(where, "there is no folder " + folder.string());
    const auto status = fs::status(file, error);
    if (!fs::exists(status))
    {
        if (must_exist)
            refuse(where, "it does not exist");
        if (::access(folder.c_str(), W_OK | X_OK) != 0)
            refuse(where, "the folder " + folder.string() + ": " + std::strerror(errno));
        return;
    }
    if (!fs::is_regular_file(status))
        refuse(where, "it is no regular file");
    if (::access(file.c_str(), R_OK | W_OK) != 0)
        refuse(where, std::strerror(errno));
}

booking::store_result<booking::stores> open_stores(const store_location& where,
                                                   const store_opening& how)
{
    if (where.is_memory())
        return booking::make_memory_stores();
#ifdef CINEMA_HAS_MONGO
    if (!where.mongo.empty())
        return open_with_mongo(where, how);
#endif
#ifdef CINEMA_HAS_POSTGRES
    if (where.is_postgres())
        return booking::open_postgres_stores(params_of(where, how));
#endif
    return booking::open_sqlite_stores(
        {.file = where.file, .timeout = how.timeout, .migrate = how.migrate, .log = how.log});
}

booking::store_result<std::vector<booking::schema_migration>> schema_of(const store_location& where,
                                                                        const store_opening& how)
{
#ifdef CINEMA_HAS_POSTGRES
    if (where.is_postgres())
        return how.migrate ? migrated_postgres(where, how)
                           : booking::postgres_migrations(params_of(where, how));
#endif
    if (!where.is_file())
        refuse_schema(where);
    const booking::sqlite_params params{.file = where.file, .timeout = how.timeout, .log = how.log};
    return how.migrate ? booking::migrate_sqlite(params) : booking::sqlite_migrations(params);
}

booking::store_result<std::vector<booking::schema_migration>>
undo_migration(const store_location& where, const store_opening& how)
{
#ifdef CINEMA_HAS_POSTGRES
    if (where.is_postgres())
        return booking::undo_postgres_migration(params_of(where, how));
#endif
    (void)how;
    if (!where.is_file())
        refuse_schema(where);
    throw usage_error{where.text
                      + ": the steps of an SQLite file's schema cannot be taken back; "
                        "keep a copy of the file before you migrate it"};
}

booking::store_result<std::string> pending_sql(const store_location& where,
                                               const store_opening& how)
{
#ifdef CINEMA_HAS_POSTGRES
    if (where.is_postgres())
    {
        const auto params = migrating_params_of(where, how);
        if (!params)
            return params.error();
        return booking::pending_postgres_sql(*params);
    }
#endif
    (void)how;
    if (!where.is_file())
        refuse_schema(where);
    throw usage_error{"--dry-run: " + where.text
                      + " is an SQLite file; migrate status lists the steps to be done"};
}

std::string_view store_name(const store_location& where) noexcept
{
    if (where.is_postgres())
        return where.mongo.empty() ? "postgresql" : "postgresql+mongodb";
    return where.is_memory() ? "memory" : where.is_file() ? "sqlite" : "mongodb";
}

unsigned lanes_preferred(const store_location& where) noexcept
{
#ifdef CINEMA_HAS_POSTGRES
    if (!where.address.empty())
        return booking::postgres_lanes_preferred();
#endif
    return where.mongo.empty() ? 1 : booking::mongo_lanes_preferred();
}

} // namespace cinema
