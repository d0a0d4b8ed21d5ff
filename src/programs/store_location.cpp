#include "programs/store_location.hpp"

#include <cinema/booking/adapters/memory.hpp>
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

[[noreturn]] void refuse(const std::string& file, const std::string& why)
{
    throw usage_error{"--store: cannot use the file " + file + ": " + why};
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

#ifdef CINEMA_HAS_POSTGRES
booking::postgres_params params_of(const store_location& where, const store_opening& how)
{
    return {.conninfo = where.address,
            .migrate = how.migrate,
            .routing = how.routes_by_session ? booking::postgres_routing::session
                                             : booking::postgres_routing::batch,
            .original_time_zone = how.original_time_zone,
            .log = how.log};
}
#endif

} // namespace

std::string without_password(const std::string& address)
{
    // Up to the last @: libpq takes a password as it is written, with / ? and # in it.
    static const std::regex before_host{"^([a-z+]+://[^:/@?#]*:).*@"};
    static const std::regex parameter{"(password[ ]*=[ ]*)('([^'\\\\]|\\\\.)*'|[^ &]*)"};
    return std::regex_replace(std::regex_replace(address, before_host, "$1***@"), parameter,
                              "$1***");
}

store_location parse_store(const std::string& text)
{
    if (text == "memory:" || text == "memory")
        return {.text = "memory:"};
    if (text.starts_with(sqlite_scheme) && text.size() > sqlite_scheme.size())
        return {.text = text, .file = text.substr(sqlite_scheme.size())};
    if (begins_with_any(text, {"postgres:", "postgresql:"}))
        return {.text = without_password(text), .address = required_postgres(text)};
    // Such an address may hold a password: it is not repeated.
    if (begins_with_any(text, {"mongodb:", "mongodb+srv:"}))
        throw usage_error{
            "this build has no MongoDB store; use --store sqlite:FILE, postgresql:// or memory:"};
    if (text == sqlite_scheme)
        throw usage_error{"--store: sqlite: needs the name of a file, as in sqlite:cinema.db"};
    const auto scheme = text.substr(0, text.find(':'));
    const bool is_word = scheme.size() < text.size() && scheme.size() <= 20
                         && scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz+") == scheme.npos;
    throw usage_error{"--store: " + (is_word ? '\'' + scheme + '\'' : "this")
                      + " is no store; use sqlite:FILE, postgresql:// or memory:"};
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
        refuse(where.file, "there is no folder " + folder.string());
    const auto status = fs::status(file, error);
    if (!fs::exists(status))
    {
        if (must_exist)
            refuse(where.file, "it does not exist");
        if (::access(folder.c_str(), W_OK | X_OK) != 0)
            refuse(where.file, "the folder " + folder.string() + ": " + std::strerror(errno));
        return;
    }
    if (!fs::is_regular_file(status))
        refuse(where.file, "it is no regular file");
    if (::access(file.c_str(), R_OK | W_OK) != 0)
        refuse(where.file, std::strerror(errno));
}

booking::store_result<booking::stores> open_stores(const store_location& where,
                                                   const store_opening& how)
{
    if (where.is_memory())
        return booking::make_memory_stores();
#ifdef CINEMA_HAS_POSTGRES
    if (!where.is_file())
        return booking::open_postgres_stores(params_of(where, how));
#endif
    return booking::open_sqlite_stores(
        {.file = where.file, .migrate = how.migrate, .log = how.log});
}

booking::store_result<std::vector<booking::schema_migration>> schema_of(const store_location& where,
                                                                        const store_opening& how)
{
#ifdef CINEMA_HAS_POSTGRES
    if (!where.is_file())
        return how.migrate ? booking::migrate_postgres(params_of(where, how))
                           : booking::postgres_migrations(params_of(where, how));
#endif
    const booking::sqlite_params params{.file = where.file, .log = how.log};
    return how.migrate ? booking::migrate_sqlite(params) : booking::sqlite_migrations(params);
}

booking::store_result<std::vector<booking::schema_migration>>
undo_migration(const store_location& where, const store_opening& how)
{
#ifdef CINEMA_HAS_POSTGRES
    if (!where.is_file())
        return booking::undo_postgres_migration(params_of(where, how));
#endif
    (void)how;
    throw usage_error{where.text
                      + ": the steps of an SQLite file's schema cannot be taken back; "
                        "keep a copy of the file before you migrate it"};
}

booking::store_result<std::string> pending_sql(const store_location& where,
                                               const store_opening& how)
{
#ifdef CINEMA_HAS_POSTGRES
    if (!where.is_file())
        return booking::pending_postgres_sql(params_of(where, how));
#endif
    (void)how;
    throw usage_error{"--dry-run: " + where.text
                      + " is an SQLite file; migrate status lists the steps to be done"};
}

std::string_view store_name(const store_location& where) noexcept
{
    return where.is_memory() ? "memory" : where.is_file() ? "sqlite" : "postgresql";
}

unsigned lanes_preferred(const store_location& where) noexcept
{
#ifdef CINEMA_HAS_POSTGRES
    if (!where.address.empty())
        return booking::postgres_lanes_preferred();
#endif
    (void)where;
    return 1;
}

} // namespace cinema
