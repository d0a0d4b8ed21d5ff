// PostgreSQL's clock jumps by a day and is set right again, while a server sells. Holds that were
// made before, meanwhile and afterwards end soon all the same, and nothing is sold twice.

#include "support/http_client.hpp"
#include "support/postgres_schema.hpp"
#include "support/ran_against.hpp"
#include "support/server_process.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

namespace cinema::tests
{

namespace
{

const ran_against named{[] {
    return "cinema-server on PostgreSQL " + postgres_server::version() + " whose clock jumps";
}};

/// A PostgreSQL whose clock_timestamp() can be set: another function of that name comes first.
struct fixture
{
    fixture()
    {
        sql("CREATE SCHEMA fake; CREATE TABLE fake.shift AS SELECT interval '0' AS by;"
            "CREATE FUNCTION fake.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS"
            " 'SELECT pg_catalog.clock_timestamp() + by FROM fake.shift';"
            "ALTER DATABASE postgres SET search_path = fake, public, pg_catalog");
        server.start();
    }

    std::string sql(const std::string& text) const { return run_sql(database.conninfo(), text); }

    void shift_clock(const std::string& by) const
    {
        sql("UPDATE fake.shift SET by = '" + by + "'");
    }

    /// The status of the answer; 0 if there is none.
    [[nodiscard]] unsigned reserve(int seat, const std::string& more) const
    {
        const auto answer = http_client{server.port()}.ask(
            "POST", "/sessions/1/seats/reserve",
            R"({"userId": "anna", "seats": [)" + std::to_string(seat) + "]" + more + "}");
        return answer ? answer->status : 0;
    }
    [[nodiscard]] unsigned hold(int seat) const { return reserve(seat, R"(, "hold": 1)"); }

    /// Holds made before, during and after a jump of the clock end, and their seats are sold once.
    void check_jump(const std::string& by)
    {
        CHECK(hold(1) == 201);
        shift_clock(by);
        for (int i = 0; i < 20; ++i) // the server hears of the time with each answer
        {
            const auto status = hold(10 + i);
            CHECK((status == 201 || status == 503));
        }
        shift_clock("0");
        wait_until([&] { return hold(2) == 201; });
        for (const int seat : {1, 2, 10, 20, 29})
        {
            CAPTURE(seat);
            CHECK_NOTHROW(wait_until([&] { return reserve(seat, "") == 201; }));
            CHECK(reserve(seat, "") == 409);
        }
        CHECK(sql("SELECT count(*) FROM reservations WHERE status = 'held'"
                  " AND held_until > pg_catalog.now() + interval '1 hour'")
              == "0");
        CHECK(server.terminate() == 0);
        CHECK(server.check() == 0);
    }

    temporary_folder folder;
    postgres_server database;
    server_process server{folder.path(),
                          database.url(),
                          {"--demo-sessions", "1", "--demo-hall", "10x25", "--access-log", "off"}};
};

} // namespace

TEST_CASE("the clock jumps a day ahead and is set right")
{
    fixture f;
    f.check_jump("1 day");
}

TEST_CASE("the clock jumps a day back and is set right")
{
    fixture f;
    f.check_jump("-1 day");
}

} // namespace cinema::tests
