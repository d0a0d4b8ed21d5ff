#pragma once

/// The headers of mongo-c-driver, 1.23 or newer, 2.x too. It is included nowhere else.

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#endif
#include <mongoc/mongoc.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
