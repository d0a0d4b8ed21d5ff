#pragma once

#include <cinema/booking/domain/limits.hpp>
#include <cinema/booking/domain/log.hpp>
#include <cinema/booking/engine/session_draft.hpp>

#include <cstdint>
#include <functional>
#include <random>

namespace cinema::booking
{

/// 64 random bits from a generator of the calling thread, seeded by the system. Not for secrets.
[[nodiscard]] inline std::uint64_t random_bits()
{
    thread_local std::mt19937_64 generator = []
    {
        std::random_device device;
        std::seed_seq seed{device(), device(), device(), device()};
        return std::mt19937_64{seed};
    }();
    return generator();
}

/// How a `booking_service` works.
struct service_options
{
    unsigned lanes{0}; ///< Threads that decide; 0: as many as the store prefers.
    booking_rules rules{};
    /// An operation that is not done by then is answered all the same: busy, store_unavailable
    /// (nothing changed) or outcome_unknown. Must be > 0.
    std::chrono::milliseconds deadline{operation_deadline_default};
    std::chrono::milliseconds sweep_interval{sweep_interval_default}; ///< Must be > 0.
    std::chrono::milliseconds view_age_max{booking::view_age_max};
    std::size_t book_bytes_max{64U << 20}; ///< Books in memory, all lanes; the idlest leave first.
    std::size_t mailbox_max{mailbox_operations_max};    ///< Operations waiting for a lane.
    std::function<std::uint64_t()> random{random_bits}; ///< Safe from any thread.
    log_function log{};                                 ///< One line per trouble.
};

} // namespace cinema::booking
