#pragma once

#include <cinema/booking/testing/history/history_recorder.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

/// What both checks do first: say of operations with an unknown outcome what can be known.
namespace cinema::booking::testing::history_detail
{

[[nodiscard]] inline std::vector<seat_number> sorted(std::vector<seat_number> seats)
{
    std::sort(seats.begin(), seats.end());
    return seats;
}

[[nodiscard]] inline std::vector<seat_number> seats_of(const reservation& of)
{
    std::vector<seat_number> seats;
    for (const auto& seat : of.seats)
        seats.push_back(seat.number);
    return sorted(std::move(seats));
}

/// What was asked to make event number `index` of a reservation; `expire` is the system's own.
[[nodiscard]] inline action action_of(const reservation& of, std::size_t index)
{
    if (index == 0)
        return action::reserve;
    switch (of.events[index].status)
    {
    case reservation_status::held: return action::extend;
    case reservation_status::confirmed: return action::confirm;
    case reservation_status::checked_in: return action::check_in;
    case reservation_status::cancelled: return action::cancel;
    case reservation_status::expired: return action::expire;
    }
    return action::expire;
}

/// The version that a granted operation claims to have made, if it may have made one: else it found
/// the reservation as it wanted it. 0: none.
[[nodiscard]] inline session_version made_version(const operation_record& one)
{
    if (one.result != outcome::granted
        || (one.what != action::reserve && !moves_reservation(one.what)))
        return {};
    const auto since = raw(one.since) != 0 ? one.since : one.version;
    if (one.what == action::reserve)
        return since;
    const bool is_as_wanted = !one.status || one.status == status_after(one.what);
    return since == one.version && is_as_wanted ? since : session_version{};
}

/// Finds, for changes that nobody is known to have made, the operations of unknown outcome that may
/// have made them.
class unknown_outcomes
{
public:
    unknown_outcomes(const std::vector<operation_record>& operations,
                     const std::vector<bool>& but_for)
    {
        for (std::size_t i = 0; i < operations.size(); ++i)
            if (operations[i].result == outcome::unknown && !but_for[i])
                waiting_[wish_of(operations[i])].emplace(operations[i].called, i);
    }

    /// The earliest that fits, each at most once; `npos` if none fits.
    [[nodiscard]] std::size_t take(const reservation& of, std::size_t event)
    {
        const auto what = action_of(of, event);
        if (what != action::reserve)
            return take({.session = of.id.session, .what = what, .reservation = of.id.id});
        const wish named{.session = of.id.session,
                         .what = what,
                         .user = of.user,
                         .seats = seats_of(of),
                         .is_hold = of.events[event].status == reservation_status::held};
        if (const auto found = take(named); found != npos)
            return found;
        auto best = named; // whoever left the choice to the house may have got these, too
        best.best = best.seats.size();
        best.seats.clear();
        return take(best);
    }

    static constexpr auto npos = static_cast<std::size_t>(-1);

private:
    struct wish
    {
        session_id session{};
        action what{};
        uuid reservation{};
        std::string user{};
        std::vector<seat_number> seats{};
        std::size_t best{};
        bool is_hold{};

        friend auto operator<=>(const wish&, const wish&) = default;
    };

    [[nodiscard]] std::size_t take(const wish& wanted)
    {
        const auto found = waiting_.find(wanted);
        if (found == waiting_.end() || found->second.empty())
            return npos;
        return found->second.extract(found->second.begin()).value().second;
    }

    [[nodiscard]] static wish wish_of(const operation_record& one)
    {
        wish out{.session = one.session, .what = one.what};
        if (one.what != action::reserve)
        {
            out.reservation = one.reservation.value_or(uuid{});
            return out;
        }
        out.user = one.user;
        out.seats = sorted(one.seats);
        out.best = one.best;
        out.is_hold = one.hold.count() != 0;
        return out;
    }

    std::map<wish, std::set<std::pair<monotonic_time, std::size_t>>> waiting_;
};

/// Whether it may have taken any seats: the best ones were asked for, and which these were is not
/// known.
[[nodiscard]] inline bool may_have_any_seats(const operation_record& one)
{
    return one.result == outcome::unknown && one.best != 0;
}

/// The operation, now known to have made this event, though nobody was told.
inline void grant_silently(operation_record& one, const reservation& of, std::size_t index)
{
    const auto& event = of.events[index];
    one.result = outcome::granted;
    one.returned = never;
    one.version = one.since = event.version;
    one.reservation = of.id.id;
    one.status = event.status;
    one.answered = seats_of(of);
    if (one.best != 0)
        one.seats = one.answered;
    one.held_until = event.held_until;
    one.earliest = one.latest = event.at;
}

/// Attempts of unknown outcome whose key was answered in another record are a part of that one.
/// Marks those that are so.
inline void join_attempts(std::vector<operation_record>& operations, std::vector<bool>& is_part)
{
    using attempt = std::tuple<session_id, action, std::string>;
    std::map<attempt, std::vector<std::size_t>> answered;
    for (std::size_t i = 0; i < operations.size(); ++i)
        if (operations[i].result == outcome::granted && !operations[i].key.empty())
            answered[{operations[i].session, operations[i].what, operations[i].key}].push_back(i);
    for (std::size_t i = 0; i < operations.size(); ++i)
    {
        const auto& one = operations[i];
        if (one.result != outcome::unknown || one.key.empty())
            continue;
        const auto found = answered.find({one.session, one.what, one.key});
        if (found == answered.end())
            continue;
        for (const auto other : found->second)
        {
            auto& known = operations[other];
            if (one.what != action::reserve && one.reservation != known.reservation)
                continue;
            known.called = std::min(known.called, one.called);
            is_part[i] = true;
        }
    }
}

/// The operations of a history, those of unknown outcome resolved where its ends allow it: they are
/// granted (without ever having returned) or, having done nothing, gone. Blocks, and operations on
/// sessions without an end, remain unknown.
[[nodiscard]] inline std::vector<operation_record> resolve(const history& what)
{
    auto operations = what.operations;
    const auto is_unknown = [](const operation_record& one)
    { return one.result == outcome::unknown; };
    if (std::none_of(operations.begin(), operations.end(), is_unknown))
        return operations;
    std::vector<bool> is_gone(operations.size());
    join_attempts(operations, is_gone);

    std::set<std::tuple<session_id, uuid, session_version>> claimed;
    for (const auto& one : operations)
        if (const auto version = made_version(one); raw(version) != 0 && one.reservation)
            claimed.emplace(one.session, *one.reservation, version);
    std::map<session_id, session_version> begun;
    for (const auto& state : what.begins)
        begun[state.session] = state.version;

    unknown_outcomes unknown{operations, is_gone};
    std::set<session_id> ended;
    for (const auto& state : what.ends)
    {
        ended.insert(state.session);
        const auto from = begun.contains(state.session) ? begun[state.session] : session_version{1};
        std::vector<std::tuple<session_version, const reservation*, std::size_t>> open;
        for (const auto& one : state.reservations)
            for (std::size_t i = 0; i < one.events.size(); ++i)
                if (one.events[i].version > from
                    && one.events[i].status != reservation_status::expired
                    && !claimed.contains({state.session, one.id.id, one.events[i].version}))
                    open.emplace_back(one.events[i].version, &one, i);
        std::sort(open.begin(), open.end());
        for (const auto& [version, one, event] : open)
            if (const auto by = unknown.take(*one, event); by != unknown_outcomes::npos)
                grant_silently(operations[by], *one, event);
    }

    std::vector<operation_record> out;
    for (std::size_t i = 0; i < operations.size(); ++i)
    {
        const auto& one = operations[i];
        const bool is_block = one.what == action::block || one.what == action::unblock;
        const bool came_to_nothing =
            one.result == outcome::unknown && !is_block && ended.contains(one.session);
        if (!is_gone[i] && !came_to_nothing)
            out.push_back(one);
    }
    return out;
}

} // namespace cinema::booking::testing::history_detail
