#include "sqlite/pool.hpp"

#include "sqlite_fixture.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <thread>

using namespace cinema::tests;
using namespace cinema::booking::sqlite;
using cinema::booking::errc;

namespace
{

deadline soon() { return std::chrono::steady_clock::now() + std::chrono::milliseconds{10}; }

deadline late() { return std::chrono::steady_clock::now() + std::chrono::minutes{1}; }

/// A pool of connections to an empty file.
struct pool_place : sqlite_place
{
    pool make(unsigned connections_max)
    {
        (void)raw()("PRAGMA user_version = 1");
        return pool{connections_max, lender(file(),
                                            [this](deadline until)
                                            {
                                                ++opened;
                                                return std::make_unique<connection>(file(), until);
                                            })};
    }
    std::atomic<int> opened{0};
};

} // namespace

TEST_CASE("pool: connections are opened when they are needed, and used again")
{
    pool_place place;
    auto pool = place.make(3);
    for (int i = 0; i < 5; ++i)
        (void)pool.take(soon());
    CHECK(place.opened == 1);
    {
        const auto first = pool.take(soon());
        const auto second = pool.take(soon());
        CHECK(&*first != &*second);
    }
    CHECK(place.opened == 2);
}

TEST_CASE("pool: a call that waits too long for a connection is refused as busy")
{
    pool_place place;
    auto pool = place.make(1);
    {
        const auto lent = pool.take(soon());
        try
        {
            (void)pool.take(soon());
            FAIL("two connections of one");
        }
        catch (const failure& failed)
        {
            CHECK(failed.code() == errc::busy);
        }
    }
    (void)pool.take(soon());
    CHECK(place.opened == 1);
}

TEST_CASE("pool: many threads share few connections, each alone with its own")
{
    pool_place place;
    auto pool = place.make(2);
    std::atomic<int> lent{0};
    std::atomic<int> most{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 6; ++i)
            threads.emplace_back(
                [&]
                {
                    for (int round = 0; round < 200; ++round)
                    {
                        const auto lease = pool.take(late());
                        const int now = ++lent;
                        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);)
                            continue;
                        (void)lease->value_of("PRAGMA user_version");
                        --lent;
                    }
                });
    }
    CHECK(most <= 2);
    CHECK(place.opened <= 2);
}

TEST_CASE("pool: a broken connection is replaced by a new one")
{
    pool_place place;
    auto pool = place.make(1);
    {
        const auto lent = pool.take(soon());
        CHECK_THROWS_AS(lent->fail(SQLITE_IOERR), failure);
        CHECK(lent->is_broken());
    }
    CHECK(!pool.take(soon())->is_broken());
    CHECK(place.opened == 2);
}

TEST_CASE("pool: a place is not lost when a connection cannot be opened")
{
    pool_place place;
    auto pool = place.make(1);
    std::filesystem::rename(place.file(), place.file() + ".away");
    CHECK_THROWS_AS((void)pool.take(soon()), failure);
    std::filesystem::rename(place.file() + ".away", place.file());
    CHECK_NOTHROW((void)pool.take(soon()));
}
