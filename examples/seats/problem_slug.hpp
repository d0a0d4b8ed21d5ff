#pragma once

#include <cinema/booking/domain/error.hpp>

#include <string_view>

namespace cinema::seats
{

/// The end of the `type` that tells programs what a refusal is, as the HTTP interface has it: a
/// test compares both.
[[nodiscard]] constexpr std::string_view problem_slug(booking::errc code) noexcept
{
    using booking::errc;
    switch (code)
    {
    case errc::invalid_request: return "invalid-request";
    case errc::session_not_found: return "session-not-found";
    case errc::hall_not_found: return "hall-not-found";
    case errc::reservation_not_found: return "reservation-not-found";
    case errc::seat_taken: return "seat-taken";
    case errc::store_unavailable: return "store-unavailable";
    case errc::outcome_unknown: return "outcome-unknown";
    case errc::stale_version: return "stale-version";
    case errc::seat_not_found: return "seat-not-found";
    case errc::seat_blocked: return "seat-blocked";
    case errc::hold_expired: return "hold-expired";
    case errc::wrong_status: return "wrong-status";
    case errc::key_reused: return "key-reused";
    case errc::version_conflict:
    case errc::busy: return "busy";
    case errc::storage_full: return "storage-full";
    case errc::session_full: return "session-full";
    case errc::hall_busy: return "hall-busy";
    case errc::stopped: return "shutting-down";
    case errc::already_exists: return "already-exists";
    case errc::user_not_found: return "user-not-found";
    case errc::sales_closed: return "sales-closed";
    case errc::store_failed: return "store-failed";
    case errc::canceled: return "canceled";
    case errc::schema_mismatch: return "schema-mismatch";
    case errc::single_seat_left: return "single-seat-left";
    case errc::too_few_seats: return "too-few-seats";
    case errc::price_type_not_found: return "price-type-not-found";
    case errc::pricing_failed: return "pricing-failed";
    }
    return "store-failed";
}

} // namespace cinema::seats
