#include "sqlstate.hpp"

#include <algorithm>
#include <array>

// The codes are those of appendix A of PostgreSQL's manual; the first two characters are the class.
namespace cinema::booking::postgres
{
namespace
{

template <std::size_t Size>
bool is_any(std::string_view sqlstate, const std::array<std::string_view, Size>& of) noexcept
{
    return std::ranges::find(of, sqlstate) != of.end();
}

// Others keep rows that are needed; the server and the connection are well.
constexpr std::array<std::string_view, 5> contended{
    idle_too_long, // we kept them ourselves
    "40001",       // serialization_failure
    "40P01",       // deadlock_detected
    "55P03",       // lock_not_available
    "57014"};      // query_canceled, as by statement_timeout: too much at once, or a slow moment

constexpr std::array<std::string_view, 5> passing{
    "53300",  // too_many_connections
    "57P01",  // admin_shutdown
    "57P02",  // crash_shutdown
    "57P03",  // cannot_connect_now
    "25006"}; // read_only_sql_transaction: no primary any more

constexpr std::array<std::string_view, 5> breaking{"57P01", "57P02", "57P03", "57P05", "25006"};

/// The server's own troubles with others, as of a foreign table: this connection is well.
bool is_contact_elsewhere(std::string_view sqlstate) noexcept { return sqlstate.starts_with("08"); }

} // namespace

errc meaning(std::string_view sqlstate) noexcept
{
    if (sqlstate == "53100") // disk_full
        return errc::storage_full;
    if (is_any(sqlstate, passing))
        return errc::store_unavailable;
    if (is_contact_elsewhere(sqlstate) || is_any(sqlstate, contended))
        return errc::busy;
    return errc::store_failed;
}

errc meaning_at_connecting(std::string_view sqlstate) noexcept
{
    const auto error = meaning(sqlstate);
    return error == errc::busy ? errc::store_unavailable : error;
}

bool leaves_doubt(std::string_view sqlstate) noexcept
{
    return sqlstate == "08007"     // transaction_resolution_unknown
           || sqlstate == "40003"; // statement_completion_unknown
}

bool breaks_connection(std::string_view sqlstate) noexcept
{
    return is_any(sqlstate, breaking) || sqlstate == "26000" // a prepared statement is gone
           || sqlstate == "42P05";                           // or already there
}

const char* advice(std::string_view sqlstate) noexcept
{
    if (sqlstate == "26000" || sqlstate == "42P05")
        return "is a pgbouncer with pool_mode = transaction in between? Set it to session";
    if (sqlstate == "3D000")
        return "make the database first, as with createdb";
    if (sqlstate.starts_with("28"))
        return "see to the user's name, password and rights";
    if (sqlstate == "42501")
        return "the user needs the right to create tables in the schema, or to use them";
    if (sqlstate == "53100")
        return "no space is left: make room on the server's disk";
    if (sqlstate == "53300")
        return "raise max_connections, or use fewer connections";
    return "";
}

} // namespace cinema::booking::postgres
