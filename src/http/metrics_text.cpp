#include "metrics_text.hpp"

#include <cinema/booking/version.hpp>

#include <prometheus/collectable.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <utility>

namespace cinema::booking::http
{

namespace
{

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// A report at one moment, as Prometheus collects it.
class report_collectable final : public prometheus::Collectable
{
public:
    explicit report_collectable(const metrics_source& source) : source_{source} {}

    [[nodiscard]] std::vector<MetricFamily> Collect() const override
    {
        std::vector<MetricFamily> families;
        add_bookings(families);
        add_state(families);
        source_.http.collect(families);
        return families;
    }

private:
    static void add(std::vector<MetricFamily>& families, const std::string& name,
                    const std::string& help, MetricType type, double value,
                    std::vector<ClientMetric::Label> labels = {})
    {
        ClientMetric metric;
        metric.label = std::move(labels);
        metric.counter.value = value;
        metric.gauge.value = value;
        families.push_back({name, help, type, {std::move(metric)}});
    }

    void add_bookings(std::vector<MetricFamily>& families) const
    {
        const auto& window = source_.kpi.total.at(kpi_span::since_start);
        const std::array<std::pair<const char*, std::uint64_t>, 4> outcomes{
            {{"confirmed", window.counts.granted},
             {"conflict", window.counts.conflict},
             {"rejected", window.counts.refused},
             {"error", window.counts.failed}}};
        MetricFamily attempts{"cinema_booking_attempts_total",
                              "Reserve requests by how they ended; confirmed: seats granted.",
                              MetricType::Counter,
                              {}};
        for (const auto& [outcome, count] : outcomes)
        {
            auto& metric = attempts.metric.emplace_back();
            metric.label = {{"outcome", outcome}, {"store", std::string{source_.store}}};
            metric.counter.value = static_cast<double>(count);
        }
        families.push_back(std::move(attempts));
        const auto& commits = source_.kpi.commits_at(kpi_span::since_start);
        add(families, "cinema_booking_replays_total",
            "Reserve requests answered again to the same idempotency key.", MetricType::Counter,
            static_cast<double>(window.counts.replayed));
        add(families, "cinema_booking_commits_total", "Commits that changed a session.",
            MetricType::Counter, static_cast<double>(commits.done));
        add(families, "cinema_booking_retries_total",
            "Commits tried again since another server had changed the session.",
            MetricType::Counter, static_cast<double>(commits.retried));
        add(families, "cinema_bookings_in_flight", "Reserve requests being decided.",
            MetricType::Gauge, static_cast<double>(source_.kpi.total.in_flight));
    }

    void add_state(std::vector<MetricFamily>& families) const
    {
        add(families, "cinema_build_info", "The program's version.", MetricType::Gauge, 1,
            {{"version", std::string{version}}});
        add(families, "cinema_ready", "1 while /readyz says so.", MetricType::Gauge,
            source_.is_ready ? 1 : 0);
        add(families, "cinema_http_cache_bytes", "Answers kept as text.", MetricType::Gauge,
            static_cast<double>(source_.cache_bytes));
        for (const auto& gauge : source_.gauges)
            add(families, gauge.name, gauge.help, MetricType::Gauge, gauge.value());
    }

    const metrics_source& source_;
};

} // namespace

std::string metrics_text(const metrics_source& source)
{
    return prometheus::TextSerializer{}.Serialize(report_collectable{source}.Collect());
}

} // namespace cinema::booking::http
