#include "commit_values.hpp"

#include "common/reservation_text.hpp"
#include "reservation_row.hpp"

namespace cinema::booking::postgres
{

void commit_values::add(const session_change& change)
{
    auto& stamps = change.is_check() ? checks_ : swaps_;
    stamps.session.add(change.session);
    stamps.version.add(change.expected.version);
    stamps.change.add(change.expected.change);
    if (change.is_check())
        return;
    next_version_.add(change.next.version);
    next_change_.add(change.next.change);
    next_config_.add(change.next.config);
    at_.add(change.at);
    for (const auto& entry : change.reservations)
        add(entry, change.next.version);
    for (const auto& key : change.keys)
    {
        keys_.session.add(change.session);
        keys_.digest.add(bytes{key.key.bytes});
        keys_.version.add(change.next.version);
        keys_.event.add(static_cast<std::int16_t>(key.event));
        keys_.reservation.add(key.reservation);
        keys_.request.add(bytes{key.request});
    }
    if (!change.blocked)
        return;
    reblocked_.add(change.session);
    for (const auto seat : *change.blocked)
    {
        block_session_.add(change.session);
        block_seat_.add(seat);
    }
}

void commit_values::add(const reservation_change& change, session_version version)
{
    (change.is_new ? made_ : moved_).add(*change.now, version);
    if (!change.is_new)
        was_live_.add(change.was_live);
    if (change.frees_seats())
        freed_.add(*change.now);
    if (change.takes_seats())
        taken_.add(*change.now);
}

void commit_values::reservation_columns::add(const booking::reservation& state,
                                             session_version its_version)
{
    const auto summary = summary_of(state);
    session.add(state.id.session);
    id.add(state.id.id);
    version.add(its_version);
    status.add(summary.status);
    held_until.add(summary.held_until);
    updated_at.add(summary.updated_at);
    account.add(summary.account);
    label.add(std::string_view{state.user});
    currency.add(state.currency.text());
    seats.add(json{adapters::to_text(state.seats)});
    events.add(json{adapters::to_text(state.events)});
}

void commit_values::reservation_columns::append_to(parameters& to) const
{
    to.add(session);
    to.add(id);
    to.add(version);
    to.add(status);
    to.add(held_until);
    to.add(updated_at);
    to.add(account);
    to.add(label);
    to.add(currency);
    to.add(seats);
    to.add(events);
}

void commit_values::seat_columns::add(const booking::reservation& of)
{
    for (const auto& each : of.seats)
    {
        session.add(of.id.session);
        seat.add(each.number);
        reservation.add(of.id.id);
    }
}

parameters commit_values::bound() const
{
    parameters all;
    const auto add_all = [&](const auto&... columns) { (all.add(columns), ...); };
    add_all(swaps_.session, swaps_.version, swaps_.change, next_version_, next_change_,
            next_config_, at_, checks_.session, checks_.version, checks_.change);
    made_.append_to(all);
    moved_.append_to(all);
    add_all(was_live_);
    for (const auto* seats : {&freed_, &taken_})
        add_all(seats->session, seats->seat, seats->reservation);
    add_all(keys_.session, keys_.digest, keys_.version, keys_.event, keys_.reservation,
            keys_.request, block_session_, block_seat_, reblocked_);
    return all;
}

} // namespace cinema::booking::postgres
