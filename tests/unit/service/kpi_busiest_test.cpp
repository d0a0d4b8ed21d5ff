#include <cinema/booking/service/kpi.hpp>

#include "unit/service/kpi_helpers.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>

using namespace std::chrono_literals;
using namespace cinema::tests::kpi;
namespace booking = cinema::booking;
using booking::attempt_outcome;
using booking::kpi_span;

TEST_CASE("kpi: up to the limit every session is tracked, the busiest first")
{
    booking::kpi_recorder recorder{start};
    for (std::size_t n = 1; n <= booking::kpi_sessions_max; ++n)
        for (std::size_t i = 0; i != n; ++i)
            attempt(recorder, -static_cast<std::int64_t>(n), start);

    const auto report = recorder.report(start + 1s);
    REQUIRE(report.sessions.size() == booking::kpi_sessions_max);
    for (std::size_t i = 0; i != report.sessions.size(); ++i)
    {
        const auto expected = booking::kpi_sessions_max - i;
        CHECK(report.sessions[i].session == -static_cast<std::int64_t>(expected));
        CHECK(report.sessions[i].figures.at(kpi_span::hour).counts.granted == expected);
    }
}

TEST_CASE("kpi: a session busier than the least busy one takes its place")
{
    booking::kpi_recorder recorder{start};
    for (std::int64_t session = 1; session <= 16; ++session)
        for (std::int64_t i = 0; i != 10 * session; ++i)
            attempt(recorder, session, start);

    for (int i = 0; i != 10; ++i)
        attempt(recorder, 99, start + 1s);
    CHECK(!tracks(recorder.report(start + 1s), 99));
    CHECK(tracks(recorder.report(start + 1s), 1));

    attempt(recorder, 99, start + 2s);
    attempt(recorder, 99, start + 3s);
    const auto report = recorder.report(start + 4s);
    CHECK(!tracks(report, 1));
    CHECK(figures_of(report, 99).at(kpi_span::since_start).counts.granted == 2);
    CHECK(figures_of(report, 99).at(kpi_span::since_start).covered == 2s);
    CHECK(requests(report, kpi_span::since_start) == 10 * 136 + 12);
}

TEST_CASE("kpi: attempts on their way do not count for the session that took the place")
{
    booking::kpi_recorder recorder{start};
    for (std::int64_t session = 1; session <= 16; ++session)
        for (std::int64_t i = 0; i != (session == 1 ? 1 : 10); ++i)
            attempt(recorder, session, start);
    const auto of_former = recorder.attempt_begun(1, start + 1s);
    const auto too_early = recorder.attempt_begun(99, start + 1s);
    attempt(recorder, 99, start + 1s);
    const auto of_latter = recorder.attempt_begun(99, start + 1s);

    recorder.attempt_ended(of_former, attempt_outcome::conflict, start + 2s);
    recorder.attempt_ended(too_early, attempt_outcome::conflict, start + 2s);
    auto report = recorder.report(start + 3s);
    REQUIRE(!tracks(report, 1));
    CHECK(figures_of(report, 99).in_flight == 1);
    CHECK(figures_of(report, 99).at(kpi_span::minute).counts.requests() == 0);
    CHECK(report.total.at(kpi_span::minute).counts.conflict == 2);

    recorder.attempt_ended(of_latter, attempt_outcome::granted, start + 3s);
    report = recorder.report(start + 3s);
    CHECK(figures_of(report, 99).in_flight == 0);
    CHECK(figures_of(report, 99).at(kpi_span::minute).counts.granted == 1);
    CHECK(report.total.in_flight == 0);
}

TEST_CASE("kpi: requests for very many sessions do not drive out the busy ones")
{
    booking::kpi_recorder recorder{start};
    std::mt19937_64 random{5};
    for (int i = 0; i != 100'000; ++i)
        attempt(recorder, i % 4 == 0 ? i / 4 % 16 : static_cast<std::int64_t>(random() >> 1),
                start + i * 1ms);

    const auto report = recorder.report(start + 100s);
    for (std::int64_t session = 0; session != 16; ++session)
        CHECK(tracks(report, session));
}

TEST_CASE("kpi: a session can become one of the busiest after any number of others have tried")
{
    booking::kpi_recorder recorder{start};
    for (std::int64_t session = 1; session <= 16; ++session)
        for (std::int64_t i = 0; i != 10; ++i)
            attempt(recorder, session, start);
    for (std::int64_t session = 1'000; session != 3'000; ++session)
        for (std::int64_t i = 0; i != 5; ++i)
            attempt(recorder, session, start);

    for (int i = 0; i != 40; ++i)
        attempt(recorder, 99, start + 1s);
    CHECK(tracks(recorder.report(start + 1s), 99));
}

TEST_CASE("kpi: earlier requests count half after ten minutes, for and against a place")
{
    booking::kpi_recorder recorder{start};
    const auto all_attempt = [&](std::int64_t times, time_point now)
    {
        for (std::int64_t session = 1; session <= 16; ++session)
            for (std::int64_t i = 0; i != times; ++i)
                attempt(recorder, session, now);
    };
    all_attempt(16, start);
    for (int i = 0; i != 16; ++i)
        attempt(recorder, 99, start);
    all_attempt(4, start + 11min); // a score of 16 / 2 + 4

    for (int votes = 16 / 2 + 1; votes <= 16 / 2 + 4; ++votes)
        attempt(recorder, 99, start + 11min);
    CHECK(!tracks(recorder.report(start + 11min), 99));
    attempt(recorder, 99, start + 11min);
    CHECK(tracks(recorder.report(start + 11min), 99));
}

TEST_CASE("kpi: a session that has been idle for long gives way to a few requests")
{
    booking::kpi_recorder recorder{start};
    for (std::int64_t session = 1; session <= 16; ++session)
        for (std::int64_t i = 0; i != 1'000; ++i)
            attempt(recorder, session, start);

    attempt(recorder, 99, start + 2h);
    CHECK(tracks(recorder.report(start + 2h), 99));
}
