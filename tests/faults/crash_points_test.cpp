// A server on PostgreSQL and MongoDB is killed at chosen points of a sale (C1 to C5) and of an
// expiry (C11): PostgreSQL stops there and waits for the test, by a lock or a trigger. Afterwards
// there is no trace of it or all of it, and who asks again with the same key gets the one answer.

#include "support/http_client.hpp"
#include "support/mongo_server.hpp"
#include "support/postgres_schema.hpp"
#include "support/ran_against.hpp"
#include "support/server_process.hpp"

#include <doctest/doctest.h>

#include <thread>

namespace cinema::tests
{

namespace
{

const ran_against named{[]
                        {
                            return "cinema-server on PostgreSQL " + postgres_server::version()
                                   + " and mongo-java-server, cut at C1 to C5 and C11";
                        }};

/// A connection of the test's own that holds a transaction open.
class holder
{
public:
    explicit holder(const std::string& conninfo)
        : connection_{PQconnectdb(conninfo.c_str()), PQfinish}
    {
        run("BEGIN");
    }

    void run(const std::string& sql)
    {
        const std::unique_ptr<PGresult, void (*)(PGresult*)> result{
            PQexec(connection_.get(), sql.c_str()), PQclear};
        const auto status = PQresultStatus(result.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            throw std::runtime_error{PQerrorMessage(connection_.get())};
    }

private:
    std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
};

constexpr const char* end_backends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                     " WHERE application_name = 'cinema'";

constexpr const char* reserve_body = R"({"userId": "anna", "seats": [7, 8]})";

/// A shop with one session, whose database stops where it is told.
struct stopping_shop
{
    stopping_shop()
    {
        server.start();
        // Who comes here waits as long as the test holds the lock; nothing but the statement's own
        // limit ends that.
        sql("CREATE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " PERFORM set_config('lock_timeout', '0', true);"
            " PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$");
    }

    std::string sql(const std::string& text) const { return run_sql(database.conninfo(), text); }

    void stop_behind(const std::string& change)
    {
        sql("CREATE TRIGGER stop AFTER " + change
            + " FOR EACH STATEMENT EXECUTE FUNCTION stop_here()");
    }

    [[nodiscard]] std::optional<http_answer> reserve() const
    {
        return http_client{server.port()}.ask("POST", "/sessions/1/seats/reserve", reserve_body,
                                              {{"Idempotency-Key", "once"}});
    }

    /// Has somebody reserve, kills the server while that waits for a lock of `by`, and lets go.
    void kill_in_the_middle(holder& by, const std::string& let_go)
    {
        std::thread buyer{[this] { (void)reserve(); }};
        wait_until([this]
                   { return sql("SELECT count(*) FROM pg_locks WHERE NOT granted") != "0"; });
        server.kill();
        by.run(let_go);
        buyer.join();
        // What the server's connections were about is over.
        wait_until(
            [this]
            {
                return sql("SELECT count(*) FROM pg_stat_activity"
                           " WHERE application_name = 'cinema'")
                       == "0";
            });
    }

    [[nodiscard]] std::string counts() const
    {
        return sql("SELECT (SELECT count(*) FROM reservations) || ' ' ||"
                   " (SELECT count(*) FROM session_seats) || ' ' ||"
                   " (SELECT count(*) FROM idempotency_keys) || ' ' ||"
                   " (SELECT version FROM sessions WHERE id = 1)");
    }

    /// In the end there is one reservation, and both databases say the same of it.
    void check_once(const http_answer& answer)
    {
        CHECK(answer.status == 201);
        const auto again = reserve();
        REQUIRE(again.has_value());
        CHECK(again->status == 201);
        CHECK(again->body == answer.body);
        CHECK(counts() == "1 2 1 2");
        CHECK(server.terminate() == 0);
        CHECK(server.check() == 0);
        CHECK(server.run({"outbox", "list"}) == 0);
        CHECK(server.run({"reconcile", "--dry-run"}) == 0);
    }

    temporary_folder folder;
    postgres_server database;
    mongo_server documents;
    server_process server{folder.path(),
                          database.url(),
                          {"--demo-sessions", "1", "--demo-hall", "5x8", "--access-log", "off"},
                          mongo_database(documents.uri(), "shop")};
};

void check_no_trace_then_success(stopping_shop& shop)
{
    CHECK(shop.counts() == "0 0 0 1");
    CHECK(shop.sql("SELECT count(*) FROM outbox") == "0");
    shop.server.start();
    const auto answer = shop.reserve();
    REQUIRE(answer.has_value());
    CHECK(answer->field("idempotency-replayed").empty());
    shop.check_once(*answer);
}

/// The server is killed while PostgreSQL stops behind a change, and the transaction with it.
void check_killed_behind(const std::string& change)
{
    stopping_shop shop;
    shop.stop_behind(change);
    holder test{shop.database.conninfo()};
    test.run("SELECT pg_advisory_xact_lock(1)");
    shop.kill_in_the_middle(test, end_backends);
    test.run("COMMIT");
    check_no_trace_then_success(shop);
}

} // namespace

TEST_CASE("C1: before anything is written")
{
    stopping_shop shop;
    holder test{shop.database.conninfo()};
    test.run("LOCK TABLE sessions IN EXCLUSIVE MODE");
    shop.kill_in_the_middle(test, end_backends);
    test.run("COMMIT");
    check_no_trace_then_success(shop);
}

TEST_CASE("C2: when the seats are written") { check_killed_behind("INSERT ON session_seats"); }

TEST_CASE("C3: when the entry of the outbox is written")
{
    check_killed_behind("INSERT ON outbox");
}

TEST_CASE("C4: when the commit is under way, whose reply nobody will get")
{
    stopping_shop shop;
    shop.sql("CREATE CONSTRAINT TRIGGER stop AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED"
             " FOR EACH ROW EXECUTE FUNCTION stop_here()"); // when it commits
    holder test{shop.database.conninfo()};
    test.run("SELECT pg_advisory_xact_lock(1)");
    shop.kill_in_the_middle(test, "COMMIT");
    CHECK(shop.counts() == "1 2 1 2");
    shop.server.start();
    const auto answer = shop.reserve();
    REQUIRE(answer.has_value());
    CHECK(answer->field("idempotency-replayed") == "true");
    shop.check_once(*answer);
}

TEST_CASE("C5: when it is committed and not yet told")
{
    stopping_shop shop;
    // The buyer goes away, so that nobody is told; then the server is killed.
    std::thread buyer{[&] { (void)shop.reserve(); }};
    wait_until([&] { return shop.counts() == "1 2 1 2"; });
    shop.server.kill();
    buyer.join();
    shop.server.start();
    const auto answer = shop.reserve();
    REQUIRE(answer.has_value());
    CHECK(answer->field("idempotency-replayed") == "true");
    shop.check_once(*answer);
}

TEST_CASE("C11: in the middle of an expiry")
{
    stopping_shop shop;
    const auto held = http_client{shop.server.port()}.ask(
        "POST", "/sessions/1/seats/reserve", R"({"userId": "anna", "seats": [7, 8], "hold": 1})");
    REQUIRE(held.has_value());
    CHECK(held->status == 201);
    shop.stop_behind("UPDATE ON reservations");
    holder test{shop.database.conninfo()};
    test.run("SELECT pg_advisory_xact_lock(1)");
    wait_until([&] { return shop.sql("SELECT count(*) FROM pg_locks WHERE NOT granted") != "0"; });
    shop.server.kill();
    test.run(end_backends);
    test.run("COMMIT");

    // Seats and history are as they were, together.
    CHECK(shop.counts() == "1 2 0 2");
    CHECK(shop.sql("SELECT status FROM reservations") == "held");
    shop.sql("DROP TRIGGER stop ON reservations");
    shop.server.start();
    wait_until([&] { return shop.sql("SELECT status FROM reservations") == "expired"; });
    CHECK(shop.counts() == "1 0 0 3");
    CHECK(shop.server.terminate() == 0);
    CHECK(shop.server.check() == 0);
    CHECK(shop.server.run({"outbox", "list"}) == 0);
    CHECK(shop.server.run({"reconcile", "--dry-run"}) == 0);
}

} // namespace cinema::tests
