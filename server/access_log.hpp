#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace cinema::server
{

/// Makes what `http_server_params::access_log` wants, from "off" (nothing), "-" (stdout) or the
/// path of a file, to which is appended. Errors: throws usage_error if the file cannot be written.
///
/// A reader of stdout that does not read costs lines, never waiting: how many is told on stderr.
[[nodiscard]] std::function<void(std::string_view)> open_access_log(const std::string& where);

} // namespace cinema::server
