#pragma once

#include <cinema/booking/engine/session_draft.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <variant>

namespace cinema::booking
{

/// Asks for a reservation as it is now.
struct find_request
{
    reservation_id reservation{};
};

/// Asks for a session's seats as they are now.
struct map_request
{
    session_id session{};
};

/// The session whose lane answers the request.
[[nodiscard]] inline session_id session_of(const find_request& r) { return r.reservation.session; }
/// The session whose lane answers the request.
[[nodiscard]] inline session_id session_of(const map_request& r) { return r.session; }

/// What a lane can be asked.
using lane_request =
    std::variant<reserve_request, confirm_request, extend_request, cancel_request, check_in_request,
                 block_request, expire_request, find_request, map_request>;

namespace detail
{

using steady_time = std::chrono::steady_clock::time_point;

/// A request on its way through a lane. It is answered exactly once: by its lane, by the timekeeper
/// when its deadline passes, or by its caller's giving up; whoever moves `phase_` to done first.
class operation
{
public:
    operation(lane_request asked, operation_ticket named, steady_time until)
        : request{std::move(asked)}, ticket{named}, deadline{until}
    {
    }
    virtual ~operation() = default;
    operation(const operation&) = delete;
    operation& operator=(const operation&) = delete;

    const lane_request request;
    const operation_ticket ticket;
    const steady_time deadline;

    [[nodiscard]] session_id session() const
    {
        return std::visit([](const auto& r) { return session_of(r); }, request);
    }

    /// Whether it asks without changing anything.
    [[nodiscard]] bool is_query() const noexcept
    {
        return std::holds_alternative<find_request>(request)
               || std::holds_alternative<map_request>(request);
    }

    /// The lane takes it out of its mailbox. False if it has been answered already.
    [[nodiscard]] bool take() noexcept { return move(phase::waiting, phase::taken); }

    /// The lane is about to send its effect to the store. False if it has been answered already.
    [[nodiscard]] bool begin_commit() noexcept
    {
        return move(phase::taken, phase::committing) || phase_ == phase::committing;
    }

    /// The store said that nothing was written.
    void undo_commit() noexcept { (void)move(phase::committing, phase::taken); }

    [[nodiscard]] bool is_done() const noexcept { return phase_ == phase::done; }

    void answer(decision&& what, seat_map_ptr map = {})
    {
        if (phase_.exchange(phase::done) != phase::done)
            finish(std::move(what), std::move(map));
    }

    /// The caller gives up, which counts only while the operation waits.
    void cancel()
    {
        if (move(phase::waiting, phase::done))
            finish(refusal{.code = errc::canceled}, {});
    }

    /// The lane could not decide it and tries again. Past the deadline the answer is then `why`.
    void retry_after(errc why) noexcept { late_ = why; }

    /// Answers with what is certain if the deadline has passed.
    void check_deadline(steady_time now)
    {
        if (now < deadline)
            return;
        if (move(phase::waiting, phase::done))
            finish(refusal{.code = errc::busy}, {});
        else if (move(phase::taken, phase::done)
                 || (is_query() && move(phase::committing, phase::done)))
            finish(too_late(), {});
        else if (move(phase::committing, phase::done))
            finish(refusal{.code = errc::outcome_unknown}, {});
    }

private:
    enum class phase
    {
        waiting,
        taken,
        committing,
        done,
    };

    [[nodiscard]] bool move(phase from, phase to) noexcept
    {
        return phase_.compare_exchange_strong(from, to);
    }

    [[nodiscard]] refusal too_late() const
    {
        if (late_ != errc{})
            return {.code = late_};
        return {.code = errc::store_unavailable,
                .detail = "the store did not answer in time; nothing changed"};
    }

    /// Called once, from any thread. Must neither block nor throw.
    virtual void finish(decision&& what, seat_map_ptr&& map) noexcept = 0;

    std::atomic<phase> phase_{phase::waiting};
    std::atomic<errc> late_{};
};

using operation_ptr = std::shared_ptr<operation>;

} // namespace detail
} // namespace cinema::booking
