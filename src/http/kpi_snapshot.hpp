#pragma once

#include <cinema/booking/service/booking_service.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

namespace cinema::booking::http
{

using kpi_report_ptr = std::shared_ptr<const kpi_report>;

/// A KPI report that is kept for a moment, since making one costs as much as ten bookings.
/// Thread safety: safe from any thread.
class kpi_snapshot
{
public:
    kpi_snapshot(const booking_service& service, std::chrono::milliseconds age_max)
        : service_{service}, age_max_{age_max}
    {
    }

    [[nodiscard]] kpi_report_ptr get()
    {
        const auto now = std::chrono::steady_clock::now();
        const std::lock_guard lock{mutex_};
        if (!report_ || now - made_ >= age_max_)
        {
            report_ = std::make_shared<const kpi_report>(service_.kpi());
            made_ = now;
        }
        return report_;
    }

private:
    const booking_service& service_;
    const std::chrono::milliseconds age_max_;
    std::mutex mutex_;
    kpi_report_ptr report_;
    std::chrono::steady_clock::time_point made_{};
};

/// The report as `GET /kpi` shows it.
void append_kpi(std::string& out, const kpi_report& report);

} // namespace cinema::booking::http
