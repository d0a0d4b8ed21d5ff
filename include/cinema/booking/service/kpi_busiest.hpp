#pragma once

#include <cinema/booking/service/kpi_report.hpp>
#include <cinema/booking/service/kpi_tally.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace cinema::booking::detail
{

/// Chooses the sessions to track, in constant memory and time.
///
/// Each of the kpi_sessions_max places scores the requests of its session. A session without a
/// place takes a free one at once. When none is free, it collects votes, one for each request, in
/// one of 256 ballots, chosen by its id and shared with others: a request of another session takes
/// a vote away, or the ballot once there is none left. With more votes than the lowest score it
/// takes over that place and its votes become the score. Every ten minutes all scores and votes are
/// halved. So requests spread over very many sessions move nobody who is busy, while a session that
/// keeps being busier than the least busy one gets in.
///
/// Thread safety: as an int; callers lock.
class kpi_busiest
{
public:
    struct place
    {
        std::size_t index;
        bool is_new; ///< The session has just taken this place, perhaps from another one.
    };

    /// Notes a request of `session` and says which place the session has, if any.
    std::optional<place> note(std::int64_t session, kpi_time at) noexcept
    {
        if (at >= next_halving_)
            halve(at);
        const auto ids = sessions();
        const auto found = std::find(ids.begin(), ids.end(), session);
        const auto index = static_cast<std::size_t>(found - ids.begin());
        if (found != ids.end())
        {
            ++scores_[index];
            return place{index, false};
        }
        if (index == kpi_sessions_max)
            return apply_for_place(session);
        ++size_;
        take(index, session, 1);
        return place{index, true};
    }

    /// The sessions tracked, by place.
    [[nodiscard]] std::span<const std::int64_t> sessions() const noexcept
    {
        return std::span{sessions_}.first(size_);
    }

private:
    static constexpr int ballot_bits = 8;
    static constexpr kpi_time halving_interval = std::chrono::minutes{10};

    struct ballot
    {
        std::int64_t session{};
        std::uint64_t votes{};
    };

    std::optional<place> apply_for_place(std::int64_t session) noexcept
    {
        // Multiplying by 2^64 / golden ratio spreads neighbouring ids over the upper bits.
        const std::uint64_t hash = static_cast<std::uint64_t>(session) * 0x9E37'79B9'7F4A'7C15U;
        ballot& shared = ballots_[static_cast<std::size_t>(hash >> (64 - ballot_bits))];
        if (shared.votes == 0)
            shared.session = session;
        if (shared.session != session)
        {
            --shared.votes;
            return std::nullopt;
        }
        ++shared.votes;
        const auto lowest = std::min_element(scores_.begin(), scores_.end());
        if (shared.votes <= *lowest)
            return std::nullopt;
        const auto index = static_cast<std::size_t>(lowest - scores_.begin());
        take(index, session, shared.votes);
        shared = {};
        return place{index, true};
    }

    void take(std::size_t index, std::int64_t session, std::uint64_t score) noexcept
    {
        sessions_[index] = session;
        scores_[index] = score;
    }

    void halve(kpi_time at) noexcept
    {
        const auto late = (at - next_halving_) / halving_interval + 1;
        next_halving_ += late * halving_interval;
        const auto times = std::min<decltype(late)>(late, 63);
        for (std::uint64_t& score : scores_)
            score >>= times;
        for (ballot& each : ballots_)
            each.votes >>= times;
    }

    std::size_t size_{};
    std::array<std::int64_t, kpi_sessions_max> sessions_{};
    std::array<std::uint64_t, kpi_sessions_max> scores_{};
    std::array<ballot, std::size_t{1} << ballot_bits> ballots_{};
    kpi_time next_halving_{halving_interval};
};

} // namespace cinema::booking::detail
