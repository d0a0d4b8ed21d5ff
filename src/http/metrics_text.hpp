#pragma once

#include <cinema/booking/http/api.hpp>

#include "http_metrics.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cinema::booking::http
{

/// What `GET /metrics` is made of.
struct metrics_source
{
    const kpi_report& kpi;
    const http_metrics& http;
    std::string_view store;
    bool is_ready{};
    std::size_t cache_bytes{};
    const std::vector<api_gauge>& gauges;
};

/// Everything in Prometheus' text format.
[[nodiscard]] std::string metrics_text(const metrics_source& source);

} // namespace cinema::booking::http
