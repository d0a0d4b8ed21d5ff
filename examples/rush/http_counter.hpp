#pragma once

#include "rush/http_connection.hpp"
#include "rush/shop.hpp"

#include <memory>
#include <string>

namespace cinema::rush
{

/// Where one buyer stands, with a connection of its own. `target` takes reservations; `run` begins
/// every key, which tells this run's wishes from those of others.
[[nodiscard]] std::unique_ptr<counter> open_http_counter(http_address to, std::string target,
                                                         std::string run);

} // namespace cinema::rush
