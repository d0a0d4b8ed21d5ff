#pragma once

#include "bench/load_client.hpp"

#include <memory>
#include <string>

namespace cinema::bench
{

struct plan_options
{
    std::string target{"/livez"};
    std::size_t spread{1};
    std::size_t sessions{1'000'000}; ///< Of those that the server lists, the first.
    unsigned hold_seconds{0};
    bool is_blind{};
};

/// The requests of a mode of http_load. Those that need sessions ask the server for them; "taken"
/// first takes the seats it will then ask for. Throws std::runtime_error if there are not enough.
[[nodiscard]] std::unique_ptr<request_source> make_plan(const std::string& mode, std::uint16_t port,
                                                        const plan_options& options);

} // namespace cinema::bench
