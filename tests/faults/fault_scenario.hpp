#pragma once

#include "faults/load_checks.hpp"
#include "faults/load_run.hpp"
#include "support/server_process.hpp"
#include "support/temporary_folder.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cinema::tests
{

/// Servers and the stores they share.
struct scenario_params
{
    std::string store{};
    std::string documents{}; ///< A URI of MongoDB, if that has the documents.
    std::size_t servers{1};
    std::size_t sessions{8};
    std::string hall{"20x50"};
    std::int64_t hall_seats{1'000};
    /// Waits until the documents have caught up.
    std::function<void()> settle = [] {};
    /// Opens the stores when no server runs any more.
    std::function<booking::store_result<booking::stores>()> open{};
};

/// Servers that sell while faults happen, and everything that is checked behind it.
class fault_scenario
{
public:
    explicit fault_scenario(scenario_params params);

    [[nodiscard]] server_process& server(std::size_t number = 0) { return *servers_[number]; }

    /// A load on all servers and sessions, with what `load` says beside that.
    [[nodiscard]] load_params load(load_params load = {});

    /// Makes a fault happen again and again under a load, then checks everything.
    void run(std::size_t times, const std::function<void()>& fault, load_params how = {},
             std::size_t answers_between = 100);

    /// Ends the servers.
    void judge(const load_report& report);

private:
    scenario_params params_;
    temporary_folder folder_;
    std::vector<std::unique_ptr<server_process>> servers_;
};

} // namespace cinema::tests
