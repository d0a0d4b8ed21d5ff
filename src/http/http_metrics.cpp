#include "http_metrics.hpp"

#include <prometheus/metric_family.h>

#include <algorithm>
#include <limits>
#include <new>
#include <string>

namespace cinema::booking::http
{

void duration_histogram::add(std::chrono::nanoseconds took) noexcept
{
    const double seconds = std::chrono::duration<double>(took).count();
    const auto bound = std::lower_bound(bounds.begin(), bounds.end(), seconds);
    buckets_[static_cast<std::size_t>(bound - bounds.begin())].fetch_add(1,
                                                                         std::memory_order_relaxed);
    sum_ns_.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
}

void duration_histogram::fill(prometheus::ClientMetric& metric) const
{
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i)
    {
        count += buckets_[i].load(std::memory_order_relaxed);
        metric.histogram.bucket.push_back(
            {count, i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity()});
    }
    metric.histogram.sample_count = count;
    metric.histogram.sample_sum =
        static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) / 1e9;
}

http_metrics::http_metrics()
{
    for (const auto& one : routes())
        if (std::ranges::find(routes_, one.pattern) == routes_.end())
            routes_.push_back(one.pattern);
    routes_.emplace_back("/*");
    routes_.emplace_back("");
    cells_ = std::make_unique<cell[]>(routes_.size() * methods.size() * statuses.size());
}

http_metrics::~http_metrics()
{
    for (std::size_t i = 0; i < routes_.size() * methods.size() * statuses.size(); ++i)
        delete cells_[i].load();
}

http_metrics::cell& http_metrics::cell_of(std::size_t route, std::size_t method,
                                          std::size_t status) const
{
    return cells_[(route * methods.size() + method) * statuses.size() + status];
}

void http_metrics::count(std::string_view method, std::string_view route, unsigned status,
                         std::chrono::nanoseconds took) noexcept
{
    const auto at = [](const auto& list, const auto& value)
    { return static_cast<std::size_t>(std::ranges::find(list, value) - list.begin()); };
    const auto r = std::min(at(routes_, route), routes_.size() - 1);
    const auto m = std::min(at(methods, method), methods.size() - 1);
    const auto s = at(statuses, status);
    if (s == statuses.size())
        return;
    auto& place = cell_of(r, m, s);
    auto* histogram = place.load(std::memory_order_acquire);
    if (histogram == nullptr)
    {
        auto* const fresh = new (std::nothrow) duration_histogram;
        if (fresh == nullptr)
            return;
        if (place.compare_exchange_strong(histogram, fresh, std::memory_order_acq_rel))
            histogram = fresh;
        else
            delete fresh;
    }
    histogram->add(took);
}

void http_metrics::collect(std::vector<prometheus::MetricFamily>& families) const
{
    prometheus::MetricFamily requests{"http_request_duration_seconds",
                                      "Time to answer a request, from its last byte on.",
                                      prometheus::MetricType::Histogram,
                                      {}};
    for (std::size_t r = 0; r < routes_.size(); ++r)
        for (std::size_t m = 0; m < methods.size(); ++m)
            for (std::size_t s = 0; s < statuses.size(); ++s)
            {
                const auto* histogram = cell_of(r, m, s).load(std::memory_order_acquire);
                if (histogram == nullptr)
                    continue;
                auto& metric = requests.metric.emplace_back();
                metric.label = {{"method", std::string{methods[m]}},
                                {"route", std::string{routes_[r]}},
                                {"code", std::to_string(statuses[s])}};
                histogram->fill(metric);
            }
    families.push_back(std::move(requests));

    prometheus::MetricFamily bookings{"cinema_booking_duration_seconds",
                                      "Time to decide a reserve request.",
                                      prometheus::MetricType::Histogram,
                                      {}};
    bookings_.fill(bookings.metric.emplace_back());
    families.push_back(std::move(bookings));
}

} // namespace cinema::booking::http
