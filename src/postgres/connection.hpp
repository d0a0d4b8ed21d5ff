#pragma once

#include "common/reporter.hpp"
#include "parameters.hpp"
#include "rows.hpp"
#include "sql.hpp"

#include <libpq-fe.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cinema::booking::postgres
{

using adapters::deadline;

/// The server refused; its transaction is undone.
class sql_failure : public failure
{
public:
    sql_failure(errc error, std::string sqlstate, const std::string& what);
    [[nodiscard]] const std::string& sqlstate() const noexcept { return sqlstate_; }

private:
    std::string sqlstate_;
};

/// The connection broke, or the server did not answer in time.
class contact_lost : public failure
{
public:
    /// `in_doubt`: a statement had been sent, and may be done all the same.
    contact_lost(const std::string& what, bool in_doubt)
        : failure{errc::store_unavailable, what}, in_doubt_{in_doubt}
    {
    }
    [[nodiscard]] bool in_doubt() const noexcept { return in_doubt_; }

private:
    bool in_doubt_;
};

struct connection_deleter
{
    void operator()(PGconn* handle) const noexcept { PQfinish(handle); }
};
using connection_ptr = std::unique_ptr<PGconn, connection_deleter>;

/// A statement and its values.
struct statement
{
    query which{};
    parameters values;
};

/// A connection with its prepared statements. Every call waits until the deadline at most and
/// throws `sql_failure` or `contact_lost`. Used by one thread at a time.
class connection
{
public:
    /// Takes over an open connection.
    connection(connection_ptr open, deadline until) noexcept
        : handle_{std::move(open)}, until_{until}
    {
    }

    void wait_until(deadline until) noexcept { until_ = until; }

    /// Runs a statement, which outside a transaction commits itself.
    rows run(query which, const parameters& values = {});

    /// Runs statements in one round trip and one transaction, which outside one that was begun
    /// before, or is begun by the first of them, commits itself.
    std::vector<rows> run_all(std::span<const statement> all);

    /// Runs SQL that is used once, several statements perhaps. Gives the last one's rows, as text.
    rows execute(const char* sql);

    /// Whether, as far as can be seen from here, the server has not ended it.
    [[nodiscard]] bool is_alive() noexcept;

    /// Not to be used any more.
    [[nodiscard]] bool is_broken() const noexcept { return is_broken_; }

    /// Throws `contact_lost` if the server has said that it takes no writes any more: another one
    /// may do so now. Servers before version 14 do not say it by themselves.
    void require_primary();

    /// Which run of which server it is connected to, as noted by the one who opened it.
    [[nodiscard]] const std::string& home() const noexcept { return home_; }
    void note_home(std::string home) noexcept { home_ = std::move(home); }

    /// A number for the one who opened it: when it was last seen to be well.
    [[nodiscard]] std::uint64_t proved_at() const noexcept { return proved_at_; }
    void note_proved(std::uint64_t at) noexcept { proved_at_ = at; }

private:
    void prepare(query which, const parameters& values);
    void send(query which, const parameters& values);
    /// Throws `contact_lost` if libpq said no.
    void sent(int ok);
    void flush();
    /// Waits until a result is there, null for the end of the statement's results.
    [[nodiscard]] result_ptr next_result();
    /// The last result of the statement, the first error if there is one.
    [[nodiscard]] result_ptr last_result();
    [[nodiscard]] rows checked(result_ptr result);
    void wait_for(short events);
    [[noreturn]] void lose(const std::string& what);
    [[noreturn]] void refuse(const PGresult* result);

    connection_ptr handle_;
    std::array<bool, static_cast<std::size_t>(query::count)> is_prepared_{};
    std::string home_;
    std::uint64_t proved_at_{};
    deadline until_;
    bool is_broken_{};
    bool in_doubt_{}; // something that changes data has been sent
};

} // namespace cinema::booking::postgres
