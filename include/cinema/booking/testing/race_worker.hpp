#pragma once

#include <cinema/booking/testing/race.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <ostream>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A race among processes. The test starts some, each of which opens the same data and calls
/// `run_race_worker`; it collects what they write, and lets `judge_race` say whether all is well.
namespace cinema::booking::testing
{

/// What a worker is told. It travels as text, for a command line.
struct race_task
{
    session_id session{};
    std::uint64_t seed{}; ///< Different for each worker.
    std::size_t wins{};   ///< It stops after so many commits of its own.

    /// As words, for `parse`.
    [[nodiscard]] std::string text() const
    {
        return std::to_string(raw(session)) + ' ' + std::to_string(seed) + ' '
               + std::to_string(wins);
    }

    /// The reverse of `text`.
    [[nodiscard]] static race_task parse(const std::string& text)
    {
        std::istringstream in{text};
        std::int64_t session = 0;
        race_task task;
        in >> session >> task.seed >> task.wins;
        task.session = session_id{session};
        return task;
    }
};

/// How many reservations a worker has at most.
inline constexpr std::size_t race_worker_reservations_max = 3;

/// Writes "ready" as its first line and waits for a line. Then sells a free seat or gives one of
/// its own back, again and again, and decides again after each conflict. Writes a line of versions,
/// "<from> <to>", for each of its commits, then "losses <number>". What goes wrong is thrown.
///
/// Pre: there are more free seats than `race_worker_reservations_max` for each worker.
inline void run_race_worker(const stores& all, const race_task& task, std::istream& in,
                            std::ostream& out)
{
    box_office office{*all.inventory, task.session, task.seed};
    std::vector<reservation_id> own;
    std::size_t losses = 0;
    out << "ready" << std::endl;
    std::string line;
    std::getline(in, line);
    for (std::size_t wins = 0; wins < task.wins;)
    {
        const bool sells = own.size() < race_worker_reservations_max;
        const auto free = office.free_seats();
        const auto change = sells ? office.sells({free.at((task.seed + wins)
                                                          % std::max<std::size_t>(1, free.size()))})
                                  : office.cancels(own.front());
        const auto outcome = commit_one(*all.inventory, change);
        if (outcome.error == errc::version_conflict && outcome.now)
        {
            ++losses;
            office.adopt(*outcome.now);
            continue;
        }
        if (outcome.error)
            throw boost::system::system_error{outcome.error, "committing in a race"};
        ++wins;
        out << raw(change.expected.version) << ' ' << raw(change.next.version) << '\n';
        if (sells)
            own.push_back(made_by(change)->id);
        else
            own.erase(own.begin());
        office.catch_up();
    }
    out << "losses " << losses << std::endl;
}

/// Whether the steps that the workers say they made are all the steps there were from version
/// `first` to version `last`: no version was left by two of them, and none was lost.
[[nodiscard]] inline race_verdict judge_race(std::span<const std::string> written,
                                             session_version first, session_version last)
{
    race_verdict verdict;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> steps;
    for (const auto& text : written)
    {
        std::istringstream lines{text};
        bool is_complete = false;
        for (std::string line; std::getline(lines, line);)
        {
            std::istringstream words{line};
            std::pair<std::uint64_t, std::uint64_t> step;
            std::string word;
            std::size_t losses = 0;
            if (words >> step.first >> step.second)
                steps.push_back(step);
            else if (std::istringstream again{line}; again >> word >> losses && word == "losses")
            {
                verdict.losses += losses;
                is_complete = true;
            }
        }
        if (!is_complete)
            verdict.complaints.push_back("a worker did not come to its end: " + text);
    }
    verdict.wins = steps.size();
    std::sort(steps.begin(), steps.end());
    auto at = raw(first);
    for (const auto& [from, to] : steps)
    {
        if (from != at)
            verdict.complaints.push_back("a commit went from version " + std::to_string(from)
                                         + " where " + std::to_string(at) + " was to be left");
        at = to;
    }
    if (at != raw(last))
        verdict.complaints.push_back("the commits lead to version " + std::to_string(at)
                                     + ", but the session is at " + std::to_string(raw(last)));
    return verdict;
}

} // namespace cinema::booking::testing
