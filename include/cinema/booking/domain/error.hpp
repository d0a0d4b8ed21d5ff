#pragma once

#include <cinema/booking/domain/ids.hpp>

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <boost/throw_exception.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cinema::booking
{

/// What went wrong, and what to do. Values start at 1 and are never renumbered.
enum class errc
{
    invalid_request = 1,       ///< The arguments break a documented limit. Fix the call.
    session_not_found = 2,     ///< No session has this id.
    hall_not_found = 3,        ///< No hall has this id.
    reservation_not_found = 4, ///< No reservation has this id.
    seat_taken = 5,            ///< Another reservation has a requested seat. Choose others.
    store_unavailable = 6,     ///< The store was not reached; nothing changed. Retry later.
    outcome_unknown = 7,       ///< Contact lost mid-commit. Retry with the same key to learn.
    version_conflict = 8,      ///< (Stores) The stored version is another one. Decide again.
    stale_version = 9,         ///< The session is past the version you asked for. Look again.
    seat_not_found = 10,       ///< The hall has no such seat. Look at the seat map.
    seat_blocked = 11,         ///< The house has taken the seat off sale. Choose others.
    hold_expired = 12,         ///< The hold ran out before this came. Reserve again.
    wrong_status = 13,         ///< The reservation's status does not allow this.
    key_reused = 14,           ///< This idempotency key came with another request. Use a new one.
    busy = 15,                 ///< Too much at once; nothing changed. Retry after a moment.
    storage_full = 16,         ///< The store has no space left; nothing changed. Make room.
    session_full = 17,         ///< The session's record is at its limit; nothing changed.
    hall_busy = 18,            ///< Another session occupies the hall at that time.
    stopped = 19,              ///< The service is shutting down; nothing changed.
    already_exists = 20,       ///< The name or e-mail address is in use. Choose another.
    user_not_found = 21,       ///< No account has this id or e-mail address.
    sales_closed = 22,         ///< This session is not on sale any more.
    store_failed = 23,         ///< The store refused in an unforeseen way; see its log.
    canceled = 24,             ///< The caller gave up before the decision; nothing changed.
    schema_mismatch = 25,      ///< The database's schema does not fit this program. Migrate.
    single_seat_left = 26,     ///< A seat would be left alone, needlessly. Choose others.
    too_few_seats = 27,        ///< Not so many seats are left, or not together. Ask for less.
    price_type_not_found = 28, ///< A seat is not sold at this price type. See the prices.
    pricing_failed = 29,       ///< The program's own pricing failed; nothing changed.
};

/// The meaning of `code` as one English sentence without its final stop.
[[nodiscard]] constexpr const char* message(errc code) noexcept
{
    switch (code)
    {
    case errc::invalid_request: return "the request breaks a documented limit";
    case errc::session_not_found: return "no session has this id";
    case errc::hall_not_found: return "no hall has this id";
    case errc::reservation_not_found: return "no reservation has this id";
    case errc::seat_taken: return "a requested seat is already taken; choose others";
    case errc::store_unavailable: return "the store cannot be reached; nothing changed";
    case errc::outcome_unknown:
        return "contact with the store was lost; retry with the same idempotency key";
    case errc::version_conflict: return "the stored version is another one";
    case errc::stale_version: return "the session has changed since the version given";
    case errc::seat_not_found: return "the hall has no such seat";
    case errc::seat_blocked: return "a requested seat is not on sale; choose others";
    case errc::hold_expired: return "the hold has expired; reserve again";
    case errc::wrong_status: return "the reservation's status does not allow this";
    case errc::key_reused: return "this idempotency key came with another request before";
    case errc::busy: return "too many requests at once; nothing changed, retry shortly";
    case errc::storage_full: return "the store has no space left; nothing changed";
    case errc::session_full: return "the session's record is at its limit";
    case errc::hall_busy: return "another session occupies the hall at that time";
    case errc::stopped: return "the service is shutting down; nothing changed";
    case errc::already_exists: return "the name or e-mail address is already in use";
    case errc::user_not_found: return "no account matches";
    case errc::sales_closed: return "this session is no longer on sale";
    case errc::store_failed: return "the store failed; nothing changed";
    case errc::canceled: return "the call was given up before it was decided";
    case errc::schema_mismatch: return "the database's schema does not fit this program";
    case errc::single_seat_left:
        return "a single seat would be left alone; choose seats that leave none";
    case errc::too_few_seats:
        return "no such seats are left together; ask for fewer, or let the party be split";
    case errc::price_type_not_found: return "a requested seat is not sold at this price type";
    case errc::pricing_failed: return "the price could not be made; nothing changed";
    }
    return "unknown error";
}

/// The name of `code` for programs, in small letters with hyphens: what `type` ends with in the
/// HTTP interface. `version_conflict` is a `busy` to them.
[[nodiscard]] constexpr std::string_view slug(errc code) noexcept
{
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

/// The error category of `errc`, named "cinema.booking".
class booking_category final : public boost::system::error_category
{
public:
    /// All instances are equal, in whichever shared library each may be.
    constexpr booking_category() noexcept : error_category{0x6EE2'5B0D'9C41'A7F3} {}

    /// "cinema.booking".
    [[nodiscard]] const char* name() const noexcept override { return "cinema.booking"; }
    /// As `booking::message`.
    [[nodiscard]] std::string message(int value) const override
    {
        return booking::message(static_cast<errc>(value));
    }
};

/// An instance of `booking_category`.
[[nodiscard]] inline const booking_category& category() noexcept
{
    static const booking_category instance;
    return instance;
}

/// `code` with its category; lets an `errc` be compared with an `error_code`.
[[nodiscard]] inline boost::system::error_code make_error_code(errc code) noexcept
{
    return {static_cast<int>(code), category()};
}

/// As Boost has it.
using error_code = boost::system::error_code;

/// What stores return: a value or an `error_code` of `category()`. `.value()` throws
/// `boost::system::system_error` in the latter case.
template <class T>
using store_result = boost::system::result<T>;

/// Why the engine or the service said no.
struct refusal
{
    errc code{};                      ///< 0, no `errc`, only where there is no refusal.
    std::vector<seat_number> seats{}; ///< The seats at fault, if seats are.
    session_version version{};        ///< The session's version at the decision; 0 if unknown.
    std::string detail{};             ///< What exactly is wrong, if `message(code)` is vague.

    /// The detail if there is one, else the general message.
    [[nodiscard]] std::string what() const
    {
        return detail.empty() ? std::string{message(code)} : detail;
    }

    friend bool operator==(const refusal& left, errc right) noexcept { return left.code == right; }
    friend bool operator==(const refusal&, const refusal&) = default;
};

/// A value or the reason why there is none. `.value()` throws `booking_error` in the latter case.
template <class T>
using result = boost::system::result<T, refusal>;

/// Thrown by `result<T>::value()` when there is a refusal.
class booking_error : public std::runtime_error
{
public:
    /// Made of a refusal, which `why` gives back.
    explicit booking_error(refusal why) : std::runtime_error{why.what()}, refusal_{std::move(why)}
    {
    }
    [[nodiscard]] const refusal& why() const noexcept { return refusal_; }

private:
    refusal refusal_;
};

/// Throws `booking_error`. What Boost calls when a `result` has no value.
[[noreturn]] inline void throw_exception_from_error(const refusal& why,
                                                    const boost::source_location& where)
{
    boost::throw_exception(booking_error{why}, where);
}

/// A refusal that names what is wrong with the arguments.
[[nodiscard]] inline refusal invalid(std::string detail)
{
    return {.code = errc::invalid_request, .detail = std::move(detail)};
}

/// A refusal made of a store's error; errors of other categories become `store_failed`.
[[nodiscard]] inline refusal to_refusal(const error_code& error)
{
    if (error.category() == category())
        return {.code = static_cast<errc>(error.value())};
    return {.code = errc::store_failed, .detail = error.message()};
}

} // namespace cinema::booking

template <>
struct boost::system::is_error_code_enum<cinema::booking::errc> : std::true_type
{
};
