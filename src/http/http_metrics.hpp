#pragma once

#include "route.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace prometheus
{
struct ClientMetric;
struct MetricFamily;
} // namespace prometheus

namespace cinema::booking::http
{

/// Counts durations in the buckets of a Prometheus histogram. Thread safety: safe from any thread.
class duration_histogram
{
public:
    static constexpr std::array<double, 12> bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                   0.05,   0.1,   0.25,   0.5,   1.0,  2.5};

    void add(std::chrono::nanoseconds took) noexcept;
    void fill(prometheus::ClientMetric& metric) const;

private:
    std::array<std::atomic<std::uint64_t>, bounds.size() + 1> buckets_{};
    std::atomic<std::uint64_t> sum_ns_{0};
};

/// Answered requests by method, route and status. Thread safety: safe from any thread.
class http_metrics
{
public:
    http_metrics();
    ~http_metrics();

    /// `route` is a pattern of the route table, "/*" for files, or empty. What does not fit into
    /// memory is not counted.
    void count(std::string_view method, std::string_view route, unsigned status,
               std::chrono::nanoseconds took) noexcept;

    /// A reserve request was decided.
    void count_booking(std::chrono::nanoseconds took) noexcept { bookings_.add(took); }

    /// http_request_duration_seconds and cinema_booking_duration_seconds.
    void collect(std::vector<prometheus::MetricFamily>& families) const;

private:
    static constexpr std::array<std::string_view, 6> methods{"GET",    "HEAD",    "POST",
                                                             "DELETE", "OPTIONS", "other"};
    static constexpr std::array<unsigned, 22> statuses{200, 201, 204, 304, 400, 401, 403, 404,
                                                       405, 408, 409, 410, 412, 413, 414, 415,
                                                       417, 422, 428, 429, 431, 503};
    using cell = std::atomic<duration_histogram*>;

    [[nodiscard]] cell& cell_of(std::size_t route, std::size_t method, std::size_t status) const;

    std::vector<std::string_view> routes_; // patterns, "/*" and ""
    std::unique_ptr<cell[]> cells_;
    duration_histogram bookings_;
};

} // namespace cinema::booking::http
