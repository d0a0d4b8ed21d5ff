#include <cinema/booking/domain/time.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>

namespace booking = cinema::booking;
using namespace std::chrono_literals;

TEST_CASE("a time is milliseconds since 1970 and survives being stored")
{
    CHECK(booking::to_unix_ms(booking::time_point{}) == 0);
    for (const std::int64_t ms : {-1LL, 0LL, 1LL, 1'782'936'000'123LL, 253'402'300'799'999LL})
        CHECK(booking::to_unix_ms(booking::from_unix_ms(ms)) == ms);
    CHECK(booking::from_unix_ms(1'500) - booking::from_unix_ms(500) == 1s);
}

TEST_CASE("the latest time is the last millisecond of the year 9999")
{
    using namespace std::chrono;
    CHECK(booking::time_max + 1ms == sys_days{year{10'000} / January / 1});
    CHECK(floor<days>(booking::time_max) == sys_days{year{9'999} / December / 31});
}

TEST_CASE("the host's clock agrees with the system's to the millisecond")
{
    const auto before = std::chrono::system_clock::now();
    const auto now = booking::host_now();
    const auto after = std::chrono::system_clock::now();
    CHECK(now >= std::chrono::floor<std::chrono::milliseconds>(before));
    CHECK(now <= after);
}
