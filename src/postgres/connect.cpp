#include "connect.hpp"

#include "hosts.hpp"
#include "sqlstate.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>

namespace cinema::booking::postgres
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Waits until the socket is as libpq wants it; false if it is too late.
bool wait_for(PGconn* handle, PostgresPollingStatusType wanted, deadline until)
{
    pollfd socket{PQsocket(handle),
                  static_cast<short>(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    for (;;)
    {
        const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now()).count();
        const int ready = poll(
            &socket, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, std::int64_t{1} << 30)));
        if (ready > 0)
            return true;
        if (ready == 0 || errno != EINTR)
            return false;
    }
}

/// The SQLSTATE in a message of libpq's that was asked to be verbose: "FATAL:  28P01: …".
std::string sqlstate_in(std::string_view message)
{
    constexpr std::size_t length = 5;
    constexpr std::string_view allowed = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (auto at = message.find(":  "); at != message.npos; at = message.find(":  ", at + 1))
    {
        const auto code = message.substr(at + 3, length);
        const auto next = message.substr(std::min(at + 3 + length, message.size()));
        if (code.size() == length && next.starts_with(':')
            && code.find_first_not_of(allowed) == code.npos)
            return std::string{code};
    }
    return {};
}

/// The first line of a message of libpq's.
std::string first_line(std::string_view message)
{
    return std::string{message.substr(0, message.find('\n'))};
}

/// Opens one host's connection. Throws `failure`.
connection_ptr open(const host_parameters& host, deadline until)
{
    connection_ptr handle{PQconnectStartParams(host.keywords().data(), host.values().data(), 0)};
    if (!handle)
        throw std::bad_alloc{};
    PQsetErrorVerbosity(handle.get(), PQERRORS_VERBOSE);
    auto state =
        PQstatus(handle.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED)
    {
        if (!wait_for(handle.get(), state, until))
            throw failure{errc::store_unavailable,
                          "PostgreSQL: " + host.name() + " did not answer in time"};
        state = PQconnectPoll(handle.get());
    }
    if (state == PGRES_POLLING_FAILED && PQconnectionNeedsPassword(handle.get()) != 0)
        throw failure{errc::store_failed, "PostgreSQL: " + host.name()
                                              + " wants a password: put one into the address, or "
                                                "into ~/.pgpass"};
    if (state == PGRES_POLLING_FAILED)
    {
        const std::string_view message = PQerrorMessage(handle.get());
        if (auto sqlstate = sqlstate_in(message); !sqlstate.empty())
        {
            auto what = first_line(message);
            what.erase(what.find(sqlstate), sqlstate.size() + 2); // it is said at the end
            const auto error = meaning_at_connecting(sqlstate);
            throw sql_failure{error, std::move(sqlstate), what};
        }
        throw failure{errc::store_unavailable, "PostgreSQL: " + first_line(message)};
    }
    if (PQsetnonblocking(handle.get(), 1) != 0)
        throw failure{errc::store_unavailable, "PostgreSQL: " + host.name() + " was lost at once"};
    PQsetNoticeProcessor(
        handle.get(), [](void*, const char*) {}, nullptr);
    return handle;
}

/// Without joins but by indexes, and with plans for any parameters: a plan made while the tables
/// are empty stays right when they are full.
std::string settings_of(const postgres_params& params)
{
    // The server gives up before this side does: then it is known that nothing changed. Who waits
    // for a row waits longer than anybody may keep one without doing anything.
    const auto part = [&](int percent)
    { return std::to_string(std::max<std::int64_t>(params.timeout.count() * percent / 100, 5)); };
    return "SET statement_timeout = " + part(80) + ";SET lock_timeout = " + part(60)
           + ";SET idle_in_transaction_session_timeout = " + part(50)
           + ";SET plan_cache_mode = force_generic_plan;SET enable_seqscan = off"
             ";SET enable_hashjoin = off;SET enable_mergejoin = off;SET jit = off"
             ";SET timezone = 'UTC';SET default_transaction_isolation = 'read committed';"
             "SELECT current_setting('server_encoding'), current_setting('fsync'),"
             " current_setting('full_page_writes'), current_setting('synchronous_commit'),"
             " current_setting('server_version_num'), pg_postmaster_start_time()";
}

/// Throws `failure` (store_failed) if the server must not be used.
void require_fitness(const row& settings, const postgres_params& params)
{
    constexpr int version_min = 130'000;
    const auto refuse = [](const std::string& why) {
        throw failure{errc::store_failed, "PostgreSQL: " + why};
    };
    if (settings.text(0) != "UTF8")
        refuse("the database's encoding is " + std::string{settings.text(0)}
               + "; make one with: createdb --encoding UTF8 --template template0 NAME");
    if (std::stoi(std::string{settings.text(4)}) < version_min)
        refuse("the server is older than version 13");
    if (params.allows_unsafe_durability)
        return;
    constexpr std::array<const char*, 3> names{"fsync", "full_page_writes", "synchronous_commit"};
    for (int i = 0; i < 3; ++i)
        if (settings.text(i + 1) == "off")
            refuse(std::string{names[static_cast<std::size_t>(i)]}
                   + " is off, so that what is acknowledged could be lost: switch it on at the "
                     "server");
}

std::unique_ptr<connection> connect_to(const host_parameters& host, const postgres_params& params,
                                       deadline until)
{
    auto made = std::make_unique<connection>(open(host, until), until);
    const auto settings = made->execute(settings_of(params).c_str());
    require_fitness(settings[0], params);
    made->note_home(host.name() + ' ' + std::string{settings[0].text(5)});
    made->wait_until(steady_clock::now() + params.timeout); // not what is left of this host's share
    return made;
}

} // namespace

std::unique_ptr<connection> connect(const postgres_params& params, deadline until)
{
    const auto hosts = hosts_of(params.conninfo, params.timeout);
    std::optional<failure> unfit; // of a host that answers: waiting does not mend that
    for (std::size_t i = 0;; ++i)
    {
        const bool is_last = i + 1 == hosts.size();
        const auto now = steady_clock::now();
        const auto share = (until - now) / static_cast<std::int64_t>(hosts.size() - i);
        try
        {
            return connect_to(hosts[i], params, is_last ? until : now + share);
        }
        catch (const failure& failed)
        {
            if (!unfit && failed.code() == errc::store_failed)
                unfit = failed;
            if (is_last && unfit)
                throw failure{*unfit};
            if (is_last)
                throw;
        }
    }
}

void require_own_process(connection& first, connection& second)
{
    const auto process = [](connection& of)
    { return std::string{of.execute("SELECT pg_backend_pid()")[0].text(0)}; };
    if (process(first) == process(second))
        throw failure{errc::store_failed,
                      "PostgreSQL: a pooler in between gives each transaction another connection; "
                      "with pgbouncer, set pool_mode = session"};
}

} // namespace cinema::booking::postgres
