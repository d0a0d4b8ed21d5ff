#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/time.hpp>

#include <cstdint>

namespace cinema::booking
{

/// What a store says with every answer.
struct store_reply
{
    time_point now{};      ///< The store's time while it answered.
    std::uint64_t epoch{}; ///< Differs after contact was lost: what is known must be loaded anew.
};

} // namespace cinema::booking
