#pragma once

#include "support/postgres_schema.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cinema::tests
{

/// A PostgreSQL primary with one standby. Every commit at the primary waits for the standby.
class replicated_postgres
{
public:
    replicated_postgres()
    {
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

    /// The commits at the primary that wait for the standby.
    [[nodiscard]] std::string waiting_commits() const
    {
        return run_sql(primary.conninfo(),
                       "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    }

    postgres_server primary{settings()};
    postgres_server standby{primary, settings()};

private:
    /// A standby that does not answer for a while is not given up.
    [[nodiscard]] static std::vector<std::string> settings()
    {
        return {"wal_sender_timeout=0", "wal_receiver_timeout=0"};
    }
};

} // namespace cinema::tests
