#include "maintain.hpp"

#include <cinema/booking/store/audit.hpp>

#include "demo_data.hpp"
#include "programs/store_location.hpp"

#include <date/date.h>

#include <iostream>
#include <thread>

namespace cinema::server
{
namespace
{

constexpr int failed = 2;
constexpr int tries_max = 20;
constexpr std::chrono::milliseconds pause{250};

} // namespace

store_location lasting_store(const options& given, bool must_exist)
{
    auto where = place_of(given);
    if (where.is_memory())
        throw usage_error{
            "a store in memory is empty and soon forgotten; name another with --store"};
    check_place(where, must_exist);
    return where;
}

void complain(std::string_view line) { std::cerr << "cinema-server: " << line << '\n'; }

int fail(const store_location& where, const booking::error_code& error)
{
    complain(where.text + ": " + error.message());
    return failed;
}

namespace
{

/// Lists the steps; whether all are done.
bool tell(const std::vector<booking::schema_migration>& steps)
{
    bool is_complete = true;
    for (const auto& step : steps)
    {
        std::cout << step.version << ' ' << step.name << ": ";
        if (step.applied_at)
            std::cout << "done "
                      << date::format("%F %T UTC",
                                      date::floor<std::chrono::seconds>(*step.applied_at))
                      << '\n';
        else
            std::cout << "to be done\n";
        is_complete = is_complete && step.applied_at;
    }
    return is_complete;
}

} // namespace

int make_demo_data(const options& given)
{
    const auto where = lasting_store(given, false);
    const auto stores = open_stores(where, {.migrate = true,
                                            .original_time_zone = given.time_zone,
                                            .timeout = verb_timeout,
                                            .log = complain});
    if (!stores)
        return fail(where, stores.error());
    const demo_request asked{.sessions = given.demo_sessions, .hall = given.demo_hall};
    for (int i = 1;; ++i)
    {
        const auto report = add_demo_data(*stores->inventory, asked, booking::host_now());
        if (!report && i < tries_max)
        {
            std::this_thread::sleep_for(pause);
            continue;
        }
        if (!report)
            return fail(where, report.error());
        if (!report->is_wanted)
        {
            complain(where.text + " has halls of its own; no demo data was added");
            return 1;
        }
        if (!report->is_as_asked)
            complain(where.text + " had other demo data before; that was completed instead");
        std::cout << where.text << ": " << report->sessions << " sessions in " << report->halls
                  << (report->halls == 1 ? " hall, " : " halls, ") << report->seats << " seats; "
                  << report->sessions_added << " sessions are new\n";
        return 0;
    }
}

int migrate(const options& given)
{
    const bool is_up = given.asked == verb::migrate_up;
    const auto where = lasting_store(given, !is_up);
    const store_opening how{.migrate = is_up,
                            .original_time_zone = given.time_zone,
                            .timeout = verb_timeout,
                            .log = complain};
    if (given.dry_run)
    {
        const auto sql = pending_sql(where, how);
        if (!sql)
            return fail(where, sql.error());
        std::cout << *sql;
        return 0;
    }
    const auto steps =
        given.asked == verb::migrate_down ? undo_migration(where, how) : schema_of(where, how);
    if (!steps)
        return fail(where, steps.error());
    return tell(*steps) || given.asked == verb::migrate_down ? 0 : 1;
}

int check(const options& given)
{
    const auto where = lasting_store(given, true);
    const auto stores =
        open_stores(where, {.migrate = false, .timeout = verb_timeout, .log = complain});
    if (!stores)
        return fail(where, stores.error());
    const auto report = booking::audit(*stores->inventory, *stores->reservations);
    std::cout << where.text << ": " << report.sessions << " sessions, " << report.reservations
              << " reservations, " << report.guard_rows << " taken seats, " << report.keys
              << " keys\n";
    for (const auto& finding : report.findings)
        std::cout << "finding: " << finding << '\n';
    if (report.findings_left_off > 0)
        std::cout << "and " << report.findings_left_off << " more findings\n";
    if (report.error)
        return fail(where, report.error);
    if (report.findings.empty() && report.sessions_unsettled > 0)
    {
        complain(std::to_string(report.sessions_unsettled)
                 + " sessions changed too often to be judged; check again");
        return failed;
    }
    std::cout << (report.is_clean() ? "all agrees\n" : "something does not agree\n");
    return report.is_clean() ? 0 : 1;
}

} // namespace cinema::server
