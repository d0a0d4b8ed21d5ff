#include <cinema/booking/adapters/sqlite.hpp>
#include <cinema/booking/testing/conformance.hpp>

#include "support/piped_process.hpp"
#include "support/temporary_folder.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace
{

namespace booking = cinema::booking;
using cinema::tests::piped_process;
using cinema::tests::temporary_folder;

booking::stores open(const std::string& file)
{
    // A turn may take long where many write and a disk is slow.
    return booking::open_sqlite_stores({.file = file, .timeout = std::chrono::minutes{1}}).value();
}

std::vector<std::string> run_workers(const std::string& file, std::span<const std::string> tasks)
{
    const auto program =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "sqlite_race_worker";
    std::vector<std::unique_ptr<piped_process>> workers;
    for (const auto& task : tasks)
        workers.push_back(std::make_unique<piped_process>(
            std::vector<std::string>{program.string(), file, task}));
    for (const auto& worker : workers)
        REQUIRE(worker->read_line() == "ready");
    for (const auto& worker : workers)
        worker->write("\n");
    std::vector<std::string> written;
    for (const auto& worker : workers)
    {
        written.push_back(worker->read_rest());
        CHECK(worker->wait() == 0);
    }
    return written;
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
                { return run_workers(file, tasks); },
                .data = folder};
    }
};

} // namespace

CINEMA_BOOKING_CONFORMANCE(sqlite);
