#include "kpi_snapshot.hpp"

#include "text.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace cinema::booking::http
{

namespace
{

constexpr std::array<std::string_view, kpi_span_count> span_names{"minute", "five_minutes", "hour",
                                                                  "since_start"};

void append_decimal(std::string& out, double value)
{
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                   std::chars_format::general, 9)
                         .ptr;
    out.append(digits.data(), end);
}

void append_share(std::string& out, std::string_view name, const std::optional<double>& share)
{
    out += name;
    if (share)
        append_decimal(out, *share);
    else
        out += "null";
}

void append_count(std::string& out, std::string_view name, std::uint64_t count)
{
    out += name;
    append_number(out, count);
}

void append_ms(std::string& out, std::string_view name, std::chrono::nanoseconds time)
{
    out += name;
    append_decimal(out, static_cast<double>(time.count()) / 1e6);
}

void append_window(std::string& out, const kpi_window& window)
{
    const auto& counts = window.counts;
    out += "{\"covered_seconds\":";
    append_decimal(out, static_cast<double>(window.covered.count()) / 1e6);
    append_count(out, ",\"requests\":", counts.requests());
    append_count(out, ",\"granted\":", counts.granted);
    append_count(out, ",\"conflict\":", counts.conflict);
    append_count(out, ",\"refused\":", counts.refused);
    append_count(out, ",\"failed\":", counts.failed);
    append_count(out, ",\"replayed\":", counts.replayed);
    append_share(out, ",\"success_rate\":", counts.success_rate());
    append_share(out, ",\"conflict_rate\":", counts.conflict_rate());
    append_count(out, ",\"concurrency\":{\"peak\":", window.in_flight.peak);
    out += ",\"average\":";
    append_decimal(out, window.in_flight.average);
    const auto& times = window.response_time;
    append_ms(out, "},\"response_ms\":{\"average\":", times.average);
    append_ms(out, ",\"p50\":", times.p50);
    append_ms(out, ",\"p95\":", times.p95);
    append_ms(out, ",\"p99\":", times.p99);
    append_ms(out, ",\"p999\":", times.p999);
    append_ms(out, ",\"max\":", times.max);
    out += '}';
}

void append_figures(std::string& out, const kpi_figures& figures, const kpi_report* commits_of)
{
    append_count(out, "\"in_flight\":", figures.in_flight);
    out += ",\"windows\":{";
    for (std::size_t i = 0; i < span_names.size(); ++i)
    {
        out += i == 0 ? "\"" : ",\"";
        out += span_names[i];
        out += "\":";
        append_window(out, figures.windows[i]);
        if (commits_of != nullptr)
        {
            append_count(out, ",\"commits\":", commits_of->commits[i].done);
            append_count(out, ",\"commits_retried\":", commits_of->commits[i].retried);
        }
        out += '}';
    }
    out += '}';
}

} // namespace

void append_kpi(std::string& out, const kpi_report& report)
{
    out += '{';
    append_figures(out, report.total, &report);
    out += ",\"sessions\":[";
    for (std::size_t i = 0; i < report.sessions.size(); ++i)
    {
        out += i == 0 ? "{\"session\":" : ",{\"session\":";
        append_number(out, report.sessions[i].session);
        out += ',';
        append_figures(out, report.sessions[i].figures, nullptr);
        out += '}';
    }
    out += "]}";
}

} // namespace cinema::booking::http
