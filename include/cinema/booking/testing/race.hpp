#pragma once

#include <cinema/booking/store/audit.hpp>
#include <cinema/booking/store/stores.hpp>
#include <cinema/booking/testing/box_office.hpp>

#include <algorithm>
#include <barrier>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cinema::booking::testing
{

/// What a race came to.
struct race_verdict
{
    std::size_t wins{};                    ///< Commits that succeeded.
    std::size_t losses{};                  ///< Commits that met a version_conflict.
    std::vector<std::string> complaints{}; ///< What must not be; empty if all is well.

    [[nodiscard]] bool is_clean() const noexcept { return complaints.empty(); }

    /// The complaints as one text.
    [[nodiscard]] std::string text() const
    {
        std::string out;
        for (const auto& complaint : complaints)
            out += complaint + '\n';
        return out;
    }
};

/// Runs `body(index)` on so many threads, all begun at the same time, and waits for them. What they
/// throw is returned as texts.
inline std::vector<std::string> run_threads(std::size_t count,
                                            const std::function<void(std::size_t)>& body)
{
    std::mutex mutex;
    std::vector<std::string> thrown;
    std::barrier start{static_cast<std::ptrdiff_t>(count)};
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < count; ++i)
        threads.emplace_back(
            [&, i]
            {
                start.arrive_and_wait();
                try
                {
                    body(i);
                }
                catch (const std::exception& error)
                {
                    const std::scoped_lock lock{mutex};
                    thrown.emplace_back(error.what());
                }
            });
    threads.clear(); // joins
    return thrown;
}

/// Adds what an audit of the stores finds.
inline void complain_of_audit(race_verdict& verdict, const stores& all)
{
    const auto report = audit(*all.inventory, *all.reservations);
    verdict.complaints.insert(verdict.complaints.end(), report.findings.begin(),
                              report.findings.end());
    if (report.error)
        verdict.complaints.push_back("the audit ended early: " + report.error.message());
    if (report.sessions_unsettled > 0)
        verdict.complaints.emplace_back("a session still changes after the race");
}

/// The race for one version: in each round `threads` buyers, who all have seen the same version,
/// commit at the same time; in every other round they want the same seat. One of them must win each
/// round, and the others must be told of a version_conflict.
///
/// Pre: the session has `rounds + threads` free seats or more.
[[nodiscard]] inline race_verdict race_for_versions(const stores& all, session_id session,
                                                    std::size_t threads, std::size_t rounds)
{
    race_verdict verdict;
    std::vector<error_code> results(threads);
    std::vector<std::string> problems(threads); // what each buyer met beside errors of its commit
    std::barrier all_ready{static_cast<std::ptrdiff_t>(threads)};
    const auto first = load_whole(*all.inventory, session).stamp.version;
    const auto prepare = [&](std::size_t buyer, std::size_t round) -> std::optional<session_change>
    {
        try
        {
            box_office office{*all.inventory, session};
            const auto seat = office.free_seats().at(round % 2 == 0 ? 0 : buyer);
            return office.sells({seat}, std::to_string(round));
        }
        catch (const std::exception& error) // who left would be waited for
        {
            problems[buyer] = error.what();
            return std::nullopt;
        }
    };
    const auto judge = [&](std::size_t round)
    {
        const auto count = [&](const error_code& wanted)
        { return static_cast<std::size_t>(std::count(results.begin(), results.end(), wanted)); };
        const auto won = count({});
        const auto lost = count(errc::version_conflict);
        verdict.wins += won;
        verdict.losses += lost;
        if (won != 1 || lost + 1 != threads)
            verdict.complaints.push_back("round " + std::to_string(round) + ": of "
                                         + std::to_string(threads) + " buyers of one version "
                                         + std::to_string(won) + " won and " + std::to_string(lost)
                                         + " met a conflict");
        for (const auto& problem : problems)
            if (!problem.empty())
                verdict.complaints.push_back("round " + std::to_string(round) + ": " + problem);
    };
    const auto thrown =
        run_threads(threads,
                    [&](std::size_t buyer)
                    {
                        for (std::size_t round = 0; round < rounds; ++round)
                        {
                            const auto change = prepare(buyer, round);
                            all_ready.arrive_and_wait();
                            results[buyer] = change ? commit_one(*all.inventory, *change).error
                                                    : make_error_code(errc::canceled);
                            all_ready.arrive_and_wait();
                            if (buyer == 0)
                                judge(round);
                            all_ready.arrive_and_wait();
                            if (!verdict.is_clean())
                                return; // all see the same, and nobody waits for anybody
                        }
                    });
    verdict.complaints.insert(verdict.complaints.end(), thrown.begin(), thrown.end());
    if (verdict.is_clean()
        && load_whole(*all.inventory, session).stamp.version != later(first, rounds))
        verdict.complaints.emplace_back("the version did not rise by one a round");
    complain_of_audit(verdict, all);
    return verdict;
}

/// The race for a hall: each thread sells one free seat after the other until none is left, and
/// decides again after each conflict. Each seat must be sold once.
[[nodiscard]] inline race_verdict race_for_seats(const stores& all, session_id session,
                                                 std::size_t threads)
{
    race_verdict verdict;
    const auto free_before = box_office{*all.inventory, session}.free_seats().size();
    std::mutex mutex;
    const auto thrown = run_threads(
        threads,
        [&](std::size_t buyer)
        {
            std::size_t wins = 0;
            std::size_t losses = 0;
            box_office office{*all.inventory, session};
            for (auto seats = office.free_seats(); !seats.empty(); seats = office.free_seats())
            {
                const auto change = office.sells({seats.at(buyer % seats.size())});
                const auto outcome = commit_one(*all.inventory, change);
                if (outcome.error && outcome.error != errc::version_conflict)
                    throw boost::system::system_error{outcome.error, "selling a seat"};
                ++(outcome.error ? losses : wins);
                if (outcome.now)
                    office.adopt(*outcome.now);
                else
                    office.catch_up();
            }
            const std::scoped_lock lock{mutex};
            verdict.wins += wins;
            verdict.losses += losses;
        });
    verdict.complaints.insert(verdict.complaints.end(), thrown.begin(), thrown.end());
    if (verdict.wins != free_before)
        verdict.complaints.push_back(std::to_string(free_before) + " seats were sold "
                                     + std::to_string(verdict.wins) + " times");
    complain_of_audit(verdict, all);
    return verdict;
}

} // namespace cinema::booking::testing
