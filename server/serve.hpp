#pragma once

#include "options.hpp"

namespace cinema::server
{

/// Serves until SIGTERM or SIGINT, then drains. Returns the program's exit code.
/// Errors: throws usage_error.
[[nodiscard]] int serve(const options& given);

} // namespace cinema::server
