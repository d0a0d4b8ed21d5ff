#pragma once

#include <cinema/booking/domain/money.hpp>
#include <cinema/booking/domain/time.hpp>
#include <cinema/booking/domain/uuid.hpp>

#include <boost/container/small_vector.hpp>

#include <memory>
#include <optional>
#include <string>

namespace cinema::booking
{

/// Where a reservation is in its life. The numbers are what stores keep.
enum class reservation_status : std::uint8_t
{
    held = 1,       ///< Its seats are kept until `held_until`.
    confirmed = 2,  ///< Sold.
    checked_in = 3, ///< Sold, and the visitors have come.
    cancelled = 4,  ///< Given back; its seats are free.
    expired = 5,    ///< The hold ran out; its seats are free.
};

/// The name of a status, as in the HTTP interface: "checked_in".
[[nodiscard]] constexpr const char* to_string(reservation_status status) noexcept
{
    switch (status)
    {
    case reservation_status::held: return "held";
    case reservation_status::confirmed: return "confirmed";
    case reservation_status::checked_in: return "checked_in";
    case reservation_status::cancelled: return "cancelled";
    case reservation_status::expired: return "expired";
    }
    return "unknown";
}

/// One step in a reservation's life. A reservation is the fold of its events.
struct reservation_event
{
    reservation_status status{}; ///< The status from here on.
    session_version version{};   ///< The session's version that this step made.
    time_point at{};
    std::optional<time_point> held_until{}; ///< Only with status held.
    operation_id operation{};               ///< Which operation did it; 0: the passing of time.

    friend bool operator==(const reservation_event&, const reservation_event&) = default;
};

/// A seat of a reservation, at the price fixed when it was reserved.
struct reserved_seat
{
    seat_number number{};
    minor_units price{};
    std::string price_type{}; ///< As in `category_price`.

    friend bool operator==(const reserved_seat&, const reserved_seat&) = default;
};

/// One to `reserve_seats_max` seats of one session, held or sold to somebody. Immutable once
/// shared; a further step makes a new value. Never without events.
struct reservation
{
    reservation_id id{};
    std::string user{}; ///< A label given by the caller; proves nothing.
    user_id account{};  ///< Whose it is; empty for a guest.
    boost::container::small_vector<reserved_seat, 1> seats{}; ///< Ascending by number.
    currency_code currency{};
    boost::container::small_vector<reservation_event, 1> events{}; ///< Oldest first.

    friend bool operator==(const reservation&, const reservation&) = default;

    [[nodiscard]] const reservation_event& last() const noexcept { return events.back(); }
    [[nodiscard]] reservation_status status() const noexcept { return last().status; }
    [[nodiscard]] session_version version() const noexcept { return last().version; }
    [[nodiscard]] time_point created_at() const noexcept { return events.front().at; }
    [[nodiscard]] time_point updated_at() const noexcept { return last().at; }
    /// When the hold ends, from which moment on it cannot be confirmed; nothing unless held.
    [[nodiscard]] std::optional<time_point> held_until() const noexcept
    {
        return last().held_until;
    }

    /// Whether it takes its seats: held, confirmed or checked in. A lapsed hold still does until
    /// its expiry is decided.
    [[nodiscard]] bool is_live() const noexcept
    {
        return status() != reservation_status::cancelled && status() != reservation_status::expired;
    }

    /// Whether it is a hold that has run out by `now`.
    [[nodiscard]] bool has_lapsed(time_point now) const noexcept
    {
        return status() == reservation_status::held && now >= *held_until();
    }

    /// What its seats cost together.
    [[nodiscard]] minor_units total() const noexcept
    {
        minor_units sum{0};
        for (const auto& seat : seats)
            sum = sum + seat.price;
        return sum;
    }

    /// As it was after its event number `index` (0-based, must exist).
    [[nodiscard]] reservation as_of(std::size_t index) const
    {
        reservation earlier = *this;
        earlier.events.resize(index + 1);
        return earlier;
    }
};

/// A state of a reservation that several share.
using reservation_ptr = std::shared_ptr<const reservation>;

} // namespace cinema::booking
