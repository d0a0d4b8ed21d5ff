#include "opening.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>

namespace cinema::server
{
namespace
{

using booking::errc;

constexpr std::chrono::milliseconds pause_first{100};
constexpr std::chrono::milliseconds pause_max{2'000};

/// Calls `attempt` until it returns success; false if `stop` was asked for before. What is wrong is
/// told once while it stays the same.
template <class Attempt>
bool persist(const std::stop_token& stop, std::string_view what, Attempt attempt)
{
    std::mutex mutex;
    std::condition_variable_any wake;
    std::string told;
    for (auto pause = pause_first; !stop.stop_requested(); pause = std::min(pause * 2, pause_max))
    {
        const booking::error_code error = attempt();
        if (!error)
            return true;
        if (stop.stop_requested())
            return false;
        if (auto text = error.message(); text != told)
        {
            spdlog::warn("{}: {}; trying again", what, text);
            told = std::move(text);
        }
        std::unique_lock lock{mutex};
        wake.wait_for(lock, stop, pause, [] { return false; });
    }
    return false;
}

} // namespace

opening::opening(const options& given)
    : given_{given},
      where_{place_of(given)},
      log_{std::make_shared<store_log>()},
      late_{std::string{store_name(where_)}, lanes_preferred(where_), where_.has_outbox()}
{
    check_place(where_, false);
    auto opened = open_stores(where_, how());
    if (opened)
        stores_ = *std::move(opened);
    else
        (void)is_worth_waiting(opened.error());
}

store_opening opening::how() const
{
    return {.migrate = true,
            .routes_by_session = given_.postgres_routing == "session",
            .original_time_zone = given_.time_zone,
            .log = [log = log_](std::string_view line) { log->say(line); }};
}

booking::error_code opening::is_worth_waiting(const booking::error_code& error) const
{
    if (error == booking::make_error_code(errc::store_unavailable)
        || error == booking::make_error_code(errc::busy))
        return error;
    const auto reason = log_->last();
    throw usage_error{where_.from + ": cannot use " + where_.text + ": "
                      + (reason.empty() ? error.message() : reason)};
}

booking::stores opening::stores() const { return stores_ ? *stores_ : late_.stores(); }

bool opening::complete(std::stop_token stop) { return open_late(stop) && add_demo(stop); }

bool opening::open_late(const std::stop_token& stop)
{
    if (stores_)
        return true;
    return persist(stop, where_.text,
                   [this]() -> booking::error_code
                   {
                       auto opened = open_stores(where_, how());
                       if (!opened)
                           return is_worth_waiting(opened.error());
                       late_.arrive(*std::move(opened));
                       return {};
                   });
}

bool opening::add_demo(const std::stop_token& stop)
{
    if (given_.no_demo)
        return true;
    const demo_request asked{.sessions = given_.demo_sessions, .hall = given_.demo_hall};
    const auto inventory = stores().inventory;
    return persist(
        stop, "demo data",
        [&]() -> booking::error_code
        {
            const auto report = add_demo_data(*inventory, asked, booking::host_now(), stop);
            if (!report)
                return report.error();
            if (!report->is_as_asked)
                spdlog::warn("the store had other demo data before; that was completed instead");
            if (report->sessions_added > 0)
                spdlog::info("demo data: {} sessions in {} halls, {} seats", report->sessions,
                             report->halls, report->seats);
            return {};
        });
}

} // namespace cinema::server
