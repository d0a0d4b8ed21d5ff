#include "failure.hpp"

#include <sqlite3.h>

#include <cerrno>

namespace cinema::booking::sqlite
{
namespace
{

constexpr int primary(int result_code) noexcept { return result_code & 0xFF; }

bool is_no_space(int system_error) noexcept
{
#ifdef EDQUOT
    if (system_error == EDQUOT)
        return true;
#endif
    return system_error == ENOSPC;
}

} // namespace

errc meaning(int result_code, int system_error) noexcept
{
    switch (primary(result_code))
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return errc::busy;
    case SQLITE_PROTOCOL:
    case SQLITE_CANTOPEN:
    case SQLITE_INTERRUPT: return errc::store_unavailable;
    case SQLITE_FULL: return errc::storage_full;
    case SQLITE_IOERR: return is_no_space(system_error) ? errc::storage_full : errc::store_failed;
    default: return errc::store_failed;
    }
}

errc meaning_at_commit(int result_code, int system_error) noexcept
{
    switch (primary(result_code))
    {
    case SQLITE_BUSY: return errc::busy;
    case SQLITE_CONSTRAINT: return errc::store_failed;
    case SQLITE_FULL: return errc::storage_full;
    case SQLITE_IOERR:
        // A quota stops a write before its end. Of any other error, above all of a failed sync, the
        // pages may be in the log already.
        return result_code == SQLITE_IOERR_WRITE && is_no_space(system_error)
                   ? errc::storage_full
                   : errc::outcome_unknown;
    default: return errc::outcome_unknown;
    }
}

bool breaks_connection(int result_code) noexcept
{
    switch (primary(result_code))
    {
    case SQLITE_BUSY:
    case SQLITE_CONSTRAINT:
    case SQLITE_FULL:
    case SQLITE_INTERRUPT:
    case SQLITE_LOCKED:
    case SQLITE_TOOBIG: return false;
    default: return true;
    }
}

const char* advice(int result_code) noexcept
{
    switch (primary(result_code))
    {
    case SQLITE_BUSY: return "other processes kept it locked for longer than the timeout";
    case SQLITE_CANTOPEN:
        return "it cannot be opened: its folder must exist, and both must be readable and writable";
    case SQLITE_CORRUPT: return "it is damaged: stop the program and restore a backup";
    case SQLITE_FULL: return "no space is left: make room on the disk, or raise the page limit";
    case SQLITE_IOERR: return "the disk or its file system failed";
    case SQLITE_NOTADB: return "it is not an SQLite database: name another file";
    case SQLITE_READONLY: return "it cannot be written: see to its permissions and its folder's";
    default: return "";
    }
}

} // namespace cinema::booking::sqlite
