#pragma once

#include <cinema/booking/testing/race_worker.hpp>

#include "support/piped_process.hpp"

#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace cinema::tests
{

/// `fixture::run_workers` by a program that lies beside this one and gets `place` and a task.
inline std::vector<std::string> run_race_workers(const std::string& program,
                                                 const std::string& place,
                                                 std::span<const std::string> tasks)
{
    const auto file = std::filesystem::read_symlink("/proc/self/exe").parent_path() / program;
    std::vector<std::unique_ptr<piped_process>> workers;
    for (const auto& task : tasks)
        workers.push_back(
            std::make_unique<piped_process>(std::vector<std::string>{file.string(), place, task}));
    for (const auto& worker : workers)
        if (const auto line = worker->read_line(); line != "ready")
            throw std::runtime_error{program + " is not ready: " + line};
    for (const auto& worker : workers)
        worker->write("\n");
    std::vector<std::string> written;
    for (const auto& worker : workers)
    {
        written.push_back(worker->read_rest());
        if (worker->wait() != 0)
            throw std::runtime_error{program + " failed: " + written.back()};
    }
    return written;
}

/// The main function of such a program: PROGRAM PLACE TASK. Returns its exit code.
inline int race_worker_main(int argc, char** argv,
                            const std::function<booking::stores(const std::string& place)>& open)
{
    if (argc != 3)
        return 2;
    try
    {
        const auto stores = open(argv[1]);
        booking::testing::run_race_worker(stores, booking::testing::race_task::parse(argv[2]),
                                          std::cin, std::cout);
        return 0;
    }
    catch (const std::exception& error)
    {
        std::cout << error.what() << std::endl;
        return 1;
    }
}

} // namespace cinema::tests
