// The host's clock, which is SQLite's, jumps by a day and is set right again, while a server sells.

#include "faults/clock_jump.hpp"
#include "support/ran_against.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace cinema::tests
{

namespace
{

const ran_against named{[] { return "cinema-server on SQLite, on a host whose clock jumps"; }};

/// A server on SQLite that sees the host's clock through libfaketime.
struct fixture
{
    fixture()
    {
        shift_clock(0);
        ::setenv("FAKETIME_TIMESTAMP_FILE", file.c_str(), 1);
        ::setenv("FAKETIME_NO_CACHE", "1", 1);
        ::setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1", 1);
        ::setenv("NO_FAKE_STAT", "1", 1);
        ::setenv("LD_PRELOAD", std::getenv("CINEMA_FAKETIME"), 1);
        server.start();
    }
    ~fixture() { ::unsetenv("LD_PRELOAD"); }

    /// As a whole: the server reads the file whenever it asks for the time.
    void shift_clock(int days) const
    {
        const auto next = file + ".next";
        std::ofstream{next} << (days < 0 ? "" : "+") << days << "d\n";
        std::filesystem::rename(next, file);
    }

    void check_jump(int days)
    {
        check_clock_jump(
            server, [this](int by) { shift_clock(by); }, days);
    }

    temporary_folder folder;
    std::string file{folder.path() / "clock"};
    server_process server{folder.path(), "sqlite:" + (folder.path() / "cinema.db").string(),
                          clock_jump_options()};
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
