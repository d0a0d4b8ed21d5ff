// Takes part in a race among processes on one SQLite file: sqlite_race_worker FILE TASK

#include <cinema/booking/adapters/sqlite.hpp>

#include "support/race_workers.hpp"

int main(int argc, char** argv)
{
    return cinema::tests::race_worker_main(
        argc, argv,
        [](const std::string& file)
        {
            // A turn may take long where many write and a disk is slow.
            return cinema::booking::open_sqlite_stores(
                       {.file = file, .timeout = std::chrono::minutes{1}})
                .value();
        });
}
