#include <cinema/booking/adapters/postgres.hpp>
#include <cinema/booking/testing/conformance/fixture.hpp>

#include "support/postgres_schema.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

using namespace cinema::booking;
using namespace cinema::tests;

namespace
{

/// pgbouncer before a PostgreSQL server, on a Unix socket.
class pooler
{
public:
    pooler(const postgres_server& server, const std::string& mode)
    {
        const auto folder = folder_.path().string();
        const auto file = folder + "/pgbouncer.ini";
        std::ofstream{file} << "[databases]\n* = host=" << server.folder()
                            << " port=5432 user=postgres\n[pgbouncer]\npool_mode = " << mode
                            << "\nauth_type = any\nlisten_port = 6432\nlisten_addr =\n"
                               "max_client_conn = 100\ndefault_pool_size = 20\n"
                               "ignore_startup_parameters = extra_float_digits\n"
                               "unix_socket_dir = "
                            << folder << '\n';
        std::vector<std::string> command{"/usr/sbin/pgbouncer", file};
        if (::getuid() == 0) // as which it does not run
        {
            REQUIRE(child_process::run({"/bin/chown", "-R", "postgres:", folder}, "/dev/null")
                    == 0);
            command.insert(command.begin(), {"/usr/bin/setpriv", "--reuid=postgres",
                                             "--regid=postgres", "--init-groups"});
        }
        process_ = std::make_unique<child_process>(command, folder + "/log");
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (PQping(conninfo().c_str()) != PQPING_OK
               && std::chrono::steady_clock::now() < give_up)
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }

    [[nodiscard]] std::string conninfo() const
    {
        return "host=" + folder_.path().string() + " port=6432 user=postgres dbname=postgres";
    }

private:
    temporary_folder folder_;
    std::unique_ptr<child_process> process_;
};

} // namespace

TEST_CASE("pooler: behind pgbouncer in session mode seats are sold")
{
    const postgres_server server;
    const pooler between{server, "session"};
    const auto stores =
        open_postgres_stores({.conninfo = between.conninfo(), .timeout = std::chrono::seconds{30}});
    REQUIRE(stores.has_value());
    const auto house = testing::seeded({.stores = *stores});
    auto office = house.office();
    office.done(office.sells({1}));
    CHECK(testing::guarded(house.inventory(), house.session.id) == testing::seat_numbers{1});
}

TEST_CASE("pooler: pgbouncer in transaction mode is refused, and said to be so")
{
    const postgres_server server;
    const pooler between{server, "transaction"};
    std::string said;
    const auto stores = open_postgres_stores({.conninfo = between.conninfo(),
                                              .timeout = std::chrono::seconds{30},
                                              .log = [&](std::string_view line) { said = line; }});
    CHECK(stores.error() == errc::store_failed);
    CHECK(said.find("pool_mode = session") != std::string::npos);
    // The next one who comes finds nothing half made.
    CHECK(run_sql(server.conninfo(), "SELECT count(*) FROM information_schema.tables"
                                     " WHERE table_schema = 'public'")
          == "0");
}
