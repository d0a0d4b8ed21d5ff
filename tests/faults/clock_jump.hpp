#pragma once

#include "support/server_process.hpp"

#include <functional>

namespace cinema::tests
{

/// How a server is started whose store's clock jumps: one session of 250 seats.
[[nodiscard]] std::vector<std::string> clock_jump_options();

/// Holds that were made before a jump of the store's clock, meanwhile and afterwards end soon all
/// the same, and their seats are sold once. Ends the server.
/// `shift`: sets the clock to the real time and so many days.
void check_clock_jump(server_process& server, const std::function<void(int)>& shift, int days);

} // namespace cinema::tests
