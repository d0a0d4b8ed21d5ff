#pragma once

#include <cinema/booking/store/audit_report.hpp>
#include <cinema/booking/store/auditor.hpp>
#include <cinema/booking/store/stores.hpp>

namespace cinema::booking
{

/// Reads every session and checks that
/// - the guard rows are the seats of the live reservations exactly, and no seat has two holders;
/// - a reservation's events ascend in version, and none is past the session's version;
/// - each key refers to an event of a reservation that is there;
/// - the documents are the same as the inventory's reservations;
/// - the hall has all seats that are reserved or blocked.
///
/// Each session is judged at one version, so bookings may go on meanwhile. Writes nothing. Where
/// documents follow later, bring them up to date first. Errors end the audit: `report.error`.
[[nodiscard]] inline audit_report audit(inventory_store& inventory, reservation_store& reservations)
{
    return detail::auditor{inventory, reservations}.run();
}

} // namespace cinema::booking
