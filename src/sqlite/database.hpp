#pragma once

#include <cinema/booking/adapters/sqlite.hpp>

#include "common/reporter.hpp"
#include "connection.hpp"
#include "pool.hpp"

#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace cinema::booking::sqlite
{

using adapters::at_edge;
using adapters::reporter;

/// Errors: invalid_request. Says which parameter.
[[nodiscard]] store_result<void> check(const sqlite_params& params, reporter& report);

/// Opens a file that is there, without a look at its schema. Throws `failure`.
[[nodiscard]] std::unique_ptr<connection> open_file(const sqlite_params& params, deadline until);

/// The same for writing: what is committed on it is on the disk. Throws `failure`.
[[nodiscard]] std::unique_ptr<connection> open_writer(const sqlite_params& params, deadline until);

/// Makes the file if it is not there, for its owner only, brings its schema up to date if
/// `migrate`, and opens it for writing. Throws `failure`, also if the schema is not complete then.
[[nodiscard]] std::unique_ptr<connection> make_file(const sqlite_params& params, bool migrate);

/// The file all three stores share: one connection that writes, a few that read. Thread-safe.
class database
{
public:
    /// Takes over the first connection, as `make_file` gives it.
    database(sqlite_params params, std::unique_ptr<connection> first);
    database(const database&) = delete;
    database& operator=(const database&) = delete;

    /// Runs `body` with a connection on which every statement sees the same moment, at which
    /// everything that was acknowledged before is there. Waits for others until `until`.
    template <class Body>
    auto read(const Body& body, deadline until) -> std::invoke_result_t<Body, connection&>;
    template <class Body>
    auto read(const Body& body)
    {
        return read(body, time_limit());
    }

    /// Runs `body` in a transaction that nobody else's write interrupts. If the body returns an
    /// error or throws, all is undone; else it is durable when this returns. Waits for others until
    /// `until`.
    template <class Body>
    auto write(const Body& body, deadline until) -> std::invoke_result_t<Body, connection&>;
    template <class Body>
    auto write(const Body& body)
    {
        return write(body, time_limit());
    }

    [[nodiscard]] time_point now() const noexcept { return params_.clock(); }
    [[nodiscard]] store_reply reply() const { return {.now = now()}; }

    /// When a call that begins now must have ended.
    [[nodiscard]] deadline time_limit() const
    {
        return std::chrono::steady_clock::now() + params_.timeout;
    }

private:
    sqlite_params params_;
    reporter report_;
    pool writer_; // above the readers: the last to close, it takes the log into the file
    pool readers_;
};

/// Ends a transaction that was not committed by undoing it.
class transaction
{
public:
    transaction(connection& on, query begin) : on_{on} { on_.run(begin); }
    ~transaction() { on_.roll_back(); }
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;

private:
    connection& on_;
};

template <class Body>
auto database::read(const Body& body, deadline until) -> std::invoke_result_t<Body, connection&>
{
    return at_edge(report_,
                   [&]() -> std::invoke_result_t<Body, connection&>
                   {
                       const auto lent = readers_.take(until);
                       const transaction moment{*lent, query::begin_read};
                       return body(*lent);
                   });
}

template <class Body>
auto database::write(const Body& body, deadline until) -> std::invoke_result_t<Body, connection&>
{
    return at_edge(report_,
                   [&]() -> std::invoke_result_t<Body, connection&>
                   {
                       const auto lent = writer_.take(until);
                       const transaction all{*lent, query::begin_write};
                       auto done = body(*lent);
                       if (!done)
                           return done;
                       try
                       {
                           lent->commit();
                       }
                       catch (const std::bad_alloc&)
                       {
                           return make_error_code(errc::outcome_unknown);
                       }
                       return done;
                   });
}

} // namespace cinema::booking::sqlite
