#include <cinema/booking/adapters/sqlite.hpp>
#include <cinema/booking/testing/conformance.hpp>

#include "support/race_workers.hpp"
#include "support/ran_against.hpp"
#include "support/temporary_folder.hpp"

#include <sqlite3.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace
{

namespace booking = cinema::booking;
using cinema::tests::temporary_folder;

const cinema::tests::ran_against named{[]
                                       { return std::string{"SQLite "} + sqlite3_libversion(); }};

booking::stores open(const std::string& file)
{
    // A turn may take long where many write and a disk is slow.
    return booking::open_sqlite_stores({.file = file, .timeout = std::chrono::minutes{1}}).value();
}

/// Copies one file's data over another's, as the sqlite3 program's .backup and .restore do.
void copy(const std::string& from, const std::string& to)
{
    sqlite3* source = nullptr;
    sqlite3* target = nullptr;
    REQUIRE(sqlite3_open(from.c_str(), &source) == SQLITE_OK);
    REQUIRE(sqlite3_open(to.c_str(), &target) == SQLITE_OK);
    sqlite3_backup* const copying = sqlite3_backup_init(target, "main", source, "main");
    REQUIRE(copying != nullptr);
    CHECK(sqlite3_backup_step(copying, -1) == SQLITE_DONE);
    CHECK(sqlite3_backup_finish(copying) == SQLITE_OK);
    sqlite3_close(source);
    sqlite3_close(target);
}

struct sqlite
{
    static constexpr bool shares_among_processes = true;

    static booking::testing::fixture make()
    {
        const auto folder = std::make_shared<temporary_folder>();
        const auto file = (folder->path() / "cinema.db").string();
        return {.stores = open(file),
                .open_again = [file] { return open(file); },
                .run_workers = [file](std::span<const std::string> tasks)
                { return cinema::tests::run_race_workers("sqlite_race_worker", file, tasks); },
                .save =
                    [file]
                {
                    copy(file, file + ".saved");
                    return [file] { copy(file + ".saved", file); };
                },
                .data = folder};
    }
};

} // namespace

CINEMA_BOOKING_CONFORMANCE(sqlite);
