#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/time.hpp>

#include <cstdint>

namespace cinema::booking
{

/// What a store says with every answer.
struct store_reply
{
    time_point now{}; ///< The store's time while it answered.
    /// Differs from that of all earlier answers once contact was lost, or versions may have gone
    /// back (a restored backup, another server's copy): what is known must be loaded anew, since a
    /// delta would mix two histories.
    std::uint64_t epoch{};
};

} // namespace cinema::booking
