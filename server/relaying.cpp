#include "relaying.hpp"

#include <chrono>

namespace cinema::server
{
namespace
{

double lag_of(const booking::outbox_status& status)
{
    if (!status.oldest)
        return 0;
    return std::chrono::duration<double>{status.now - *status.oldest}.count();
}

} // namespace

void show(const booking::relay& relay, booking::api_params& in)
{
    const auto add = [&](const char* name, const char* help, auto value)
    {
        in.gauges.push_back(
            {name, help, [&relay, value] { return static_cast<double>(value(relay.report())); }});
    };
    add("cinema_outbox_entries", "Reservations whose documents have to follow.",
        [](const booking::relay_report& report) { return report.status.waiting; });
    add("cinema_outbox_lag_seconds", "Since when the first of them waits.",
        [](const booking::relay_report& report) { return lag_of(report.status); });
    add("cinema_outbox_set_aside_entries", "Reservations that the documents have refused for good.",
        [](const booking::relay_report& report) { return report.status.set_aside; });
    add("cinema_outbox_delivered_entries", "Entries delivered since the server began.",
        [](const booking::relay_report& report) { return report.delivered; });
    in.health_checks.push_back({.name = "documents", .is_required = false, .is_ok = [&relay] {
                                    return relay.report().is_working;
                                }});
}

} // namespace cinema::server
