#pragma once

/// The front door: everything that needs no driver. `#include <cinema/booking.hpp>`.

#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/service/booking_service.hpp>
#include <cinema/booking/service/relay.hpp>
#include <cinema/booking/version.hpp>
