#pragma once

#include <cinema/booking/adapters/postgres.hpp>

#include "common/pool.hpp"
#include "connection.hpp"
#include "sqlstate.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace cinema::booking::postgres
{

using adapters::at_edge;
using adapters::reporter;

/// Errors: invalid_request. Says which parameter.
[[nodiscard]] store_result<void> check(const postgres_params& params, reporter& report);

/// A transaction, undone at its end unless it was committed. Statements may go with its beginning
/// and its end in one round trip.
class transaction
{
public:
    explicit transaction(connection& on) noexcept : on_{on} {}
    ~transaction();
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;

    /// Returns the answers to `first`.
    std::vector<rows> begin(std::vector<statement> first = {});
    /// Returns the answers to `last`.
    std::vector<rows> commit(std::vector<statement> last = {});

private:
    connection& on_;
    bool is_open_{};
};

/// The database all three stores share: connections that are made when needed. A lost one is
/// replaced by itself; the others are looked at before they are used again. All are of one run of
/// one server, the one that was connected to last: after a failover none stays with the old one.
/// Thread-safe.
class database
{
public:
    explicit database(postgres_params params);
    database(const database&) = delete;
    database& operator=(const database&) = delete;

    /// Runs `body` with a connection. It only reads, by statements of which each sees its moment.
    template <class Body>
    auto read(const Body& body)
    {
        return run(
            [&](connection& from)
            {
                auto found = body(from);
                from.require_primary();
                return found;
            },
            [](const contact_lost&) { return errc::store_unavailable; });
    }

    /// Runs `body` with a connection. It commits one transaction at most; contact that it loses in
    /// doubt is an unknown outcome.
    template <class Body>
    auto write_at_once(const Body& body)
    {
        return run(body, [](const contact_lost& lost)
                   { return lost.in_doubt() ? errc::outcome_unknown : errc::store_unavailable; });
    }

    /// Runs `body` in a transaction. If it returns an error or throws, all is undone; else it is
    /// durable when this returns.
    template <class Body>
    auto write(const Body& body) -> std::invoke_result_t<Body, connection&>;

    [[nodiscard]] const postgres_params& params() const noexcept { return params_; }

private:
    template <class Body, class Meaning>
    auto run(const Body& body, Meaning meaning) -> std::invoke_result_t<Body, connection&>;

    void lend(std::unique_ptr<connection>& lent, deadline until);
    [[nodiscard]] std::unique_ptr<connection> open(deadline until);
    void wait_for_turn(deadline until);
    [[nodiscard]] bool is_of_use(connection& idle, deadline until);
    [[nodiscard]] bool proves_well(connection& idle, deadline until);
    void note_failure();

    [[nodiscard]] deadline time_limit() const
    {
        return std::chrono::steady_clock::now() + params_.timeout;
    }

    postgres_params params_;
    reporter report_;
    std::atomic<std::uint64_t> losses_{}; // connections that were lost at work
    std::mutex mutex_;                    // of the four below
    std::string home_;
    unsigned failures_{};
    deadline not_before_{};
    std::minstd_rand jitter_;
    adapters::pool<connection> pool_;
};

template <class Body, class Meaning>
auto database::run(const Body& body, Meaning meaning) -> std::invoke_result_t<Body, connection&>
{
    return at_edge(report_,
                   [&]() -> std::invoke_result_t<Body, connection&>
                   {
                       const auto lent = pool_.take(time_limit());
                       try
                       {
                           return body(*lent);
                       }
                       catch (const contact_lost& lost)
                       {
                           ++losses_;
                           throw failure{meaning(lost), lost.what()};
                       }
                   });
}

template <class Body>
auto database::write(const Body& body) -> std::invoke_result_t<Body, connection&>
{
    bool is_committing = false;
    return run(
        [&](connection& to)
        {
            transaction all{to};
            all.begin();
            auto done = body(to);
            is_committing = true;
            if (done)
                all.commit();
            return done;
        },
        [&](const contact_lost&)
        { return is_committing ? errc::outcome_unknown : errc::store_unavailable; });
}

} // namespace cinema::booking::postgres
