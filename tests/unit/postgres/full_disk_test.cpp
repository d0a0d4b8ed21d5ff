#include <cinema/booking/adapters/postgres.hpp>
#include <cinema/booking/store/audit.hpp>
#include <cinema/booking/testing/conformance/fixture.hpp>

#include "support/postgres_schema.hpp"

#include <doctest/doctest.h>
#include <sys/mount.h>

#include <filesystem>
#include <string>
#include <vector>

using namespace cinema::booking;
using namespace cinema::tests;

namespace
{

/// A disk of few megabytes that holds the tables of a PostgreSQL server.
class small_disk
{
public:
    explicit small_disk(const postgres_server& of) : folder_{of.folder() + "/small"}
    {
        std::filesystem::create_directory(folder_);
        is_there_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=3m") == 0;
    }
    ~small_disk()
    {
        if (is_there_)
            ::umount2(folder_.c_str(), MNT_DETACH);
    }
    small_disk(const small_disk&) = delete;
    small_disk& operator=(const small_disk&) = delete;

    /// Only root may make one.
    [[nodiscard]] bool is_there() const noexcept { return is_there_; }
    [[nodiscard]] const std::string& folder() const noexcept { return folder_; }

private:
    std::string folder_;
    bool is_there_{};
};

} // namespace

TEST_CASE("full disk: nothing is written in part, and all goes on once there is room again")
{
    const postgres_server server;
    const small_disk disk{server};
    if (!disk.is_there())
    {
        MESSAGE("not tested: only root can make a small disk");
        return;
    }
    REQUIRE(child_process::run({"/bin/chown", "postgres:", disk.folder()}, "/dev/null") == 0);
    run_sql(server.conninfo(), "CREATE TABLESPACE small LOCATION '" + disk.folder() + "'");
    const auto conninfo = server.conninfo(" options=-cdefault_tablespace=small");
    const auto stores =
        open_postgres_stores({.conninfo = conninfo, .timeout = std::chrono::seconds{30}}).value();
    const auto house = testing::seeded({.stores = stores});

    std::vector<session_id> sessions; // made while there is room
    for (int i = 0; i < 100; ++i)
        sessions.push_back(house.another_session().id);
    error_code error;
    std::size_t sold = 0;
    for (std::size_t i = 0; i < sessions.size() && !error; ++i)
    {
        testing::box_office office{house.inventory(), sessions[i]};
        for (int seat = 1; seat <= 40 && !error; ++seat)
        {
            error = office.commit(office.sells({seat}, std::to_string(seat)));
            sold += !error;
        }
    }
    INFO(error.message());
    CHECK(error == errc::storage_full);
    CHECK(sold > 100);
    auto report = audit(house.inventory(), house.reservations());
    CHECK(report.is_clean());
    CHECK(report.guard_rows == sold);

    REQUIRE(::mount("tmpfs", disk.folder().c_str(), "tmpfs", MS_REMOUNT, "size=64m") == 0);
    testing::box_office office{house.inventory(), house.session.id};
    CHECK(!office.commit(office.sells({1}, "room")));
    report = audit(house.inventory(), house.reservations());
    CHECK(report.guard_rows == sold + 1);
}
