#pragma once

/// The version of this library, as CMake's project() states it.
#define CINEMA_BOOKING_VERSION_MAJOR 0
#define CINEMA_BOOKING_VERSION_MINOR 1
#define CINEMA_BOOKING_VERSION_PATCH 0

namespace cinema::booking
{

/// The same as text, for logs and `--version`.
inline constexpr const char version[] = "0.1.0";

} // namespace cinema::booking
