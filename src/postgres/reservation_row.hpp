#pragma once

#include <cinema/booking/domain/reservation.hpp>

#include "rows.hpp"

#include <optional>
#include <string>
#include <string_view>

/// How a reservation is kept in a row. Pure functions.
namespace cinema::booking::postgres
{

/// What the columns beside the lists repeat of a reservation's last event, and its account.
struct reservation_summary
{
    std::string_view status;
    std::optional<time_point> held_until; ///< Only while held, for the index.
    time_point updated_at;
    std::optional<std::string_view> account;
};

/// Pre: `state` outlives what is returned.
[[nodiscard]] reservation_summary summary_of(const reservation& state);

/// What a row says of a reservation. Texts, none where the value is missing; lists in JSON.
struct reservation_texts
{
    std::string_view label;
    std::string_view account;
    std::string_view currency;
    std::string_view seats;
    std::string_view events;
};

/// The reverse. Throws `failure` (store_failed) if it is in another form than we write.
[[nodiscard]] reservation_ptr reservation_from(const reservation_id& id,
                                               const reservation_texts& texts);

/// The same from the first seven columns of a row: session, id, label, account, currency, seats and
/// events.
[[nodiscard]] reservation_ptr reservation_from(const row& from);

} // namespace cinema::booking::postgres
