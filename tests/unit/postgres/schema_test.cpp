#include <cinema/booking/adapters/postgres.hpp>

#include "support/postgres_schema.hpp"
#include "support/ran_against.hpp"
#include "support/relay_proxy.hpp"

#include <doctest/doctest.h>

#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace cinema::booking;
using namespace cinema::tests;

namespace
{

const ran_against named{[] { return name_of_shared_postgres() + ", and what may happen to it"; }};

/// An empty schema, and what opening stores in it says.
struct place
{
    [[nodiscard]] postgres_params params()
    {
        return {.conninfo = schema.conninfo(),
                .timeout = std::chrono::seconds{30},
                .allows_unsafe_durability = true, // of the server that is shared
                .log = [this](std::string_view line)
                {
                    const std::lock_guard lock{mutex};
                    said += std::string{line} + '\n';
                }};
    }
    [[nodiscard]] bool has_said(std::string_view what)
    {
        const std::lock_guard lock{mutex};
        return said.find(what) != std::string::npos;
    }

    postgres_schema schema;
    std::mutex mutex;
    std::string said;
};

} // namespace

TEST_CASE("schema: it is made where nothing is, once, and its steps are told")
{
    place here;
    const auto before = postgres_migrations(here.params()).value();
    REQUIRE(!before.empty());
    CHECK(!before.front().applied_at);
    CHECK(here.schema("SELECT count(*) FROM information_schema.tables"
                      " WHERE table_schema = current_schema()")
          == "0");

    REQUIRE(open_postgres_stores(here.params()).has_value());
    const auto after = migrate_postgres(here.params()).value();

    CHECK(after.front().name == "0001_initial");
    for (const auto& step : after)
        CHECK(step.applied_at.has_value());
    CHECK(postgres_migrations(here.params()).value().front().applied_at
          == after.front().applied_at);
}

TEST_CASE("schema: of many who make it at once, one does")
{
    place here;
    std::vector<std::thread> threads;
    std::atomic<int> opened{0};
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] { opened += open_postgres_stores(here.params()).has_value(); });
    for (auto& thread : threads)
        thread.join();
    CHECK(opened == 4);
}

TEST_CASE("schema: another program's tables are left alone")
{
    place here;
    here.schema("CREATE TABLE users (id integer)");
    CHECK(open_postgres_stores(here.params()).error() == errc::schema_mismatch);
    CHECK(here.has_said("tables of another program (users)"));
    CHECK(here.schema("SELECT count(*) FROM information_schema.tables"
                      " WHERE table_schema = current_schema()")
          == "1");
}

TEST_CASE("schema: an edited step, a newer one and a missing one are errors that say so")
{
    place here;
    REQUIRE(open_postgres_stores(here.params()).has_value());
    auto params = here.params();
    params.migrate = false;

    SUBCASE("edited")
    {
        here.schema("UPDATE schema_migrations SET checksum = 'other' WHERE version = 1");
        CHECK(open_postgres_stores(params).error() == errc::schema_mismatch);
        CHECK(here.has_said("schema step 0001_initial is not the one of this program"));
    }
    SUBCASE("newer")
    {
        here.schema("INSERT INTO schema_migrations VALUES (99, '0099_more', 'x')");
        CHECK(open_postgres_stores(params).error() == errc::schema_mismatch);
        CHECK(here.has_said("use the newer program"));
    }
    SUBCASE("missing")
    {
        here.schema("DELETE FROM schema_migrations");
        CHECK(open_postgres_stores(params).error() == errc::schema_mismatch);
        CHECK(here.has_said("run the migration first"));
    }
}

TEST_CASE("schema: what cannot work is refused with the reason")
{
    place here;
    auto params = here.params();

    SUBCASE("no such database")
    {
        params.conninfo = shared_postgres() + " dbname=nowhere";
        CHECK(open_postgres_stores(params).error() == errc::store_failed);
        CHECK(here.has_said("createdb"));
    }
    SUBCASE("no schema in search_path")
    {
        params.conninfo = shared_postgres() + " options=-csearch_path=nowhere";
        CHECK(open_postgres_stores(params).error() == errc::store_failed);
        CHECK(here.has_said("search_path names no schema"));
    }
    SUBCASE("nobody listens")
    {
        params.conninfo = "host=/nonexistent dbname=x";
        CHECK(open_postgres_stores(params).error() == errc::store_unavailable);
    }
    SUBCASE("parameters beyond their limits")
    {
        params.connections_max = 0;
        CHECK(open_postgres_stores(params).error() == errc::invalid_request);
        params = here.params();
        params.timeout = std::chrono::milliseconds{1};
        CHECK(open_postgres_stores(params).error() == errc::invalid_request);
        params = here.params();
        params.conninfo.clear();
        CHECK(open_postgres_stores(params).error() == errc::invalid_request);
    }
}

TEST_CASE("schema: a server whose durability is switched off is refused, unless it is allowed")
{
    for (const std::string setting : {"fsync", "full_page_writes", "synchronous_commit"})
    {
        const postgres_server server{{setting + "=off"}};
        std::string said;
        postgres_params params{.conninfo = server.conninfo(),
                               .timeout = std::chrono::seconds{30},
                               .log = [&](std::string_view line) { said = line; }};
        CHECK(open_postgres_stores(params).error() == errc::store_failed);
        CHECK(said.find(setting + " is off") != std::string::npos);
        params.allows_unsafe_durability = true;
        CHECK(open_postgres_stores(params).has_value());
    }
}

TEST_CASE("schema: of several hosts the one is used that takes writes")
{
    const postgres_server reader{{"default_transaction_read_only=on"}};
    const postgres_server writer;
    const auto hosts = "host=" + reader.folder() + ',' + writer.folder()
                       + ",/nonexistent user=postgres dbname=postgres";
    const auto stores =
        open_postgres_stores({.conninfo = hosts, .timeout = std::chrono::seconds{30}});
    REQUIRE(stores.has_value());
    CHECK(
        stores->inventory->add_hall({.name = "A", .layout = seat_layout::grid(1, 1)}).has_value());
    CHECK(run_sql(writer.conninfo(), "SELECT count(*) FROM halls") == "1");
}

TEST_CASE("schema: a host that swallows all does not keep the next one from being used")
{
    const postgres_server server;
    relay_proxy proxy{server.folder() + "/.s.PGSQL.5432"};
    proxy.swallow(true);
    const auto hosts = "host=127.0.0.1," + server.folder() + " port=" + std::to_string(proxy.port())
                       + ",5432 user=postgres dbname=postgres";
    const auto stores =
        open_postgres_stores({.conninfo = hosts, .timeout = std::chrono::seconds{3}});
    REQUIRE(stores.has_value());
    CHECK(stores->inventory->ping().has_value());
}

TEST_CASE("schema: where no host will do, it is told what to mend, not what to wait for")
{
    const postgres_server unsafe{{"fsync=off"}};
    std::string said;
    const auto stores = open_postgres_stores(
        {.conninfo = "host=" + unsafe.folder() + ",/nonexistent user=postgres dbname=postgres",
         .timeout = std::chrono::seconds{30},
         .log = [&](std::string_view line) { said = line; }});
    CHECK(stores.error() == errc::store_failed);
    CHECK(said.find("fsync is off") != std::string::npos);
}

TEST_CASE("schema: the SQL that is pending is all there is to do")
{
    const postgres_server server;
    postgres_params params{
        .conninfo = server.conninfo(), .timeout = std::chrono::seconds{30}, .migrate = false};
    const auto sql = pending_postgres_sql(params);
    REQUIRE(sql.has_value());
    (void)run_sql(server.conninfo(), *sql);
    CHECK(open_postgres_stores(params).has_value());
    CHECK(pending_postgres_sql(params).value().empty());
}

TEST_CASE("schema: who may not read what is there is told so, not that it is missing")
{
    const postgres_server server;
    REQUIRE(
        open_postgres_stores({.conninfo = server.conninfo(), .timeout = std::chrono::seconds{30}})
            .has_value());
    (void)run_sql(server.conninfo(), "CREATE ROLE poor LOGIN");
    std::string said;
    const auto stores =
        open_postgres_stores({.conninfo = "host=" + server.folder() + " user=poor dbname=postgres",
                              .timeout = std::chrono::seconds{30},
                              .log = [&](std::string_view line) { said = line; }});
    CHECK(stores.error() == errc::store_failed);
    CHECK(said.find("permission denied for table schema_migrations") != std::string::npos);
}
