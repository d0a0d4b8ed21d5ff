#pragma once

#include <cinema/booking/service/kpi.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace cinema::tests::kpi
{

using time_point = booking::kpi_recorder::time_point;

/// When every recorder of these tests starts. Odd, so that nothing relies on round figures.
inline constexpr time_point start{std::chrono::hours{1'000}
                                  + std::chrono::nanoseconds{123'456'789}};

inline constexpr std::array all_spans{booking::kpi_span::minute, booking::kpi_span::five_minutes,
                                      booking::kpi_span::hour, booking::kpi_span::since_start};

inline void attempt(booking::kpi_recorder& recorder, std::int64_t session, time_point begun,
                    booking::attempt_outcome outcome = booking::attempt_outcome::granted,
                    std::chrono::nanoseconds took = std::chrono::milliseconds{1})
{
    recorder.attempt_ended(recorder.attempt_begun(session, begun), outcome, begun + took);
}

[[nodiscard]] inline std::uint64_t requests(const booking::kpi_report& report,
                                            booking::kpi_span span)
{
    return report.total.at(span).counts.requests();
}

[[nodiscard]] inline bool tracks(const booking::kpi_report& report, std::int64_t session)
{
    return std::ranges::count(report.sessions, session, &booking::kpi_session::session) == 1;
}

/// Finds the figures of a session; it has to be tracked.
[[nodiscard]] inline const booking::kpi_figures& figures_of(const booking::kpi_report& report,
                                                            std::int64_t session)
{
    REQUIRE(tracks(report, session));
    return std::ranges::find(report.sessions, session, &booking::kpi_session::session)->figures;
}

} // namespace cinema::tests::kpi
