#pragma once

#include <cinema/booking/engine/session_draft.hpp>
#include <cinema/booking/service/kpi_report.hpp>

#include <chrono>

namespace cinema::seats
{

/// So often a command is asked for at most while it is not known whether it was done. The service
/// looks for an answer until its deadline, two seconds each time, so that the store has about
/// fourteen seconds to come back.
inline constexpr int asks_max = 5;
/// Before asking again, so that a store that refuses at once has time, too.
inline constexpr std::chrono::milliseconds ask_pause{1'000};

/// Asks, and asks the same again while it is not known what came of it. `ask` has the same
/// idempotency key each time: what was granted unheard is granted again, not done twice. Once there
/// is a doubt, "nothing changed" tells of the last try only, so that it ends no doubt.
/// `pause` is given how long to wait.
template <class Ask, class Pause>
[[nodiscard]] booking::decision ask_until_known(Ask ask, Pause pause)
{
    auto came = ask();
    if (came || came.error().code != booking::errc::outcome_unknown)
        return came;
    for (int asks = 1; asks < asks_max; ++asks)
    {
        pause(ask_pause);
        came = ask();
        if (came || booking::outcome_of(came.error().code) != booking::attempt_outcome::failed)
            return came;
    }
    return booking::refusal{.code = booking::errc::outcome_unknown};
}

} // namespace cinema::seats
