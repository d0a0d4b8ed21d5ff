// A check must not hold while a commit that began before may still succeed.

#include <cinema/booking/adapters/postgres.hpp>
#include <cinema/booking/testing/conformance/deciding.hpp>

#include "support/postgres_schema.hpp"

#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace cinema::booking;
using namespace cinema::tests;
using testing::commit_one;
using testing::house;

namespace
{

/// A connection of the test's own, with which it keeps transactions open.
class sql_connection
{
public:
    explicit sql_connection(const std::string& conninfo)
        : handle_{PQconnectdb(conninfo.c_str()), PQfinish}
    {
    }
    void operator()(const std::string& sql) const
    {
        const std::unique_ptr<PGresult, void (*)(PGresult*)> result{
            PQexec(handle_.get(), sql.c_str()), PQclear};
        const auto status = PQresultStatus(result.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            throw std::runtime_error{PQerrorMessage(handle_.get())};
    }

private:
    std::unique_ptr<PGconn, void (*)(PGconn*)> handle_;
};

/// A house on a server of its own.
struct own_house
{
    explicit own_house(std::vector<std::string> settings = {}) : server{std::move(settings)} {}

    [[nodiscard]] stores open(std::chrono::milliseconds timeout) const
    {
        return open_postgres_stores({.conninfo = server.conninfo(), .timeout = timeout}).value();
    }
    [[nodiscard]] session_change check() const
    {
        session_change change;
        change.session = there.session.id;
        change.expected = there.inventory().guard_rows(there.session.id).value().first;
        change.next = change.expected;
        return change;
    }
    [[nodiscard]] bool holds(const session_change& change) const
    {
        return !commit_one(there.inventory(), change).error;
    }

    postgres_server server;
    house there{testing::seeded({.stores = open(std::chrono::seconds{30})})};
};

/// As a swap does it, but by hand.
constexpr const char* swaps =
    "UPDATE sessions SET version = version + 1, change_id = change_id + 1";

} // namespace

TEST_CASE("checks: while somebody has written the session and not committed, none holds")
{
    const own_house own;
    const auto check = own.check();
    REQUIRE(own.holds(check));
    const sql_connection writer{own.server.conninfo()};

    writer("BEGIN");
    writer(swaps);
    const auto outcome = commit_one(own.there.inventory(), check);
    CHECK(outcome.error == errc::version_conflict);
    CHECK(testing::as<session_unchanged>(outcome) != nullptr);

    SUBCASE("it is undone: then the check holds")
    {
        writer("ROLLBACK");
        CHECK(own.holds(check));
        CHECK(own.holds(check));
    }
    SUBCASE("it is committed: then the check is told what is new")
    {
        writer("COMMIT");
        const auto late = commit_one(own.there.inventory(), check);
        CHECK(late.error == errc::version_conflict);
        CHECK(late.now.has_value());
        CHECK(testing::as<session_unchanged>(late) == nullptr);
        CHECK(own.holds(own.check()));
    }
}

TEST_CASE("checks: whoever keeps the session locked may still commit")
{
    const own_house own;
    const auto check = own.check();
    const sql_connection first{own.server.conninfo()};
    const sql_connection second{own.server.conninfo()};
    for (const std::string lock : {"FOR UPDATE", "FOR NO KEY UPDATE", "FOR SHARE", "FOR KEY SHARE"})
    {
        CAPTURE(lock);
        first("BEGIN; SELECT FROM sessions " + lock);
        CHECK(!own.holds(check));
        first("ROLLBACK");
        CHECK(own.holds(check));
    }

    // Several at once, of whom the one that can write is not the last to end.
    first("BEGIN; SELECT FROM sessions FOR KEY SHARE");
    second("BEGIN");
    second(swaps);
    CHECK(!own.holds(check));
    first("COMMIT");
    CHECK(!own.holds(check));
    second("ROLLBACK");
    CHECK(own.holds(check));
}

TEST_CASE("checks: what is written in a part of a transaction counts")
{
    const own_house own;
    const auto check = own.check();
    const sql_connection writer{own.server.conninfo()};
    writer("BEGIN; SAVEPOINT part");
    writer(swaps);
    CHECK(!own.holds(check));
    writer("ROLLBACK TO part");
    CHECK(own.holds(check));
    writer("ROLLBACK");
}

TEST_CASE("checks: other sessions' checks hold, and those of a batch are judged one by one")
{
    const own_house own;
    const auto other = own.there.another_session();
    const sql_connection writer{own.server.conninfo()};
    std::vector<session_change> batch{own.check(), own.check()};
    batch[1].session = other.id;
    batch[1].expected = own.there.inventory().guard_rows(other.id).value().first;
    batch[1].next = batch[1].expected;
    writer("BEGIN");
    writer(swaps + (" WHERE id = " + std::to_string(raw(own.there.session.id))));

    std::vector<commit_outcome> outcome(2);
    REQUIRE(own.there.inventory().commit(batch, outcome).has_value());
    CHECK(outcome[0].error == errc::version_conflict);
    CHECK(!outcome[1].error);
    writer("ROLLBACK");
}

TEST_CASE("checks: whoever has the session's turn can check it")
{
    const own_house own;
    auto office = own.there.office();
    CHECK(!testing::conformance::load_and_commit_one(own.there, office, [&] { return own.check(); })
               .error);
}

TEST_CASE("checks: a commit that waits for a standby is not overtaken, and comes after all")
{
    const own_house own{{"synchronous_standby_names=away", "synchronous_commit=local"}};
    const auto waiting =
        open_postgres_stores({.conninfo = own.server.conninfo(" options=-csynchronous_commit=on"),
                              .timeout = std::chrono::milliseconds{2'000}})
            .value();
    const auto check = own.check();
    const auto change = own.there.office().sells({2});

    CHECK(commit_one(*waiting.inventory, change).error == errc::outcome_unknown);
    // A refusal that rests on this check would be wrong a moment later.
    const auto outcome = commit_one(own.there.inventory(), check);
    CHECK(outcome.error == errc::version_conflict);
    CHECK(testing::as<session_unchanged>(outcome) != nullptr);
    CHECK(own.there.load().stamp == check.expected);
    CHECK(run_sql(own.server.conninfo(), "SELECT count(pg_cancel_backend(pid)) FROM"
                                         " pg_stat_activity WHERE wait_event = 'SyncRep'")
          == "1"); // as if the standby had it
    wait_until([&] { return own.there.load().stamp == change.next; });
    CHECK(testing::guarded(own.there.inventory(), own.there.session.id)
          == testing::seat_numbers{2});
}
