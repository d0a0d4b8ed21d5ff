#pragma once

#include <cinema/booking/service/latency_histogram.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace cinema::bench
{

struct load_options
{
    std::uint16_t port{3'000};
    std::size_t connections{64};
    double seconds{3};
    double warm_up_seconds{0.5};
};

/// What to ask next.
class request_source
{
public:
    virtual ~request_source() = default;

    /// Puts a whole request into `out`. False: there is nothing more to ask.
    [[nodiscard]] virtual bool next(std::string& out) = 0;
};

struct load_result
{
    double seconds{};
    std::uint64_t answers{};
    std::uint64_t errors{}; ///< Connections that broke.
    std::map<unsigned, std::uint64_t> statuses;
    booking::latency_histogram times;
};

/// Asks over all connections until the time is over or there is nothing more to ask. Throws
/// std::system_error if it cannot connect.
[[nodiscard]] load_result run_load(const load_options& options, request_source& source);

} // namespace cinema::bench
