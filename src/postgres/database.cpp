#include "database.hpp"

#include "connect.hpp"
#include "takeover.hpp"

#include <algorithm>
#include <thread>

namespace cinema::booking::postgres
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds timeout_min{10};
constexpr auto timeout_max = std::chrono::hours{1};
constexpr unsigned connections_max = 200;
constexpr milliseconds pause_first{50};
constexpr milliseconds pause_max{500};

} // namespace

store_result<void> check(const postgres_params& params, reporter& report)
{
    std::string_view wrong;
    if (params.conninfo.empty() || params.conninfo.find('\0') != std::string::npos)
        wrong = "the address of the PostgreSQL database is empty or has a zero byte";
    else if (params.timeout < timeout_min || params.timeout > timeout_max)
        wrong = "the timeout of the PostgreSQL stores must be within 10 ms to 1 h";
    else if (params.connections_max < 1 || params.connections_max > connections_max)
        wrong = "the PostgreSQL stores need 1 to 200 connections";
    else if (params.queues_documents && params.connections_max < 2)
        wrong = "the PostgreSQL stores need 2 connections at least where documents are elsewhere: "
                "one of them may wait for MongoDB";
    else if (!is_zone_name(params.original_time_zone))
        wrong = "the original database's time zone is no name of one, as in Europe/Berlin";
    if (wrong.empty())
        return {};
    report.say(wrong);
    return make_error_code(errc::invalid_request);
}

transaction::~transaction()
{
    if (!is_open_ || on_.is_broken())
        return;
    try
    {
        on_.execute("ROLLBACK");
    }
    catch (const failure&)
    {
        // The connection is broken now; the server undoes what it began.
    }
}

std::vector<rows> transaction::begin(std::vector<statement> first)
{
    is_open_ = true;
    first.insert(first.begin(), {query::begin, {}});
    auto answers = on_.run_all(first);
    answers.erase(answers.begin());
    return answers;
}

std::vector<rows> transaction::commit(std::vector<statement> last)
{
    last.push_back({query::commit, {}});
    auto answers = on_.run_all(last);
    is_open_ = false;
    answers.pop_back();
    return answers;
}

database::database(postgres_params params)
    : params_{std::move(params)},
      report_{params_.log},
      jitter_{std::random_device{}()},
      pool_{params_.connections_max,
            [this](std::unique_ptr<connection>& lent, deadline until) { lend(lent, until); }}
{
}

void database::lend(std::unique_ptr<connection>& lent, deadline until)
{
    if (lent && !is_of_use(*lent, until))
        lent.reset();
    if (!lent)
        lent = open(until);
}

bool database::is_of_use(connection& idle, deadline until)
{
    if (!idle.is_alive())
        return false;
    {
        const std::lock_guard lock{mutex_};
        if (idle.home() != home_)
            return false;
    }
    return idle.proved_at() == losses_ || proves_well(idle, until);
}

/// Asks a connection whose socket looks well: behind a network or a host that is gone, it does so
/// for long.
bool database::proves_well(connection& idle, deadline until)
try
{
    const auto losses = losses_.load();
    idle.wait_until(std::min(until, steady_clock::now() + params_.timeout / 4));
    idle.run(query::now);
    idle.require_primary();
    idle.note_proved(losses);
    return true;
}
catch (const failure&)
{
    return false;
}

std::unique_ptr<connection> database::open(deadline until)
{
    wait_for_turn(until);
    try
    {
        const auto losses = losses_.load();
        auto opened = connect(params_, until);
        opened->note_proved(losses);
        const std::lock_guard lock{mutex_};
        home_ = opened->home();
        failures_ = 0;
        not_before_ = {};
        return opened;
    }
    catch (const failure&)
    {
        note_failure();
        throw;
    }
}

void database::wait_for_turn(deadline until)
{
    deadline turn;
    {
        const std::lock_guard lock{mutex_};
        turn = not_before_;
    }
    if (turn >= until)
        throw failure{errc::store_unavailable, "PostgreSQL: it was not there a moment ago"};
    std::this_thread::sleep_until(turn);
}

/// The next try comes after a random time, twice as long at most after each failure.
void database::note_failure()
{
    const std::lock_guard lock{mutex_};
    const auto most = std::min(pause_first * (1 << std::min(failures_, 4U)), pause_max);
    ++failures_;
    std::uniform_int_distribution<std::int64_t> pause{1, most.count()};
    not_before_ = steady_clock::now() + milliseconds{pause(jitter_)};
}

} // namespace cinema::booking::postgres
