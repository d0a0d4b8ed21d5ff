// Asks an HTTP server as fast as it answers, over kept-alive connections, and says how fast that
// was. One thread with epoll and requests made ready, since it shares processors with the server.

#include "bench/load_client.hpp"
#include "bench/load_plan.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace
{

using namespace cinema::bench;

void print(const load_result& result, const std::string& name, bool as_json)
{
    const double rate = static_cast<double>(result.answers) / result.seconds;
    const auto us = [](auto time) { return static_cast<double>(time.count()) / 1e3; };
    const auto& times = result.times;
    if (as_json)
    {
        std::cout << "{\"name\":\"" << name << "\",\"per_second\":" << rate
                  << ",\"p50_us\":" << us(times.quantile(0.5))
                  << ",\"p99_us\":" << us(times.quantile(0.99)) << ",\"max_us\":" << us(times.max())
                  << ",\"answers\":" << result.answers << ",\"seconds\":" << result.seconds
                  << ",\"errors\":" << result.errors << ",\"statuses\":{";
        const char* comma = "";
        for (const auto& [status, count] : result.statuses)
        {
            std::cout << comma << '"' << status << "\":" << count;
            comma = ",";
        }
        std::cout << "}}" << std::endl;
        return;
    }
    std::cout << name << ": " << static_cast<std::uint64_t>(rate) << "/s, p50 "
              << us(times.quantile(0.5)) << " us, p99 " << us(times.quantile(0.99)) << " us, max "
              << us(times.max()) << " us;";
    for (const auto& [status, count] : result.statuses)
        std::cout << ' ' << count << " x " << status;
    if (result.errors != 0)
        std::cout << ", " << result.errors << " broken connections";
    std::cout << std::endl;
}

} // namespace

int main(int argc, char** argv)
{
    load_options load;
    plan_options plan;
    std::string mode = "get";
    bool as_json = false;
    CLI::App app{"Asks an HTTP server on 127.0.0.1 as fast as it answers"};
    app.add_option("--port", load.port, "Port")->capture_default_str();
    app.add_option("--connections", load.connections, "At once")->capture_default_str();
    app.add_option("--seconds", load.seconds, "How long, at most")->capture_default_str();
    app.add_option("--warm-up", load.warm_up_seconds, "Before that, uncounted")
        ->capture_default_str();
    app.add_option("--mode", mode,
                   "get: --target; map: seat maps; reserve: free seats, each once; taken: seats "
                   "that are taken")
        ->check(CLI::IsMember({"get", "map", "reserve", "taken"}))
        ->capture_default_str();
    app.add_option("--target", plan.target, "What to get")->capture_default_str();
    app.add_option("--spread", plan.spread, "Sessions in use at the same time; 1: a hot one")
        ->capture_default_str();
    app.add_option("--sessions", plan.sessions, "Of those that are listed, only the first")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--hold", plan.hold_seconds, "Of reservations; 0: sold at once")
        ->capture_default_str();
    app.add_flag("--unconditional", plan.is_blind,
                 "Do not ask the server for its sessions: for bare_beast, with --mode reserve");
    app.add_flag("--json", as_json, "One JSON object");
    CLI11_PARSE(app, argc, argv);

    try
    {
        if (mode == "reserve")
            load.warm_up_seconds = 0; // it would use up seats
        const auto source = make_plan(mode, load.port, plan);
        print(run_load(load, *source), mode + (plan.spread == 1 ? " hot" : " spread"), as_json);
    }
    catch (const std::exception& error)
    {
        std::cerr << "http_load: " << error.what() << '\n';
        return 1;
    }
}
