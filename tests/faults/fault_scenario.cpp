#include "faults/fault_scenario.hpp"

#include <doctest/doctest.h>

#include <utility>

namespace cinema::tests
{

fault_scenario::fault_scenario(scenario_params params) : params_{std::move(params)}
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

load_params fault_scenario::load(load_params load)
{
    for (const auto& one : servers_)
        load.ports.push_back(one->port());
    load.sessions = session_ids(load.ports.front());
    load.seats = params_.hall_seats;
    return load;
}

void fault_scenario::run(std::size_t times, const std::function<void()>& fault, load_params how,
                         std::size_t answers_between)
{
    load_run running{load(std::move(how))};
    for (std::size_t i = 0; i < times; ++i)
    {
        running.wait_for_answers(answers_between);
        fault();
    }
    running.wait_for_answers(answers_between);
    judge(running.finish());
}

void fault_scenario::judge(const load_report& report)
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

} // namespace cinema::tests
