#pragma once

/// The front door: selling seats with waiting calls, on stores in memory. Adapters, asynchronous
/// calls and tools for tests have headers of their own.

#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/service/booking_service.hpp>
#include <cinema/booking/service/relay.hpp>
#include <cinema/booking/version.hpp>
