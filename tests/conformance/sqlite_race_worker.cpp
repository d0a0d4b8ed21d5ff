// Takes part in a race among processes on one SQLite file: sqlite_race_worker FILE TASK

#include <cinema/booking/adapters/sqlite.hpp>
#include <cinema/booking/testing/race_worker.hpp>

#include <exception>
#include <iostream>

int main(int argc, char** argv)
{
    namespace booking = cinema::booking;
    if (argc != 3)
        return 2;
    try
    {
        // A turn may take long where many write and a disk is slow.
        const auto stores =
            booking::open_sqlite_stores({.file = argv[1], .timeout = std::chrono::minutes{1}})
                .value();
        const auto task = booking::testing::race_task::parse(argv[2]);
        booking::testing::run_race_worker(stores, task, std::cin, std::cout);
        return 0;
    }
    catch (const std::exception& error)
    {
        std::cout << error.what() << std::endl;
        return 1;
    }
}
