#include <cinema/booking/service/kpi.hpp>

#include "support/effort.hpp"
#include "unit/service/kpi_helpers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using namespace cinema::tests::kpi;
namespace booking = cinema::booking;
using booking::attempt_outcome;
using booking::kpi_span;
using std::chrono::microseconds;
using std::chrono::nanoseconds;

namespace
{

/// Writes down all that the recorder is told, and recounts its report from that, plainly.
class journal
{
public:
    using ticket = std::size_t;

    ticket begin(std::int64_t session, time_point now)
    {
        attempts_.push_back({session, recorder_.attempt_begun(session, now), ++in_flight_,
                             ++in_flight_of_[static_cast<std::size_t>(session)]});
        newest_ = std::max(newest_, now);
        return attempts_.size() - 1;
    }

    void end(ticket which, attempt_outcome outcome, time_point now)
    {
        entry& its = attempts_[which];
        recorder_.attempt_ended(its.attempt, outcome, now);
        its.ended = std::max(now, its.attempt.begun);
        its.outcome = outcome;
        --in_flight_;
        --in_flight_of_[static_cast<std::size_t>(its.session)];
        newest_ = std::max(newest_, now);
    }

    void commit(bool retried, time_point now)
    {
        retried ? recorder_.commit_retried(now) : recorder_.commit_done(now);
        commits_.push_back({since_start(now), retried});
        newest_ = std::max(newest_, now);
    }

    /// Compares the recorder's report with the recount.
    void check(time_point now) const
    {
        const booking::kpi_report report = recorder_.report(now);
        const microseconds at = since_start(std::max(now, newest_));
        check_figures(report.total, std::nullopt, {5s, 20s, 60s}, at);
        for (const booking::kpi_session& each : report.sessions)
            check_figures(each.figures, each.session, {10s, 60s, 300s}, at);
        for (const kpi_span span : all_spans)
        {
            const microseconds from = window_begin(span, {5s, 20s, 60s}, 0us, at);
            booking::kpi_commits counted;
            for (const auto& [time, retried] : commits_)
                if (time >= from)
                    ++(retried ? counted.retried : counted.done);
            CHECK(report.commits_at(span) == counted);
        }
    }

private:
    using steps = std::array<microseconds, 3>;

    struct entry
    {
        std::int64_t session;
        booking::kpi_attempt attempt;
        std::uint64_t level;            ///< In flight just after it began, in total
        std::uint64_t level_of_session; ///< and of its session.
        std::optional<time_point> ended{};
        attempt_outcome outcome{};
    };

    /// When an attempt was in flight, as the figures in question see it.
    struct stretch
    {
        microseconds begun;
        std::optional<microseconds> ended;
        std::uint64_t level; ///< In flight just after it began.
        const entry* of;
    };

    struct commit_entry
    {
        microseconds time;
        bool retried;
    };

    static microseconds since_start(time_point time)
    {
        return std::chrono::floor<microseconds>(std::max(time, start) - start);
    }

    static microseconds window_begin(kpi_span span, const steps& step, microseconds first,
                                     microseconds now)
    {
        if (span == kpi_span::since_start)
            return first;
        const auto i = static_cast<std::size_t>(span);
        const microseconds length = std::array<microseconds, 3>{1min, 5min, 1h}[i];
        return std::max(first, (now / step[i] + 1) * step[i] - length);
    }

    void check_figures(const booking::kpi_figures& figures, std::optional<std::int64_t> session,
                       const steps& step, microseconds now) const
    {
        std::vector<stretch> its;
        microseconds first{};
        for (const entry& each : attempts_)
        {
            if (session && each.session != *session)
                continue;
            if (session && its.empty())
                first = since_start(each.attempt.begun);
            its.push_back({std::max(first, since_start(each.attempt.begun)), std::nullopt,
                           session ? each.level_of_session : each.level, &each});
            if (each.ended)
                its.back().ended = std::max(first, since_start(*each.ended));
        }
        const auto in_flight =
            std::ranges::count_if(its, [](const stretch& each) { return !each.ended; });
        CHECK(figures.in_flight == static_cast<std::uint64_t>(in_flight));
        for (const kpi_span span : all_spans)
        {
            CAPTURE(static_cast<int>(span));
            const microseconds from = window_begin(span, step, first, now);
            CHECK(figures.at(span).covered == now - from);
            check_ends(figures.at(span), its, from);
            check_in_flight(figures.at(span), its, from, now);
        }
    }

    static void check_ends(const booking::kpi_window& window, const std::vector<stretch>& attempts,
                           microseconds from)
    {
        booking::kpi_counts counts;
        std::vector<nanoseconds> times;
        nanoseconds sum{};
        for (const stretch& each : attempts)
        {
            if (!each.ended || *each.ended < from)
                continue;
            ++*std::array{&counts.granted, &counts.conflict, &counts.refused, &counts.failed,
                          &counts.replayed}[static_cast<std::size_t>(each.of->outcome)];
            if (each.of->outcome == attempt_outcome::replayed)
                continue;
            times.push_back(*each.of->ended - each.of->attempt.begun);
            sum += times.back();
        }
        CHECK(window.counts == counts);
        if (times.empty())
        {
            CHECK(window.response_time == booking::kpi_response_time{});
            CHECK(!window.counts.success_rate());
            CHECK(!window.counts.conflict_rate());
            return;
        }
        const auto all = static_cast<double>(times.size());
        CHECK(window.counts.success_rate() == static_cast<double>(counts.granted) / all);
        CHECK(window.counts.conflict_rate() == static_cast<double>(counts.conflict) / all);
        std::sort(times.begin(), times.end());
        CHECK(window.response_time.average.count() == sum.count() / std::ssize(times));
        CHECK(window.response_time.max == times.back());
        check_quantile(window.response_time.p50, times, 0.5);
        check_quantile(window.response_time.p95, times, 0.95);
        check_quantile(window.response_time.p99, times, 0.99);
        check_quantile(window.response_time.p999, times, 0.999);
    }

    static void check_quantile(nanoseconds found, const std::vector<nanoseconds>& sorted, double q)
    {
        const double rank = std::ceil(q * static_cast<double>(sorted.size()));
        const nanoseconds exact = sorted[static_cast<std::size_t>(rank) - 1];
        if (exact.count() >> 37 != 0) // beyond the histogram's range
            CHECK(found == sorted.back());
        else
            CHECK(std::abs((found - exact).count())
                  <= std::max<std::int64_t>(16, exact.count() / 64));
    }

    static void check_in_flight(const booking::kpi_window& window,
                                const std::vector<stretch>& attempts, microseconds from,
                                microseconds now)
    {
        microseconds area{};
        std::uint64_t peak = 0;
        std::uint64_t level_at_beginning = 0;
        for (const stretch& each : attempts)
        {
            area += std::max(0us, each.ended.value_or(now) - std::max(each.begun, from));
            if (each.begun >= from)
                peak = std::max(peak, each.level);
            else if (!each.ended || *each.ended >= from)
                ++level_at_beginning;
        }
        CHECK(window.in_flight.peak == std::max(peak, level_at_beginning));
        if (now == from)
            CHECK(window.in_flight.average == 0);
        else
            CHECK(window.in_flight.average
                  == static_cast<double>(area.count()) / static_cast<double>((now - from).count()));
    }

    booking::kpi_recorder recorder_{start};
    std::vector<entry> attempts_;
    std::vector<commit_entry> commits_;
    std::uint64_t in_flight_{};
    std::array<std::uint64_t, booking::kpi_sessions_max> in_flight_of_{};
    time_point newest_{start};
};

/// How the time passes between two events of a random journal.
struct pace
{
    double mean_seconds;
    double idle_share;       ///< How often there is an idle gap instead,
    double idle_seconds_max; ///< and how long at most.
    nanoseconds disorder{};  ///< How far an event's time may lie behind.
};

void check_random_journal(std::uint64_t seed, const pace& how)
{
    CAPTURE(seed);
    std::mt19937_64 random{seed};
    const auto below = [&](std::uint64_t end) { return random() % end; };
    const auto seconds = [](double s) { return nanoseconds{static_cast<std::int64_t>(s * 1e9)}; };
    std::exponential_distribution gap{1 / how.mean_seconds};
    std::uniform_real_distribution idle{0.0, how.idle_seconds_max};
    std::bernoulli_distribution is_idle{how.idle_share};

    journal book;
    std::vector<journal::ticket> open;
    time_point now = start;
    for (int event = 0; event != 3'000; ++event)
    {
        now += seconds(is_idle(random) ? idle(random) : gap(random));
        const time_point at =
            now - nanoseconds{below(static_cast<std::uint64_t>(how.disorder.count()) + 1)};
        const std::uint64_t choice = below(20);
        if (choice == 0)
            book.commit(below(3) == 0, at);
        else if (open.empty() || (choice < 10 && open.size() < 40))
            open.push_back(book.begin(static_cast<std::int64_t>(below(5) * below(4)), at));
        else
        {
            std::swap(open[below(open.size())], open.back());
            book.end(open.back(), attempt_outcome(below(booking::attempt_outcome_count)), at);
            open.pop_back();
        }
        if (event % 50 == 0)
            book.check(now + seconds(idle(random) * static_cast<double>(below(2))));
    }
    book.check(now);
    book.check(now + 24h);
}

} // namespace

TEST_CASE("kpi: reports equal a recount of what was recorded")
{
    const std::uint64_t seeds = 4 * cinema::tests::effort();
    SUBCASE("under steady load")
    {
        for (std::uint64_t seed = 1; seed <= seeds; ++seed)
            check_random_journal(seed,
                                 {.mean_seconds = 0.1, .idle_share = 0, .idle_seconds_max = 10});
    }
    SUBCASE("over hours, with pauses of minutes")
    {
        for (std::uint64_t seed = 1; seed <= seeds; ++seed)
            check_random_journal(seed,
                                 {.mean_seconds = 8, .idle_share = 0.03, .idle_seconds_max = 900});
    }
    SUBCASE("over days, with idle hours")
    {
        for (std::uint64_t seed = 1; seed <= seeds; ++seed)
            check_random_journal(
                seed, {.mean_seconds = 1, .idle_share = 0.05, .idle_seconds_max = 20'000});
    }
    SUBCASE("with times slightly out of order")
    {
        for (std::uint64_t seed = 1; seed <= seeds; ++seed)
            check_random_journal(
                seed,
                {.mean_seconds = 2, .idle_share = 0.01, .idle_seconds_max = 400, .disorder = 3s});
    }
    SUBCASE("with times wildly out of order")
    {
        for (std::uint64_t seed = 1; seed <= seeds; ++seed)
            check_random_journal(
                seed,
                {.mean_seconds = 10, .idle_share = 0.02, .idle_seconds_max = 900, .disorder = 2h});
    }
}
