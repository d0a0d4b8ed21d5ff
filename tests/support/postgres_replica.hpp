#pragma once

#include "support/postgres_schema.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cinema::tests
{

/// A PostgreSQL primary with one standby.
class replicated_postgres
{
public:
    /// Whether every commit at the primary waits for the standby.
    explicit replicated_postgres(bool is_synchronous = true)
    {
        if (!is_synchronous)
            return;
        run_sql(primary.conninfo(), "ALTER SYSTEM SET synchronous_standby_names = '*'");
        run_sql(primary.conninfo(), "SELECT pg_reload_conf()");
        wait_until(
            [this]
            {
                return run_sql(primary.conninfo(), "SELECT count(*) FROM pg_stat_replication"
                                                   " WHERE sync_state = 'sync'")
                       == "1";
            });
    }

    /// Stops the standby's processes: commits at the primary wait until `resume`.
    void stall() const { standby.signal_all(SIGSTOP); }
    void resume() const { standby.signal_all(SIGCONT); }

    /// Waits until the standby shows all that was committed so far.
    void catch_up() const
    {
        const auto end = run_sql(primary.conninfo(), "SELECT pg_current_wal_lsn()");
        wait_until(
            [&]
            {
                return run_sql(primary.conninfo(),
                               "SELECT replay_lsn >= '" + end + "' FROM pg_stat_replication")
                       == "t";
            });
    }

    /// The standby gets nothing more.
    void cut_off()
    {
        standby.kill();
        is_cut_off_ = true;
    }

    /// Kills the primary; the standby takes over.
    void fail_over()
    {
        primary.kill();
        if (is_cut_off_)
            standby.start();
        wait_until([this] { return promote(); });
    }

    /// Whichever of the two is the primary, as libpq is told.
    [[nodiscard]] std::string conninfo() const
    {
        return "host=" + primary.folder() + ',' + standby.folder()
               + " user=postgres dbname=postgres target_session_attrs=read-write";
    }
    /// The same as a server's --store takes it.
    [[nodiscard]] std::string url() const
    {
        return "postgresql://postgres@/postgres?host=" + primary.folder() + ',' + standby.folder()
               + "&target_session_attrs=read-write";
    }

    /// The commits at the primary that wait for the standby.
    [[nodiscard]] std::string waiting_commits() const
    {
        return run_sql(primary.conninfo(),
                       "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    }

    postgres_server primary{settings()};
    postgres_server standby{primary, settings()};

private:
    /// False if it has to be asked for again: what is still replayed may end any query.
    [[nodiscard]] bool promote() const
    {
        try
        {
            return run_sql(standby.conninfo(), "SELECT pg_promote(false)") == "t";
        }
        catch (const std::runtime_error&)
        {
            return false;
        }
    }

    /// A standby that does not answer for a while is not given up.
    [[nodiscard]] static std::vector<std::string> settings()
    {
        return {"wal_sender_timeout=0", "wal_receiver_timeout=0"};
    }

    bool is_cut_off_{};
};

} // namespace cinema::tests
