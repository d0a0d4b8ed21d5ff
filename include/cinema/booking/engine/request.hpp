#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/limits.hpp>
#include <cinema/booking/domain/seat.hpp>
#include <cinema/booking/domain/text.hpp>
#include <cinema/booking/domain/uuid.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

/// What callers ask of a session. Requests may carry
/// - `expected`: the session must still be at this version, else `errc::stale_version`;
/// - `idempotency_key`, where they make or change a reservation: 1 to `idempotency_key_bytes_max`
///   visible ASCII characters, or empty for none. The same key with the same request gives the
///   first answer again; with another request `errc::key_reused`. If the reservation is already in
///   the state that is asked for, the call succeeds and the key is not kept. Keys of signed-in
///   users are their own; guests share one space, so a guest's key should be random.
namespace cinema::booking
{

/// Wishes of a party that leaves the choice of seats to the house: see `pick_seats`.
struct best_seats
{
    std::size_t count{1};      ///< Of the whole party: 1 to `reserve_seats_max`.
    std::string category{};    ///< Only seats of this category; empty: of any.
    std::size_t accessible{0}; ///< How many of them must be accessible seats; at most `count`.
    bool split{false};         ///< The party may be split if there is no room for it together.
};

/// Takes seats: all of them or none.
struct reserve_request
{
    session_id session{};
    std::string user{};            ///< A label, at most `user_label_bytes_max` bytes.
    std::vector<seat_ref> seats{}; ///< 1 to `reserve_seats_max`, all different; none with `best`.
    std::chrono::seconds hold{0};  ///< 0: sold at once; else `hold_min` to `hold_max`.
    user_id account{};             ///< Whose it will be; empty for a guest.
    std::optional<session_version> expected{};
    std::string idempotency_key{};
    /// Takes the best seats that are left when it is decided.
    std::optional<best_seats> best{};
    /// As in the session's prices: none, one for all, or one for each of `seats`; with `best` one
    /// for each seat in ascending order of their numbers. An empty one asks for what the seat costs
    /// unless said otherwise. They do not guide the choice: where not every category has the type,
    /// `best_seats::category` does.
    std::vector<std::string> price_types{};
};

/// Sells a held reservation. Confirming what is confirmed already changes nothing and succeeds.
struct confirm_request
{
    reservation_id reservation{};
    std::optional<session_version> expected{};
    std::string idempotency_key{};
};

/// Keeps a hold for `hold` from now on, never shorter than it was, at most `hold_total_max` in all.
struct extend_request
{
    reservation_id reservation{};
    std::chrono::seconds hold{hold_default}; ///< `hold_min` to `hold_max`.
    std::optional<session_version> expected{};
    std::string idempotency_key{};
};

/// Gives seats back. Cancelling what has ended already changes nothing and succeeds.
struct cancel_request
{
    reservation_id reservation{};
    std::optional<session_version> expected{};
    std::string idempotency_key{};
};

/// Lets the visitors of a confirmed reservation in, once. Without a key, whoever asks again after
/// `errc::outcome_unknown` may find that they are in already, and not whether by the first call.
struct check_in_request
{
    reservation_id reservation{};
    std::optional<session_version> expected{};
    std::string idempotency_key{};
};

/// Takes free seats off sale, or puts blocked ones back on sale. What is so already stays so: it
/// needs no key to be asked again.
struct block_request
{
    session_id session{};
    std::vector<seat_ref> seats{}; ///< 1 to `hall_seats_max`.
    bool blocked{true};
    std::optional<session_version> expected{};
};

/// Marks as expired what has run out. The service asks this of itself.
struct expire_request
{
    session_id session{};
};

/// The session that the request is about.
[[nodiscard]] inline session_id session_of(const reserve_request& r) { return r.session; }
/// The session that the request is about.
[[nodiscard]] inline session_id session_of(const confirm_request& r)
{
    return r.reservation.session;
}
/// The session that the request is about.
[[nodiscard]] inline session_id session_of(const extend_request& r)
{
    return r.reservation.session;
}
/// The session that the request is about.
[[nodiscard]] inline session_id session_of(const cancel_request& r)
{
    return r.reservation.session;
}
/// The session that the request is about.
[[nodiscard]] inline session_id session_of(const check_in_request& r)
{
    return r.reservation.session;
}
/// The session that the request is about.
[[nodiscard]] inline session_id session_of(const block_request& r) { return r.session; }
/// The session that the request is about.
[[nodiscard]] inline session_id session_of(const expire_request& r) { return r.session; }

namespace detail
{

[[nodiscard]] inline result<void> check_hold(std::chrono::seconds hold)
{
    if (hold < hold_min || hold > hold_max)
        return invalid("a hold lasts " + std::to_string(hold_min.count()) + " to "
                       + std::to_string(hold_max.count()) + " seconds");
    return {};
}

[[nodiscard]] inline result<void> check_key(const std::string& key)
{
    bool visible = key.size() <= idempotency_key_bytes_max;
    for (const char c : key)
        visible = visible && c > ' ' && c <= '~';
    if (!visible)
        return invalid("an idempotency key is 1 to " + std::to_string(idempotency_key_bytes_max)
                       + " visible ASCII characters");
    return {};
}

[[nodiscard]] inline result<void> check_seat_count(std::size_t count, std::size_t most)
{
    if (count < 1 || count > most)
        return invalid("name 1 to " + std::to_string(most) + " seats");
    return {};
}

[[nodiscard]] inline result<void> check_price_types(const std::vector<std::string>& types,
                                                    std::size_t seats)
{
    if (types.size() > 1 && types.size() != seats)
        return invalid("give no price type, one for all seats, or one for each seat");
    for (const auto& type : types)
        if (type.size() > price_type_bytes_max || !is_text(type))
            return invalid("a price type takes at most " + std::to_string(price_type_bytes_max)
                           + " bytes of UTF-8 without NUL");
    return {};
}

} // namespace detail

/// What can be told wrong of a wish by itself. Errors: invalid_request.
[[nodiscard]] inline result<void> check(const best_seats& wish)
{
    if (wish.count < 1 || wish.count > reserve_seats_max)
        return invalid("ask for 1 to " + std::to_string(reserve_seats_max) + " seats");
    if (wish.accessible > wish.count)
        return invalid("of " + std::to_string(wish.count)
                       + " seats no more than that can be accessible");
    if (wish.category.size() > category_bytes_max || !is_text(wish.category))
        return invalid("a category's name takes at most " + std::to_string(category_bytes_max)
                       + " bytes of UTF-8 without NUL");
    return {};
}

/// What can be told wrong of a request by itself. Errors: invalid_request.
[[nodiscard]] inline result<void> check(const reserve_request& request)
{
    if (request.user.size() > user_label_bytes_max)
        return invalid("a user's label takes at most " + std::to_string(user_label_bytes_max)
                       + " bytes");
    if (!is_text(request.user))
        return invalid("a user's label is UTF-8 without NUL");
    if (auto ok = request.best ? check(*request.best)
                               : detail::check_seat_count(request.seats.size(), reserve_seats_max);
        !ok)
        return ok;
    if (request.best && !request.seats.empty())
        return invalid("name seats or ask for the best ones, not both");
    if (auto ok = detail::check_price_types(
            request.price_types, request.best ? request.best->count : request.seats.size());
        !ok)
        return ok;
    if (request.hold != std::chrono::seconds{0})
        if (auto ok = detail::check_hold(request.hold); !ok)
            return ok;
    return detail::check_key(request.idempotency_key);
}

/// What can be told wrong of the request by itself. Errors: invalid_request.
[[nodiscard]] inline result<void> check(const confirm_request& request)
{
    return detail::check_key(request.idempotency_key);
}

/// What can be told wrong of the request by itself. Errors: invalid_request.
[[nodiscard]] inline result<void> check(const cancel_request& request)
{
    return detail::check_key(request.idempotency_key);
}

/// What can be told wrong of the request by itself. Errors: invalid_request.
[[nodiscard]] inline result<void> check(const extend_request& request)
{
    if (auto ok = detail::check_hold(request.hold); !ok)
        return ok;
    return detail::check_key(request.idempotency_key);
}

/// What can be told wrong of the request by itself. Errors: invalid_request.
[[nodiscard]] inline result<void> check(const check_in_request& request)
{
    return detail::check_key(request.idempotency_key);
}

/// Nothing can be wrong of it by itself.
[[nodiscard]] inline result<void> check(const expire_request&) { return {}; }

/// What can be told wrong of the request by itself. Errors: invalid_request.
[[nodiscard]] inline result<void> check(const block_request& request)
{
    return detail::check_seat_count(request.seats.size(), hall_seats_max);
}

} // namespace cinema::booking
