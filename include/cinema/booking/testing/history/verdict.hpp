#pragma once

#include <cinema/booking/testing/history/operation_record.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace cinema::booking::testing
{

/// What is wrong with a history.
enum class flaw : std::uint8_t
{
    broken_record = 1,  ///< A record that contradicts itself.
    version_twice,      ///< Two changes of a session with one version.
    time_order,         ///< Acknowledged before the other was called, but not of a lower version.
    time_ran_back,      ///< A later version was decided at an earlier time.
    seat_not_free,      ///< A seat was given to somebody while another had it: a double sale.
    torn_group,         ///< Not all seats of a group booking, or others.
    early_expiry,       ///< A hold was ended before its time.
    wrong_step,         ///< A reservation went on in a way that its state does not allow.
    ignored_expected,   ///< Granted, though the session was past the version asked for.
    answers_differ,     ///< One effect, two different answers.
    groundless_refusal, ///< Refused though nothing stood against it.
    stale_answer,       ///< Older than what had been acknowledged before the call.
    answer_from_future, ///< Of a version that nobody had begun to make yet.
    wrong_read,         ///< A map or reservation as it never was at that version.
    lost_effect,        ///< Acknowledged, but not there in the end.
    unasked_effect,     ///< There in the end, but asked for by nobody.
    not_linearizable,   ///< No order of the operations explains the answers.
    undecided,          ///< The search for an order was given up.
};

/// One thing that is wrong, as a sentence that names the operations.
struct finding
{
    flaw what{};
    std::string sentence;
};

/// What a check looked at.
struct check_counts
{
    std::size_t operations{};
    std::size_t granted{};
    std::size_t refused{};
    std::size_t unknown{};
    std::size_t reads{}; ///< Of the granted: finds and maps.
    std::size_t sessions{};
    std::size_t changes{};    ///< Versions whose cause is known (witness).
    std::size_t gaps{};       ///< Versions whose cause is not known (witness).
    std::size_t partitions{}; ///< Searched one by one (black box).
    std::size_t steps{};      ///< Of the search (black box).
    std::size_t unjudged{};   ///< Answers that the history does not suffice to judge.
};

/// What a check found.
class verdict
{
public:
    /// Further findings are only counted, but for the first of each kind.
    static constexpr std::size_t sentences_max = 200;

    [[nodiscard]] bool is_clean() const noexcept { return total_ == 0; }
    [[nodiscard]] const std::vector<finding>& findings() const noexcept { return findings_; }
    [[nodiscard]] std::size_t findings_total() const noexcept { return total_; }

    /// Whether a flaw of this kind was found.
    [[nodiscard]] bool has(flaw what) const noexcept
    {
        return std::any_of(findings_.begin(), findings_.end(),
                           [what](const finding& one) { return one.what == what; });
    }

    /// Adds a finding, as a sentence that names the operations.
    void add(flaw what, std::string sentence)
    {
        ++total_;
        if (findings_.size() < sentences_max || !has(what))
            findings_.push_back({what, std::move(sentence)});
    }

    /// All in lines, for people.
    [[nodiscard]] std::string text() const;

    check_counts counts{};

private:
    std::vector<finding> findings_;
    std::size_t total_{};
};

inline std::string verdict::text() const
{
    std::string out;
    for (const auto& [what, sentence] : findings_)
        out += sentence + '\n';
    if (total_ > findings_.size())
        out += "… and " + std::to_string(total_ - findings_.size()) + " more findings.\n";
    const auto say = [&out](std::size_t count, const char* of)
    {
        if (count > 0)
            out += ", " + std::to_string(count) + ' ' + of;
    };
    out += std::to_string(counts.operations) + " operations on " + std::to_string(counts.sessions)
           + " sessions";
    say(counts.granted, "granted");
    say(counts.refused, "refused");
    say(counts.unknown, "unknown");
    say(counts.reads, "reads");
    say(counts.changes, "changes");
    say(counts.gaps, "versions without a known cause");
    say(counts.partitions, "partitions");
    say(counts.unjudged, "answers not judged");
    return out + (is_clean() ? ": clean.\n" : ": " + std::to_string(total_) + " findings.\n");
}

namespace history_detail
{

/// Counts what the operations of a history are.
[[nodiscard]] inline check_counts count(const std::vector<operation_record>& operations)
{
    check_counts counts;
    counts.operations = operations.size();
    for (const auto& one : operations)
    {
        counts.granted += one.result == outcome::granted ? 1U : 0U;
        counts.refused += one.result == outcome::refused ? 1U : 0U;
        counts.unknown += one.result == outcome::unknown ? 1U : 0U;
        counts.reads += one.result == outcome::granted
                                && (one.what == action::find || one.what == action::read_map)
                            ? 1U
                            : 0U;
    }
    return counts;
}

} // namespace history_detail
} // namespace cinema::booking::testing
