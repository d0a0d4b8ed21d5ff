#pragma once

#include <cinema/booking/domain/error.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace cinema::booking
{

inline constexpr std::size_t audit_findings_max = 1'000; ///< More are only counted.
inline constexpr unsigned audit_tries_max = 32; ///< Of a session that changes while it is read.

/// What an audit looked at and what it found wrong.
struct audit_report
{
    std::size_t sessions{};           ///< Looked at in full.
    std::size_t sessions_unsettled{}; ///< Changed too often; looked at in part or not at all.
    std::size_t reservations{};       ///< Live ones, and ended ones with keys.
    std::size_t guard_rows{};
    std::size_t keys{};
    std::vector<std::string> findings{}; ///< One sentence each, without its final stop.
    std::size_t findings_left_off{};     ///< Beyond `audit_findings_max`.
    error_code error{};                  ///< What ended the audit early; success if nothing did.

    /// Everything was looked at, and all of it is right.
    [[nodiscard]] bool is_clean() const noexcept
    {
        return findings.empty() && sessions_unsettled == 0 && !error;
    }
};

} // namespace cinema::booking
