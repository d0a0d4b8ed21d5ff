#pragma once

#include "programs/hall_size.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace cinema::rush
{

/// What the program is asked to do.
struct options
{
    unsigned buyers{64};
    std::size_t requests{}; ///< 0: ten for each seat.
    std::uint64_t seed{1};

    // through the library
    std::string store{"memory:"};
    hall_size hall;
    unsigned services{2};
    bool broken_swap{};

    // over HTTP
    std::string url;
    std::optional<std::int64_t> session;

    bool as_json{};
};

/// Either options, or that the program was only asked to print something.
struct invocation
{
    std::optional<rush::options> options{};
    std::string printed{}; ///< For stdout, if there are no options.
};

/// Errors: throws usage_error.
[[nodiscard]] invocation read_options(int argc, const char* const* argv);

} // namespace cinema::rush
