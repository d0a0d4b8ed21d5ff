#include <cinema/booking/service/latency_histogram.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <random>
#include <vector>

using namespace std::chrono_literals;
namespace booking = cinema::booking;
using std::chrono::nanoseconds;

namespace
{

nanoseconds exact_quantile(const std::vector<nanoseconds>& sorted, double q)
{
    const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

void check_against_sorted(std::vector<nanoseconds> values)
{
    booking::latency_histogram histogram;
    for (const nanoseconds value : values)
        histogram.add(value);

    std::sort(values.begin(), values.end());
    for (const double q : {0.0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0})
    {
        CAPTURE(q);
        const nanoseconds exact = exact_quantile(values, q);
        const nanoseconds found = histogram.quantile(q);
        CHECK(std::abs((found - exact).count()) <= std::max<std::int64_t>(16, exact.count() / 64));
        CHECK(found <= histogram.max());
    }
    CHECK(histogram.count() == values.size());
    CHECK(histogram.sum() == std::accumulate(values.begin(), values.end(), 0ns));
    CHECK(histogram.average().count() == histogram.sum().count() / std::ssize(values));
    CHECK(histogram.max() == values.back());
}

template <class Distribution>
std::vector<nanoseconds> draw(std::size_t count, Distribution distribution)
{
    std::mt19937_64 random{20'260'730};
    std::vector<nanoseconds> values(count);
    for (nanoseconds& value : values)
        value = nanoseconds{static_cast<std::int64_t>(distribution(random))};
    return values;
}

} // namespace

TEST_CASE("latency histogram: quantiles are within 1/64 of the sorted values'")
{
    SUBCASE("uniform over microseconds")
    {
        check_against_sorted(draw(20'000, std::uniform_real_distribution{1e3, 1e6}));
    }
    SUBCASE("uniform over the whole range")
    {
        check_against_sorted(draw(20'000, std::uniform_real_distribution{1e3, 1e11}));
    }
    SUBCASE("exponential around 3 ms")
    {
        check_against_sorted(draw(20'000, std::exponential_distribution{1 / 3e6}));
    }
    SUBCASE("log-normal with a heavy tail")
    {
        check_against_sorted(draw(20'000, std::lognormal_distribution{15.0, 2.0}));
    }
    SUBCASE("two humps far apart")
    {
        std::mt19937_64 side{1};
        auto values = draw(10'000, std::normal_distribution{2e6, 1e5});
        const auto slow = draw(300, std::normal_distribution{2e9, 1e8});
        values.insert(values.end(), slow.begin(), slow.end());
        std::shuffle(values.begin(), values.end(), side);
        check_against_sorted(values);
    }
    SUBCASE("below a microsecond, within 16 ns")
    {
        check_against_sorted(draw(20'000, std::uniform_real_distribution{0.0, 1e3}));
    }
    SUBCASE("few values")
    {
        for (std::size_t count = 1; count != 12; ++count)
            check_against_sorted(draw(count, std::exponential_distribution{1e-6}));
    }
}

TEST_CASE("latency histogram: every bucket boundary keeps the error bound")
{
    for (std::int64_t power = 1; power <= (std::int64_t{1} << 36); power *= 2)
        for (std::int64_t part = 32; part != 64; ++part)
            for (const std::int64_t around : {-1, 0, 1})
            {
                const nanoseconds value{std::max<std::int64_t>(0, power * part / 32 + around)};
                CAPTURE(value.count());
                booking::latency_histogram histogram;
                histogram.add(value);
                histogram.add(1h); // so that the maximum does not correct the reading
                const std::int64_t error = (histogram.quantile(0.5) - value).count();
                CHECK(std::abs(error) <= std::max<std::int64_t>(16, value.count() / 64));
            }
}

TEST_CASE("latency histogram: equal values have equal quantiles")
{
    booking::latency_histogram histogram;
    for (int i = 0; i != 1'000; ++i)
        histogram.add(3ms);

    CHECK(histogram.quantile(0.001) == histogram.quantile(0.999));
    CHECK(histogram.quantile(1) == 3ms);
    CHECK(histogram.average() == 3ms);
}

TEST_CASE("latency histogram: an empty one answers 0 to everything")
{
    const booking::latency_histogram histogram;

    CHECK(histogram.count() == 0);
    CHECK(histogram.sum() == 0ns);
    CHECK(histogram.average() == 0ns);
    CHECK(histogram.max() == 0ns);
    CHECK(histogram.quantile(0) == 0ns);
    CHECK(histogram.quantile(0.5) == 0ns);
    CHECK(histogram.quantile(1) == 0ns);
}

TEST_CASE("latency histogram: a negative duration counts as 0")
{
    booking::latency_histogram histogram;
    histogram.add(-5ms);

    CHECK(histogram.count() == 1);
    CHECK(histogram.sum() == 0ns);
    CHECK(histogram.max() == 0ns);
}

TEST_CASE("latency histogram: what is beyond the range reads as the longest seen")
{
    booking::latency_histogram histogram;
    for (const nanoseconds value : {nanoseconds{1ms}, nanoseconds{200s}, nanoseconds{3h}})
        histogram.add(value);

    CHECK(histogram.quantile(0.5) == 3h);
    CHECK(histogram.max() == 3h);
    CHECK(histogram.sum() == 1ms + 200s + 3h);
}

TEST_CASE("latency histogram: merging equals adding all values to one")
{
    const auto some = draw(5'000, std::exponential_distribution{1e-6});
    const auto others = draw(3'000, std::lognormal_distribution{17.0, 1.0});
    booking::basic_latency_histogram<std::uint32_t> first;
    booking::basic_latency_histogram<std::uint32_t> second;
    booking::latency_histogram all;
    for (const nanoseconds value : some)
    {
        first.add(value);
        all.add(value);
    }
    for (const nanoseconds value : others)
    {
        second.add(value);
        all.add(value);
    }

    booking::latency_histogram merged;
    merged.merge(second);
    merged.merge(first);
    merged.merge(booking::latency_histogram{});

    CHECK(merged.count() == all.count());
    CHECK(merged.sum() == all.sum());
    CHECK(merged.max() == all.max());
    for (double q = 0; q <= 1; q += 1.0 / 128)
        CHECK(merged.quantile(q) == all.quantile(q));
}

TEST_CASE("latency histogram: clear forgets everything")
{
    booking::latency_histogram histogram;
    histogram.add(7s);
    histogram.clear();
    histogram.add(1ms);

    CHECK(histogram.count() == 1);
    CHECK(histogram.sum() == 1ms);
    CHECK(histogram.max() == 1ms);
    CHECK(histogram.quantile(0.5) == 1ms);
}

TEST_CASE("latency histogram: it is as large as 897 counters and three words")
{
    CHECK(sizeof(booking::basic_latency_histogram<std::uint32_t>) <= (897 + 1) * 4 + 3 * 8);
    CHECK(sizeof(booking::latency_histogram) <= (897 + 3) * 8);
}
