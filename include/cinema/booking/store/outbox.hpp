#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/reservation.hpp>
#include <cinema/booking/domain/time.hpp>
#include <cinema/booking/store/reservation_store.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cinema::booking
{

/// So often the documents may refuse an entry before it is set aside.
inline constexpr unsigned outbox_tries_max = 10;

/// Where it is not clear whether an entry is refused for its own sake, it counts for nothing and is
/// put off for so long, behind the others.
inline constexpr std::chrono::milliseconds outbox_pause{2'000};

/// Whether what `reservation_store::put_all` says of an entry counts as a try.
[[nodiscard]] inline bool is_refusal(const error_code& error) noexcept
{
    return error == make_error_code(errc::store_failed);
}

/// What one round of deliveries did.
struct delivery_report
{
    std::size_t delivered{}; ///< Entries that are out of the outbox now.
    std::size_t refused{};   ///< Entries that the documents refused, each for itself.
    std::size_t set_aside{}; ///< Those of the refused that will not be tried again.
};

/// How much there is in an outbox.
struct outbox_status
{
    std::size_t waiting{};              ///< Without those set aside.
    std::optional<time_point> oldest{}; ///< Since when the one that waits longest has waited.
    std::size_t set_aside{};
    time_point now{}; ///< The store's time.
};

/// An entry that the documents have refused for good.
struct set_aside_entry
{
    reservation_id reservation{};
    unsigned tries{};
    std::string error{}; ///< What was said last.
    time_point since{};  ///< When it came into the outbox.
};

/// What an inventory has committed and has not yet handed on to a reservation store that is another
/// database, or another document. Each entry names a reservation whose state, as it now is, has to
/// be put there. Of two states the newer wins, in whatever order they are put.
///
/// Errors of every call: as of `inventory_store`. Thread safety: safe from any thread; several may
/// deliver at once, also of different processes.
class outbox
{
public:
    virtual ~outbox() = default;
    outbox(const outbox&) = delete;
    outbox& operator=(const outbox&) = delete;

    /// Puts what waits, at most about `limit` entries, and takes out what was put. Where nothing
    /// can be put (store_unavailable and the like) nothing counts as a try.
    /// Errors: also those of `reservation_store::put`.
    [[nodiscard]] virtual store_result<delivery_report> deliver(reservation_store& to,
                                                                std::size_t limit) = 0;

    /// How much there is, now.
    [[nodiscard]] virtual store_result<outbox_status> status() = 0;

    /// Those that were set aside, oldest first, at most `limit`.
    [[nodiscard]] virtual store_result<std::vector<set_aside_entry>>
    set_aside(std::size_t limit) = 0;

    /// Has what was set aside tried again: of one reservation, or of all. Returns how many.
    [[nodiscard]] virtual store_result<std::size_t>
    retry(const std::optional<reservation_id>& which) = 0;

    /// Gives up what was set aside of a reservation. Returns how many, 0 or 1.
    [[nodiscard]] virtual store_result<std::size_t> drop(const reservation_id& which) = 0;

protected:
    outbox() = default;
};

} // namespace cinema::booking
