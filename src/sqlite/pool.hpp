#pragma once

#include "common/pool.hpp"
#include "connection.hpp"

#include <functional>
#include <memory>
#include <string>

namespace cinema::booking::sqlite
{

using pool = adapters::pool<connection>;

/// Lends what `open` opens. Throws `failure` (store_unavailable) if the file's name leads to
/// another file by now. `file` is for messages.
[[nodiscard]] pool::lender lender(std::string file,
                                  std::function<std::unique_ptr<connection>(deadline)> open);

} // namespace cinema::booking::sqlite
