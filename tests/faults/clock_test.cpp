// PostgreSQL's clock jumps by a day and is set right again, while a server sells.

#include "faults/clock_jump.hpp"
#include "support/postgres_schema.hpp"
#include "support/ran_against.hpp"
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
        sql("CREATE SCHEMA fake; CREATE TABLE fake.shift AS SELECT 0 AS days;"
            "CREATE FUNCTION fake.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS"
            " 'SELECT pg_catalog.clock_timestamp() + make_interval(days => days) FROM fake.shift';"
            "ALTER DATABASE postgres SET search_path = fake, public, pg_catalog");
        server.start();
    }

    void sql(const std::string& text) const { run_sql(database.conninfo(), text); }

    void check_jump(int days)
    {
        check_clock_jump(
            server, [this](int by) { sql("UPDATE fake.shift SET days = " + std::to_string(by)); },
            days);
    }

    temporary_folder folder;
    postgres_server database;
    server_process server{folder.path(), database.url(), clock_jump_options()};
};

} // namespace

TEST_CASE("the clock jumps a day ahead and is set right")
{
    fixture f;
    f.check_jump(1);
}

TEST_CASE("the clock jumps a day back and is set right")
{
    fixture f;
    f.check_jump(-1);
}

} // namespace cinema::tests
