#include "session_statements.hpp"

#include "hex.hpp"
#include "reservation_document.hpp"
#include "session_values.hpp"

#include <algorithm>
#include <bit>

namespace cinema::booking::mongo
{
namespace
{

std::span<const std::uint8_t> bytes_of(const uuid& id) { return id.bytes; }

/// What a change does to the guard.
struct guard_changes
{
    std::map<seat_number, uuid> freed;
    std::map<seat_number, uuid> taken;
};

guard_changes guard_changes_of(const session_change& change)
{
    guard_changes all;
    for (const auto& entry : change.reservations)
        for (const auto& seat : entry.now->seats)
        {
            if (entry.frees_seats())
                all.freed.emplace(seat.number, entry.now->id.id);
            if (entry.takes_seats() && !all.taken.emplace(seat.number, entry.now->id.id).second)
                throw failure{errc::store_failed, "a change gives seat "
                                                      + std::to_string(raw(seat.number))
                                                      + " to two reservations"};
        }
    return all;
}

std::string path_of_seat(seat_number seat) { return "taken." + std::to_string(raw(seat)); }

document exists(bool truth)
{
    document out;
    out.add("$exists", truth);
    return out;
}

/// The conditions under which a change agrees with what is kept, and no seat has two holders.
void add_guard(document& to, const session_change& change, const guard_changes& guard)
{
    for (const auto& [now, is_new, was_live] : change.reservations)
    {
        to.add(path_of(now->id.id), exists(!is_new));
        if (is_new || guard.freed.contains(now->seats.front().number))
            continue;
        document other;
        if (was_live)
            to.add(path_of_seat(now->seats.front().number), bytes_of(now->id.id));
        else if (!now->is_live())
            to.add(path_of_seat(now->seats.front().number), other.add("$ne", bytes_of(now->id.id)));
    }
    for (const auto& [seat, holder] : guard.freed)
        to.add(path_of_seat(seat), bytes_of(holder));
    for (const auto& [seat, holder] : guard.taken)
        if (!guard.freed.contains(seat))
            to.add(path_of_seat(seat), exists(false));
}

document key_document(const key_record& key, session_version version)
{
    document out;
    out.add("request", std::span<const std::uint8_t>{key.request})
        .add("reservation", bytes_of(key.reservation))
        .add("event", std::int32_t{key.event})
        .add("version", number_of(version));
    return out;
}

document entry_document(const outbox_entry& entry)
{
    document out;
    out.add("entry", entry.entry)
        .add("reservation", bytes_of(entry.reservation))
        .add("version", number_of(entry.version));
    if (!entry.account.empty())
        out.add("account", entry.account.value);
    return out;
}

document entry_of(const reservation& state)
{
    return entry_document(
        {state.id.id, state.version(), state.account, std::bit_cast<std::int64_t>(random_bits())});
}

/// The earliest end of a hold that the change makes.
std::optional<time_point> first_hold_of(const session_change& change)
{
    std::optional<time_point> first;
    for (const auto& entry : change.reservations)
        if (const auto until = entry.now->held_until(); until && (!first || *until < *first))
            first = until;
    return first;
}

bool brings_what_will_be_purged(const session_change& change)
{
    return !change.keys.empty()
           || std::ranges::any_of(change.reservations,
                                  [](const auto& entry) { return !entry.now->is_live(); });
}

/// What the change sets, with the seats, reservations and keys.
document set_by(const session_change& change, const guard_changes& guard)
{
    document set;
    set.add("version", number_of(change.next.version))
        .add("change_id", number_of(change.next.change))
        .add("config_version", number_of(change.next.config))
        .add("changed_at", change.at);
    if (change.blocked)
        set.add_array("blocked", numbers_of(*change.blocked));
    for (const auto& entry : change.reservations)
        set.add(path_of(entry.now->id.id), state_of(*entry.now));
    for (const auto& [seat, holder] : guard.taken)
        set.add(path_of_seat(seat), bytes_of(holder));
    for (const auto& key : change.keys)
        set.add(path_of(key.key), key_document(key, change.next.version));
    return set;
}

/// The dates that tell who looks for work that there is some.
document earliest_by(const session_change& change)
{
    document dates;
    if (!change.reservations.empty())
        dates.add("outbox_since", change.at);
    if (const auto until = first_hold_of(change))
        dates.add("hold_ends", *until);
    if (brings_what_will_be_purged(change))
        dates.add("purge_from", change.at);
    return dates;
}

/// What `$push` adds to an array, of which no more than the last so many are kept, unless 0.
document pushed(const array& added, std::int32_t kept)
{
    document out;
    out.add_array("$each", added.elements());
    return kept == 0 ? out : out.add("$slice", -kept);
}

document update_by(const session_change& change, const guard_changes& guard)
{
    const auto set = set_by(change, guard);
    document update;
    update.add("$set", set);
    document unset;
    for (const auto& [seat, holder] : guard.freed)
        if (!guard.taken.contains(seat))
            unset.add(path_of_seat(seat), "");
    if (!unset.empty())
        update.add("$unset", unset);
    array entries;
    for (const auto& entry : change.reservations)
        entries.add(entry_of(*entry.now));
    document push;
    push.add("recent", pushed(array{}.add(number_of(change.next.change)),
                              static_cast<std::int32_t>(recent_changes_max)));
    if (!entries.empty())
        push.add("outbox", pushed(entries, 0));
    update.add("$push", push);
    if (const auto dates = earliest_by(change); !dates.empty())
        update.add("$min", dates);
    const auto growth = static_cast<std::int64_t>(set.bytes() + entries.elements().bytes());
    update.add("$inc", document{}.add("bytes", growth));
    return update;
}

document entries_of(const std::vector<outbox_entry>& entries)
{
    array all;
    for (const auto& entry : entries)
        all.add(entry_document(entry));
    return all.elements();
}

/// Neither is empty in an update, which some servers refuse. `condition`: what else must be so.
document statement_at(const session_document& seen, const document& set, const document& unset,
                      const document& condition = {})
{
    document update;
    update.add("$set", set);
    if (!unset.empty())
        update.add("$unset", unset);
    document statement;
    auto which = at_stamp(seen.record.session.id, seen.record.stamp);
    return statement.add("q", which.add_all(condition)).add("u", update);
}

} // namespace

bool makes_reservation(const session_change& change)
{
    return std::ranges::any_of(change.reservations, &reservation_change::is_new);
}

document swap_statement(const session_change& change)
{
    auto which = at_stamp(change.session, change.expected);
    document statement;
    if (change.is_check())
        return statement.add("q", which)
            .add("u", document{}.add(
                          "$set", document{}.add("version", number_of(change.expected.version))));
    const auto guard = guard_changes_of(change);
    add_guard(which, change, guard);
    const auto update = update_by(change, guard);
    const auto room = session_bytes_max - static_cast<std::int64_t>(update.bytes());
    if (makes_reservation(change))
        which.add("bytes", document{}.add("$lte", room));
    return statement.add("q", which).add("u", update);
}

document purge_statement(const session_document& left, const purged_parts& gone)
{
    document set;
    document unset;
    for (const auto& id : gone.reservations)
        unset.add(path_of(id), "");
    for (const auto& key : gone.keys)
        unset.add(path_of(key), "");
    set.add("purged_version", number_of(left.record.purged))
        .add("purges", left.purges + 1)
        .add("bytes", static_cast<std::int64_t>(left.bytes));
    if (const auto from = left.purge_from())
        set.add("purge_from", *from);
    else
        unset.add("purge_from", "");
    // Others may have purged since, or have put something into the outbox again.
    document condition;
    document empty;
    condition.add("purges", left.purges).add("outbox", empty.add("$size", std::int32_t{0}));
    return statement_at(left, set, unset, condition);
}

document emptying_statement(const session_document& seen)
{
    document set;
    document unset;
    document as_seen;
    as_seen.add_array("outbox", entries_of(seen.outbox));
    return statement_at(seen, set.add_array("outbox", document{}), unset.add("outbox_since", ""),
                        as_seen);
}

document pulling_statement(session_id session, const std::vector<outbox_entry>& entries,
                           const std::optional<time_point>& since)
{
    document pull;
    document update;
    document date;
    update.add("$pullAll", pull.add_array("outbox", entries_of(entries)));
    if (since)
        update.add("$set", date.add("outbox_since", *since));
    document which;
    document statement;
    return statement.add("q", which.add("_id", raw(session))).add("u", update);
}

document queueing_statement(const reservation& state)
{
    document push;
    document since;
    document update;
    update.add("$push", push.add("outbox", entry_of(state)))
        .add("$min", since.add("outbox_since", state.updated_at()));
    document which;
    document statement;
    return statement.add("q", which.add("_id", raw(state.id.session))).add("u", update);
}

document correction_statement(const session_document& seen)
{
    document set;
    document unset;
    set.add("bytes", static_cast<std::int64_t>(seen.bytes));
    if (const auto until = seen.hold_ends())
        set.add("hold_ends", *until);
    else
        unset.add("hold_ends", "");
    return statement_at(seen, set, unset);
}

} // namespace cinema::booking::mongo
