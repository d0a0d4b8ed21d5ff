#pragma once

#include "options.hpp"
#include "programs/store_location.hpp"

#include <chrono>

namespace cinema::server
{

/// The verbs beside serving. Each returns the program's exit code. Errors: throws usage_error.

/// Where the store is, for a verb that makes no sense in memory.
[[nodiscard]] store_location lasting_store(const options& given, bool must_exist);

/// Of each call to the store: nobody waits at a counter, and the store may be busy.
inline constexpr std::chrono::seconds verb_timeout{5};

/// Says on stderr what is wrong; returns the exit code for that.
int fail(const store_location& where, const booking::error_code& error);
void complain(std::string_view line);

/// 0: the demo data is there; 1: the store has halls of its own; 2: it could not be made.
[[nodiscard]] int make_demo_data(const options& given);

/// 0: the schema is up to date, or (up) is now, or (down) a step was taken back; 1: steps are to be
/// done; 2: it could not be told.
[[nodiscard]] int migrate(const options& given);

/// 0: all agrees; 1: something does not; 2: it could not be told.
[[nodiscard]] int check(const options& given);

} // namespace cinema::server
