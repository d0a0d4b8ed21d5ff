#pragma once

#include <cinema/booking/testing/history/describe.hpp>
#include <cinema/booking/testing/history/seat_model.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

/// What answers say about a session at one version, held against the model at that version.
namespace cinema::booking::testing::history_detail
{

/// Tells of a seat that nothing certain is known of it.
using doubt = std::function<bool(seat_number)>;

/// The seats that a refusal is about: the ones it names, else the ones asked for.
[[nodiscard]] inline const std::vector<seat_number>& seats_at_fault(const operation_record& one)
{
    return one.answered.empty() ? one.seats : one.answered;
}

/// Whether somebody has the seat and it is possible that his hold had not run out.
[[nodiscard]] inline bool may_be_taken(seat_number seat, const operation_record& one,
                                       const seat_model& model)
{
    const auto* holder = model.holder(seat);
    return holder != nullptr && !holder->has_lapsed_by(time_at_least(one, model));
}

/// If it names seats, all of them must be so; else one of those asked for.
template <class Condition>
[[nodiscard]] std::string contradiction_of_seats(const operation_record& one, Condition is_so,
                                                 const char* what)
{
    const auto& seats = seats_at_fault(one);
    const bool all = !one.answered.empty();
    const auto wrong = std::find_if_not(seats.begin(), seats.end(), is_so);
    if (wrong == seats.end() || (!all && std::any_of(seats.begin(), seats.end(), is_so)))
        return {};
    return all ? describe(*wrong) + " was not " + what
               : "none of " + describe(seats) + " was " + what;
}

/// Why a reservation cannot have been a reason to refuse; empty if it can.
[[nodiscard]] inline std::string contradiction_of_status(const operation_record& one,
                                                         const seat_model& model)
{
    const auto* known = one.reservation ? model.find(*one.reservation) : nullptr;
    if (one.code == errc::reservation_not_found)
        return known == nullptr ? "" : "the reservation was there";
    if (known == nullptr)
        return "there was no such reservation";
    const auto is = [&](reservation_status status) { return known->status == status; };
    const auto state = std::string{"the reservation was "} + to_string(known->status);
    if (one.code == errc::hold_expired)
    {
        const bool may =
            is(reservation_status::expired) || known->has_lapsed_by(time_at_most(one, model));
        return may ? "" : state;
    }
    const bool may = one.what == action::confirm  ? is(reservation_status::cancelled)
                     : one.what == action::cancel ? is(reservation_status::checked_in)
                     : one.what == action::extend ? true // a hold may be at its limit
                                                  : !is(reservation_status::confirmed);
    return may ? "" : state;
}

/// Why the refusal is groundless at the model's version; empty if it is not, or cannot be judged.
[[nodiscard]] inline std::string contradiction_of_refusal(const operation_record& one,
                                                          const seat_model& model)
{
    const bool is_past = one.expected && raw(one.version) != 0 && *one.expected != one.version;
    switch (one.code)
    {
    case errc::seat_taken:
        if (is_past)
            return "the session was past the version asked for, which comes first";
        return contradiction_of_seats(
            one, [&](seat_number seat) { return may_be_taken(seat, one, model); }, "taken");
    case errc::seat_blocked:
        return contradiction_of_seats(
            one, [&](seat_number seat) { return model.is_blocked(seat); }, "off sale");
    case errc::hold_expired:
    case errc::wrong_status:
    case errc::reservation_not_found: return contradiction_of_status(one, model);
    default: return {};
    }
}

/// Whether a refusal for this reason says something about the session's state.
[[nodiscard]] constexpr bool tells_of_state(errc code) noexcept
{
    return code == errc::seat_taken || code == errc::seat_blocked || code == errc::hold_expired
           || code == errc::wrong_status || code == errc::reservation_not_found;
}

/// Why a reservation cannot have been read so; empty if it can. Also of operations that found what
/// they wanted. `is_complete`: expiries are steps of the model, so that a lapsed hold is one still.
[[nodiscard]] inline std::string contradiction_of_find(const operation_record& one,
                                                       const seat_model& model, bool is_complete)
{
    const auto* known = one.reservation ? model.find(*one.reservation) : nullptr;
    if (known == nullptr)
        return "there was no such reservation";
    const bool has_silently_expired = !is_complete && one.status == reservation_status::expired
                                      && known->has_lapsed_by(time_at_most(one, model));
    if (one.status && *one.status != known->status && !has_silently_expired)
        return std::string{"the reservation was "} + to_string(known->status) + ", not "
               + to_string(*one.status);
    if (!one.answered.empty() && sorted(one.answered) != known->seats)
        return "the reservation had " + describe(known->seats) + ", not " + describe(one.answered);
    if (one.held_until && one.held_until != known->until)
        return "the hold lasted until another time";
    const bool is_since_known = is_complete || known->status != reservation_status::expired;
    if (raw(one.since) != 0 && one.since != known->since && is_since_known && !has_silently_expired)
        return "the reservation was as it was since " + describe(known->since) + ", not since "
               + describe(one.since);
    return {};
}

/// Why a map cannot have been as it was told; empty if it can.
[[nodiscard]] inline std::string contradiction_of_map(const operation_record& one,
                                                      const seat_model& model, bool is_complete,
                                                      const doubt& is_in_doubt)
{
    for (std::size_t i = 0; i < one.map.size(); ++i)
    {
        const auto seat = i < one.answered.size() ? one.answered[i]
                                                  : seat_number{static_cast<std::int32_t>(i + 1)};
        const auto told = static_cast<map_symbol>(one.map[i]);
        const auto is = model.symbol(seat);
        if (told == is || is_in_doubt(seat))
            continue;
        const bool has_silently_expired =
            !is_complete && told == map_symbol::free && is == map_symbol::held
            && model.holder(seat)->has_lapsed_by(time_at_most(one, model));
        if (!has_silently_expired)
            return "it showed " + describe(seat) + " as '" + one.map[i] + "', which was '"
                   + static_cast<char>(is) + '\'';
    }
    return {};
}

} // namespace cinema::booking::testing::history_detail
