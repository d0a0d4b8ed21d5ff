#pragma once

#include <cinema/booking/http/api.hpp>

#include <span>

namespace cinema::server
{

/// The files of server/web, built in.
[[nodiscard]] std::span<const booking::web_file> web_files() noexcept;

} // namespace cinema::server
