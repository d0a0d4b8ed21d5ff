#include <cinema/booking/service/kpi.hpp>

#include "unit/service/kpi_helpers.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using namespace cinema::tests::kpi;
namespace booking = cinema::booking;
using booking::attempt_outcome;
using booking::kpi_span;
using std::chrono::nanoseconds;

TEST_CASE("kpi: rates are shares of the requests, and replays are no requests")
{
    booking::kpi_recorder recorder{start};
    for (const auto outcome :
         {attempt_outcome::granted, attempt_outcome::granted, attempt_outcome::granted,
          attempt_outcome::conflict, attempt_outcome::conflict, attempt_outcome::refused,
          attempt_outcome::failed, attempt_outcome::failed, attempt_outcome::replayed})
        attempt(recorder, 7, start + 1s, outcome);

    const auto report = recorder.report(start + 2s);
    for (const kpi_span span : all_spans)
    {
        const booking::kpi_counts& counts = report.total.at(span).counts;
        CHECK(counts == booking::kpi_counts{3, 2, 1, 2, 1});
        CHECK(counts.requests() == 8);
        CHECK(counts.success_rate() == 3.0 / 8);
        CHECK(counts.conflict_rate() == 2.0 / 8);
        CHECK(figures_of(report, 7).at(span).counts == counts);
    }
}

TEST_CASE("kpi: without requests there is no rate, and everything else is 0")
{
    const booking::kpi_recorder recorder{start};

    const auto report = recorder.report(start);
    CHECK(report.sessions.empty());
    CHECK(report.total.in_flight == 0);
    for (const kpi_span span : all_spans)
    {
        const booking::kpi_window& window = report.total.at(span);
        CHECK(window.covered == 0us);
        CHECK(!window.counts.success_rate());
        CHECK(!window.counts.conflict_rate());
        CHECK(window.in_flight.peak == 0);
        CHECK(window.in_flight.average == 0);
        CHECK(window.response_time == booking::kpi_response_time{});
        CHECK(report.commits_at(span) == booking::kpi_commits{});
    }
}

TEST_CASE("kpi: a refusal is a conflict, a failure or for a reason of the request's own")
{
    CHECK(booking::outcome_of(booking::errc::seat_taken) == attempt_outcome::conflict);
    CHECK(booking::outcome_of(booking::errc::store_unavailable) == attempt_outcome::failed);
    CHECK(booking::outcome_of(booking::errc::pricing_failed) == attempt_outcome::failed);
    CHECK(booking::outcome_of(booking::errc::too_few_seats) == attempt_outcome::refused);
}

TEST_CASE("kpi: the time a replay took is left out of the response times")
{
    booking::kpi_recorder recorder{start};
    attempt(recorder, 1, start, attempt_outcome::granted, 4ms);
    attempt(recorder, 1, start, attempt_outcome::refused, 2ms);
    attempt(recorder, 1, start, attempt_outcome::replayed, 9s);

    const auto report = recorder.report(start + 10s);
    const booking::kpi_response_time& times = report.total.at(kpi_span::minute).response_time;
    CHECK(times.average == 3ms);
    CHECK(times.max == 4ms);
}

TEST_CASE("kpi: a request leaves each window when its step is older than the window")
{
    booking::kpi_recorder recorder{start};
    attempt(recorder, 1, start + 1s);
    const auto counted = [&](nanoseconds after, kpi_span span)
    { return requests(recorder.report(start + after), span); };

    CHECK(counted(60s - 1us, kpi_span::minute) == 1);
    CHECK(counted(60s, kpi_span::minute) == 0);
    CHECK(counted(300s - 1us, kpi_span::five_minutes) == 1);
    CHECK(counted(300s, kpi_span::five_minutes) == 0);
    CHECK(counted(1h - 1us, kpi_span::hour) == 1);
    CHECK(counted(1h, kpi_span::hour) == 0);
    CHECK(counted(10'000h, kpi_span::since_start) == 1);
}

TEST_CASE("kpi: a window is never shorter than its length less one step")
{
    booking::kpi_recorder recorder{start};
    attempt(recorder, 1, start);

    for (std::chrono::seconds after = 2h; after < 3h; after += 221s)
    {
        const auto report = recorder.report(start + after + 7s);
        const booking::kpi_figures& total = report.total;
        const booking::kpi_figures& single = figures_of(report, 1);
        CHECK(total.at(kpi_span::minute).covered >= 55s);
        CHECK(total.at(kpi_span::minute).covered <= 60s);
        CHECK(total.at(kpi_span::five_minutes).covered >= 280s);
        CHECK(total.at(kpi_span::five_minutes).covered <= 300s);
        CHECK(total.at(kpi_span::hour).covered >= 59min);
        CHECK(total.at(kpi_span::hour).covered <= 1h);
        CHECK(single.at(kpi_span::minute).covered >= 50s);
        CHECK(single.at(kpi_span::five_minutes).covered >= 4min);
        CHECK(single.at(kpi_span::hour).covered >= 55min);
        CHECK(single.at(kpi_span::hour).covered <= 1h);
        CHECK(total.at(kpi_span::since_start).covered == after + 7s);
    }
}

TEST_CASE("kpi: an attempt that lasts for hours is in flight in every window")
{
    booking::kpi_recorder recorder{start};
    const auto attempt = recorder.attempt_begun(1, start);

    const auto before = recorder.report(start + 3h);
    CHECK(before.total.in_flight == 1);
    for (const kpi_span span : all_spans)
    {
        CHECK(before.total.at(span).in_flight.peak == 1);
        CHECK(before.total.at(span).in_flight.average == 1);
        CHECK(figures_of(before, 1).at(span).in_flight.average == 1);
    }

    recorder.attempt_ended(attempt, attempt_outcome::granted, start + 3h);
    const auto after = recorder.report(start + 6h);
    CHECK(after.total.in_flight == 0);
    CHECK(after.total.at(kpi_span::hour).in_flight.peak == 0);
    CHECK(after.total.at(kpi_span::hour).in_flight.average == 0);
    CHECK(after.total.at(kpi_span::since_start).in_flight.average == 0.5);
    CHECK(after.total.at(kpi_span::since_start).response_time.max == 3h);
}

TEST_CASE("kpi: the peak is what was in flight at once, not in all")
{
    booking::kpi_recorder recorder{start};
    const auto first = recorder.attempt_begun(1, start + 1s);
    const auto second = recorder.attempt_begun(2, start + 2s);
    recorder.attempt_ended(first, attempt_outcome::granted, start + 3s);
    const auto third = recorder.attempt_begun(1, start + 4s);
    recorder.attempt_ended(second, attempt_outcome::granted, start + 5s);
    recorder.attempt_ended(third, attempt_outcome::granted, start + 6s);

    const auto report = recorder.report(start + 10s);
    CHECK(report.total.at(kpi_span::minute).in_flight.peak == 2);
    CHECK(report.total.at(kpi_span::minute).in_flight.average == (2.0 + 3.0 + 2.0) / 10);
    CHECK(figures_of(report, 1).at(kpi_span::minute).in_flight.peak == 1);
    CHECK(figures_of(report, 1).at(kpi_span::minute).in_flight.average == (2.0 + 2.0) / 9);
}

TEST_CASE("kpi: commits and their retries are counted by window")
{
    booking::kpi_recorder recorder{start};
    recorder.commit_done(start + 1s);
    recorder.commit_done(start + 2s);
    recorder.commit_retried(start + 10min);
    recorder.commit_done(start + 10min);

    const auto report = recorder.report(start + 10min);
    CHECK(report.commits_at(kpi_span::minute) == booking::kpi_commits{1, 1});
    CHECK(report.commits_at(kpi_span::five_minutes) == booking::kpi_commits{1, 1});
    CHECK(report.commits_at(kpi_span::hour) == booking::kpi_commits{3, 1});
    CHECK(report.commits_at(kpi_span::since_start) == booking::kpi_commits{3, 1});
    CHECK(requests(report, kpi_span::since_start) == 0);
}

TEST_CASE("kpi: an event that comes late is counted at its own time")
{
    booking::kpi_recorder recorder{start};
    attempt(recorder, 1, start + 5h);
    for (const auto late : {30s, 4min + 0s, 50min + 0s, 4h + 0s})
        attempt(recorder, 1, start + 5h - late);

    const auto report = recorder.report(start + 5h);
    CHECK(requests(report, kpi_span::minute) == 2);
    CHECK(requests(report, kpi_span::five_minutes) == 3);
    CHECK(requests(report, kpi_span::hour) == 4);
    CHECK(requests(report, kpi_span::since_start) == 5);
}

TEST_CASE("kpi: a time before the start counts as the start")
{
    booking::kpi_recorder recorder{start};
    attempt(recorder, 1, start - 10s, attempt_outcome::granted, 1s);

    const auto report = recorder.report(start - 1h);
    CHECK(requests(report, kpi_span::minute) == 1);
    CHECK(report.total.at(kpi_span::minute).covered == 0us);
    CHECK(report.total.at(kpi_span::minute).response_time.max == 1s);
}

TEST_CASE("kpi: an end before its beginning counts as the beginning")
{
    booking::kpi_recorder recorder{start};
    attempt(recorder, 1, start + 10s, attempt_outcome::granted, -3s);

    const auto report = recorder.report(start + 20s);
    CHECK(report.total.at(kpi_span::minute).response_time.max == 0s);
    CHECK(report.total.at(kpi_span::minute).in_flight.average == 0);
}

TEST_CASE("kpi: a report for a time gone by is given for the latest event")
{
    booking::kpi_recorder recorder{start};
    attempt(recorder, 1, start + 1h, attempt_outcome::granted, 0s);

    const auto report = recorder.report(start + 1min);
    CHECK(report.total.at(kpi_span::since_start).covered == 1h);
    CHECK(requests(report, kpi_span::minute) == 1);
}

TEST_CASE("kpi: what several threads record adds up, and every report on the way is sound")
{
    constexpr std::uint64_t thread_count = 4;
    constexpr std::uint64_t attempts_each = 5'000;
    booking::kpi_recorder recorder{start};
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t != thread_count; ++t)
        threads.emplace_back(
            [&recorder, t]
            {
                for (std::uint64_t i = 0; i != attempts_each; ++i)
                {
                    const auto outcome = attempt_outcome(i % booking::attempt_outcome_count);
                    attempt(recorder, static_cast<std::int64_t>(i / 10 % 8), start + i * 10ms,
                            outcome, (t + 1) * 1ms);
                    recorder.commit_done(start + i * 10ms);
                    if (i % 10 == 0)
                        recorder.commit_retried(start + i * 10ms);
                }
            });
    std::uint64_t seen = 0;
    while (seen < thread_count * attempts_each / 2)
    {
        const auto report = recorder.report(start);
        CHECK(report.total.in_flight <= thread_count);
        CHECK(report.total.at(kpi_span::since_start).in_flight.peak <= thread_count);
        CHECK(requests(report, kpi_span::since_start) >= seen);
        seen = requests(report, kpi_span::since_start);
    }
    for (std::thread& each : threads)
        each.join();

    const auto report = recorder.report(start + 1min);
    constexpr std::uint64_t share = thread_count * attempts_each / 5;
    const booking::kpi_window& all = report.total.at(kpi_span::since_start);
    CHECK(report.total.in_flight == 0);
    CHECK(all.counts == booking::kpi_counts{share, share, share, share, share});
    CHECK(report.commits_at(kpi_span::since_start) == booking::kpi_commits{5 * share, share / 2});
    CHECK(all.in_flight.peak >= 1);
    CHECK(all.response_time.average == 2'500us);
    CHECK(all.response_time.max == 4ms);
    REQUIRE(report.sessions.size() == 8);
    std::uint64_t of_sessions = 0;
    for (const booking::kpi_session& each : report.sessions)
    {
        CHECK(each.figures.in_flight == 0);
        of_sessions += each.figures.at(kpi_span::since_start).counts.requests();
    }
    CHECK(of_sessions == all.counts.requests());
}
