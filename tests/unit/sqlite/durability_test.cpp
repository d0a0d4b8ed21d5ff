// What was acknowledged is on the disk: how the stores' own connections write.

#include "sqlite/database.hpp"
#include "unit/sqlite/sqlite_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace cinema::booking;

TEST_CASE("durability: a commit ends once the log is on the disk, and no sooner")
{
    const cinema::tests::sqlite_place place;
    const auto stores = place.open();
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    const auto writer = sqlite::open_writer(place.patient(), until);

    CHECK(writer->value_of("PRAGMA synchronous") == "2"); // FULL
    CHECK(writer->value_of("PRAGMA fullfsync") == "1");
    CHECK(writer->value_of("PRAGMA journal_mode") == "wal");
}

TEST_CASE("durability: the file is made by a connection that writes in the same way")
{
    const cinema::tests::sqlite_place place;
    const auto first = sqlite::make_file(place.patient(), true);

    CHECK(first->value_of("PRAGMA synchronous") == "2");
    CHECK(first->value_of("PRAGMA journal_mode") == "wal");
}
