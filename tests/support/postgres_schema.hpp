#pragma once

#include "support/postgres_server.hpp"
#include "support/wait_until.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

namespace cinema::tests
{

/// Runs SQL. Returns the first column of the first row as text; empty if there is none.
inline std::string run_sql(const std::string& conninfo, const std::string& sql)
{
    const std::unique_ptr<PGconn, void (*)(PGconn*)> connection{PQconnectdb(conninfo.c_str()),
                                                                PQfinish};
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result{
        PQexec(connection.get(), sql.c_str()), PQclear};
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        throw std::runtime_error{PQerrorMessage(connection.get())};
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

/// The server that this program's tests share: the one that CINEMA_TEST_POSTGRES_URL names, or else
/// one that is started for them. That one does not wait for the disk: what it keeps ends with the
/// tests, and each of them begins with many new tables.
inline const std::string& shared_postgres()
{
    static const std::string conninfo = []() -> std::string
    {
        if (const char* const given = std::getenv("CINEMA_TEST_POSTGRES_URL"))
            return given;
        static const postgres_server server{{"fsync=off", "full_page_writes=off"}};
        return server.conninfo();
    }();
    return conninfo;
}

/// Its version, and whose server it is.
inline std::string name_of_shared_postgres()
{
    return "PostgreSQL " + run_sql(shared_postgres(), "SHOW server_version")
           + (std::getenv("CINEMA_TEST_POSTGRES_URL") ? " at CINEMA_TEST_POSTGRES_URL"
                                                      : ", started for it");
}

/// An empty schema of its own in the shared server's database, dropped at the end.
class postgres_schema
{
public:
    explicit postgres_schema(std::string server = shared_postgres()) : server_{std::move(server)}
    {
        static std::atomic<int> count{0};
        name_ = "cinema_test_" + std::to_string(::getpid()) + '_' + std::to_string(++count);
        run_sql(server_, "CREATE SCHEMA " + name_);
    }
    ~postgres_schema()
    {
        try
        {
            run_sql(server_, "SET client_min_messages = error; DROP SCHEMA " + name_ + " CASCADE");
        }
        catch (const std::exception&)
        {
            // The server may be down; where it is this program's own, all goes with it.
        }
    }
    postgres_schema(const postgres_schema&) = delete;
    postgres_schema& operator=(const postgres_schema&) = delete;

    [[nodiscard]] std::string conninfo() const
    {
        const bool is_url = server_.find("://") != std::string::npos;
        if (!is_url)
            return server_ + " options=-csearch_path=" + name_;
        return server_ + (server_.find('?') == std::string::npos ? '?' : '&')
               + "options=-csearch_path%3D" + name_;
    }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// Runs SQL in the schema.
    std::string operator()(const std::string& sql) const { return run_sql(conninfo(), sql); }

private:
    std::string server_;
    std::string name_;
};

} // namespace cinema::tests
