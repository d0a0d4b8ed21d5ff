#include "serve.hpp"

#include <cinema/booking/http/server.hpp>
#include <cinema/booking/version.hpp>

#include "access_log.hpp"
#include "opening.hpp"
#include "programs/store_location.hpp"
#include "relaying.hpp"
#include "stop_signals.hpp"
#include "web_files.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <iostream>
#include <mutex>
#include <optional>
#include <thread>

namespace cinema::server
{
namespace
{

void log_line(std::string_view line) { spdlog::warn("{}", line); }

/// Messages for people go to stderr, so that stdout is free for the access log.
void set_up_log(const std::string& level)
{
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "cinema", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l: %v");
    spdlog::set_level(spdlog::level::from_str(level));
}

booking::gap_rule gap_rule_of(const std::string& name)
{
    return name == "enforce" ? booking::gap_rule::enforce
           : name == "warn"  ? booking::gap_rule::warn
                             : booking::gap_rule::off;
}

/// Of the end, with the rest of it within 5 s.
constexpr std::chrono::milliseconds flush_time{1'000};

/// Where several servers may sell: another's sales are seen within 100 ms.
constexpr std::chrono::milliseconds shared_view_age_max{80};

booking::service_options service_options_of(const options& given)
{
    booking::service_options made{.lanes = given.lanes, .log = log_line};
    if (place_of(given).is_shared())
        made.view_age_max = shared_view_age_max;
    made.rules.gaps = gap_rule_of(given.gap_rule);
    if (given.sales_close_minutes)
        made.rules.sales_close = std::chrono::minutes{*given.sales_close_minutes};
    return made;
}

booking::http_server_params params_of(const options& given)
{
    booking::http_server_params made;
    made.address = given.host == "localhost" ? "127.0.0.1" : given.host;
    boost::system::error_code error;
    (void)boost::asio::ip::make_address(made.address, error);
    if (error)
        throw usage_error{"--host: '" + given.host
                          + "' is no IP address; use 127.0.0.1, or 0.0.0.0 for all"};
    if (!given.web_root.empty() && !std::filesystem::is_directory(given.web_root))
        throw usage_error{"--web-root: there is no folder " + given.web_root};
    made.port = given.port;
    made.io_threads = given.threads;
    made.connections_max = given.connections_max;
    made.drain_time = std::chrono::seconds{3}; // with the store's timeout, ended within 5 s
    made.access_log = open_access_log(given.access_log);
    made.api.web_root = given.web_root;
    made.api.web_files = web_files();
    if (!given.csp.empty())
        made.api.csp = given.csp;
    made.api.log = log_line;
    return made;
}

/// As in http://127.0.0.1:3000 or http://[::1]:3000.
std::string url(const std::string& address, std::uint16_t port)
{
    const bool is_v6 = address.find(':') != std::string::npos;
    return "http://" + (is_v6 ? '[' + address + ']' : address) + ':' + std::to_string(port);
}

/// Why the server does not listen, as a line for people.
std::string listen_problem(const std::string& address, std::uint16_t port,
                           const boost::system::error_code& error)
{
    namespace asio = boost::asio;
    const std::string place = "port " + std::to_string(port) + " of " + address;
    if (error == asio::error::address_in_use)
        return place + " is in use; stop what listens there, or choose another with --port";
    if (error == asio::error::access_denied)
        return place + " is not allowed to this user; choose one from 1024 on with --port";
    if (error == boost::system::errc::address_not_available)
        return address + " is no address of this host; choose another with --host";
    return "cannot listen on " + place + ": " + error.message();
}

void tell_waiting(booking::outbox& in)
{
    const auto status = in.status();
    if (!status)
        spdlog::warn("whether all reservations have become documents could not be asked");
    else if (status->waiting > 0)
        spdlog::warn("{} reservations have not become documents yet; another server will see to "
                     "it, or the next start",
                     status->waiting);
}

/// False if `stop` was asked for before.
bool wait_until_ready(const booking::booking_api& api, const std::stop_token& stop)
{
    while (!api.is_ready() && !stop.stop_requested())
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    return !stop.stop_requested();
}

} // namespace

int serve(const options& given)
{
    set_up_log(given.log_level);
    auto params = params_of(given);
    const std::string address = params.address;
    stop_signals signals;

    opening start{given};
    std::optional<booking::relay> relay;
    if (start.stores().outbox && !given.no_relay)
    {
        relay.emplace(start.stores(), booking::relay_options{.log = log_line});
        show(*relay, params.api);
    }
    booking::booking_service service{start.stores(), service_options_of(given)};
    booking::http_server server{service, std::move(params)};
    server.api().set_ready(false);
    const auto port = server.start();
    if (!port)
        throw usage_error{listen_problem(address, given.port, port.error())};

    const std::string where = url(address, *port);
    if (server.connections_max() < given.connections_max)
        spdlog::info("at most {} connections at once: the system's limit of open files is too low "
                     "for --connections-max {}; ulimit -n raises it",
                     server.connections_max(), given.connections_max);
    if (start.is_waiting())
        spdlog::info("{} answers, but is not ready before the store is", where);

    // Ready is not said any more once the server is told to stop.
    std::mutex mutex;
    bool is_stopping = false;
    std::string trouble; // why it ended by itself
    const auto open = [&](const std::stop_token& stop)
    {
        if (!start.complete(stop))
            return;
        server.api().warm_up();
        {
            const std::lock_guard lock{mutex};
            if (is_stopping)
                return;
            server.api().set_ready(true);
        }
        if (wait_until_ready(server.api(), stop))
            std::cerr << "cinema-server listens on " << where << " (version " << booking::version
                      << ", store " << start.place() << ")" << std::endl;
    };
    std::jthread opener{[&](const std::stop_token& stop)
                        {
                            try
                            {
                                open(stop);
                            }
                            catch (const std::exception& error)
                            {
                                trouble = error.what();
                                stop_signals::raise();
                            }
                        }};

    const int signal = signals.wait();
    spdlog::info("{}: finishing what runs; once more ends at once",
                 signal == SIGINT ? "SIGINT" : "SIGTERM");
    {
        const std::lock_guard lock{mutex};
        is_stopping = true;
    }
    opener.request_stop();
    server.stop();
    server.wait();
    service.stop();
    if (relay && !relay->flush(flush_time))
        tell_waiting(*start.stores().outbox);
    opener.join();
    if (!trouble.empty())
        throw usage_error{trouble};
    return 0;
}

} // namespace cinema::server
