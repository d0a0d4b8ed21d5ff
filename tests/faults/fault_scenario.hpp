#pragma once

#include "faults/load_checks.hpp"
#include "support/server_process.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
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
    explicit fault_scenario(scenario_params params) : params_{std::move(params)}
    {
        for (std::size_t i = 0; i < params_.servers; ++i)
        {
            servers_.push_back(std::make_unique<server_process>(
                folder_.path(), params_.store,
                std::vector<std::string>{"--demo-sessions", std::to_string(params_.sessions),
                                         "--demo-hall", params_.hall, "--access-log", "off"},
                params_.documents));
            server(i).start();
        }
    }

    [[nodiscard]] server_process& server(std::size_t number = 0) { return *servers_[number]; }

    /// A load on all servers and sessions, with what `load` says beside that.
    [[nodiscard]] load_params load(load_params load = {})
    {
        for (const auto& one : servers_)
            load.ports.push_back(one->port());
        load.sessions = session_ids(load.ports.front());
        load.seats = params_.hall_seats;
        return load;
    }

    /// Makes a fault happen again and again under a load, then checks everything.
    void run(std::size_t times, const std::function<void()>& fault, load_params how = {},
             std::size_t answers_between = 100)
    {
        load_run running{load(how)};
        for (std::size_t i = 0; i < times; ++i)
        {
            running.wait_for_answers(answers_between);
            fault();
        }
        running.wait_for_answers(answers_between);
        judge(running.finish());
    }

    /// Ends the servers.
    void judge(const load_report& report)
    {
        const auto& all = report.operations.operations;
        MESSAGE(all.size() << " operations, " << report.granted.size() << " granted, "
                           << report.repeated << " asked again");
        for (const auto& one : servers_)
        {
            check_seats(report, one->port(), session_ids(one->port()));
            check_replays(report, one->port());
        }
        check_reservations(report, server().port());
        params_.settle();
        for (const auto& one : servers_)
            CHECK(one->terminate() == 0);
        CHECK(server().check() == 0);
        check_history(report, params_.open());
    }

private:
    scenario_params params_;
    temporary_folder folder_;
    std::vector<std::unique_ptr<server_process>> servers_;
};

} // namespace cinema::tests
