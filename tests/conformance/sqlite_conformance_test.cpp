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
                .data = folder};
    }
};

} // namespace

CINEMA_BOOKING_CONFORMANCE(sqlite);
