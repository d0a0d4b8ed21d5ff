#pragma once

#include "rush/options.hpp"
#include "rush/shop.hpp"

#include <memory>

namespace cinema::rush
{

/// A new session in the store that the options name, sold by as many services as they say.
/// Errors: throws usage_error if the store cannot be used.
[[nodiscard]] std::unique_ptr<shop> open_library_shop(const options& given);

} // namespace cinema::rush
