#pragma once

#include <cinema/booking/testing/history/operation_record.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace cinema::booking::testing
{

/// A session at one version, known for certain: when a history begins, or after it has ended and
/// all is quiet.
struct session_state
{
    session_id session{};
    session_version version{1};
    std::vector<seat_number> blocked{};      ///< Ascending.
    std::vector<reservation> reservations{}; ///< With all their events; ended ones, too.

    friend bool operator==(const session_state&, const session_state&) = default;
};

/// What clients asked and were answered, and what is known for certain beside it.
///
/// A session without a state in `begins` began at version 1 with all seats free. One without a
/// state in `ends` leaves open what became of operations whose outcome is unknown.
struct history
{
    std::vector<operation_record> operations{};
    std::vector<session_state> begins{};
    std::vector<session_state> ends{};

    friend bool operator==(const history&, const history&) = default;
};

/// Collects the records of many clients. Cheap: a short lock that clients seldom share.
/// Thread safety: safe from any thread.
class history_recorder
{
public:
    /// Adds one client's record.
    void add(operation_record record)
    {
        auto& shard = shards_[record.client % shards_.size()];
        const std::scoped_lock lock{shard.mutex};
        shard.records.push_back(std::move(record));
    }

    /// Everything so far, each client's in the order in which it was added. The recorder is empty
    /// afterwards.
    [[nodiscard]] history take()
    {
        history out;
        for (auto& shard : shards_)
        {
            const std::scoped_lock lock{shard.mutex};
            std::move(shard.records.begin(), shard.records.end(),
                      std::back_inserter(out.operations));
            shard.records.clear();
        }
        return out;
    }

private:
    struct shard_type
    {
        std::mutex mutex;
        std::vector<operation_record> records;
    };

    std::array<shard_type, 16> shards_;
};

namespace history_detail
{

[[nodiscard]] inline const session_state* find_state(const std::vector<session_state>& states,
                                                     session_id session)
{
    const auto found =
        std::find_if(states.begin(), states.end(),
                     [session](const auto& state) { return state.session == session; });
    return found == states.end() ? nullptr : &*found;
}

} // namespace history_detail

} // namespace cinema::booking::testing
