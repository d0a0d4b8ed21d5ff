#pragma once

#include "rush/options.hpp"
#include "rush/shop.hpp"

#include <memory>

namespace cinema::rush
{

/// A session of the server at `given.url`. Errors: throws usage_error if there is none.
[[nodiscard]] std::unique_ptr<shop> open_http_shop(const options& given);

} // namespace cinema::rush
