#include "sqlite/failure.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <cerrno>

using namespace cinema::booking;
using namespace cinema::booking::sqlite;

TEST_CASE("failures: before COMMIT nothing has changed, whatever went wrong")
{
    for (int code = 1; code < 4'096; ++code)
        for (const int system_error : {0, EIO, ENOSPC, EDQUOT})
            CHECK(meaning(code, system_error) != errc::outcome_unknown);

    CHECK(meaning(SQLITE_BUSY, 0) == errc::busy);
    CHECK(meaning(SQLITE_BUSY_RECOVERY, 0) == errc::busy);
    CHECK(meaning(SQLITE_CANTOPEN, ENOENT) == errc::store_unavailable);
    CHECK(meaning(SQLITE_FULL, 0) == errc::storage_full);
    CHECK(meaning(SQLITE_IOERR_SHMSIZE, ENOSPC) == errc::storage_full);
    CHECK(meaning(SQLITE_IOERR_WRITE, EDQUOT) == errc::storage_full);
    CHECK(meaning(SQLITE_IOERR_READ, EIO) == errc::store_failed);
    CHECK(meaning(SQLITE_CORRUPT_INDEX, 0) == errc::store_failed);
    CHECK(meaning(SQLITE_CONSTRAINT_FOREIGNKEY, 0) == errc::store_failed);
}

TEST_CASE("failures: at COMMIT only what cannot have been written is definite")
{
    CHECK(meaning_at_commit(SQLITE_BUSY, 0) == errc::busy);
    CHECK(meaning_at_commit(SQLITE_CONSTRAINT_FOREIGNKEY, 0) == errc::store_failed);
    CHECK(meaning_at_commit(SQLITE_FULL, ENOSPC) == errc::storage_full);
    CHECK(meaning_at_commit(SQLITE_IOERR_WRITE, EDQUOT) == errc::storage_full);

    CHECK(meaning_at_commit(SQLITE_IOERR_WRITE, EIO) == errc::outcome_unknown);
    CHECK(meaning_at_commit(SQLITE_IOERR_FSYNC, EIO) == errc::outcome_unknown);
    CHECK(meaning_at_commit(SQLITE_IOERR_FSYNC, ENOSPC) == errc::outcome_unknown);
    CHECK(meaning_at_commit(SQLITE_IOERR_SHMSIZE, ENOSPC) == errc::outcome_unknown);
    CHECK(meaning_at_commit(SQLITE_NOMEM, 0) == errc::outcome_unknown);
    CHECK(meaning_at_commit(SQLITE_CORRUPT, 0) == errc::outcome_unknown);
}

TEST_CASE("failures: a connection is kept where only the call was at fault")
{
    for (const int code : {SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_FULL,
                           SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_LOCKED})
        CHECK(!breaks_connection(code));
    for (const int code : {SQLITE_IOERR_FSYNC, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_CANTOPEN,
                           SQLITE_READONLY_DBMOVED, SQLITE_NOMEM, SQLITE_MISUSE})
        CHECK(breaks_connection(code));
}
