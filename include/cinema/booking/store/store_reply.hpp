#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/time.hpp>

namespace cinema::booking
{

/// What a store says with every answer.
struct store_reply
{
    time_point now{}; ///< The store's time while it answered.
};

} // namespace cinema::booking
