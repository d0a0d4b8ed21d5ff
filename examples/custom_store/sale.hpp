#pragma once

#include <cinema/booking/store/inventory_store.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace example
{

using namespace cinema::booking;

//! [state]
/// What a session's sale is made of. The guard says who has each seat, whatever reservations say.
struct sale
{
    struct key
    {
        key_record record;
        session_version since{};
    };

    session what;
    session_stamp stamp;
    time_point changed_at;
    std::map<uuid, reservation_ptr> reservations{};
    std::map<key_digest, key> keys{};
    std::map<seat_number, uuid> guard{};
    session_version complete_since{}; // what ended before may have been purged
    std::vector<change_id> past{};    // the last changes before the present one
};
//! [state]

//! [load]
/// The whole session, or what changed since `known` where that can be told.
inline session_load load_since(const sale& from, const std::optional<session_stamp>& known,
                               bool with_ended = false)
{
    if (known == from.stamp)
        return session_unchanged{};
    const bool is_delta = known && known->version < from.stamp.version
                          && known->config == from.stamp.config
                          && known->version >= from.complete_since
                          && std::ranges::find(from.past, known->change) != from.past.end();
    const auto since = is_delta ? known->version : session_version{};
    session_snapshot all{from.what, from.stamp, from.changed_at};
    std::set<uuid> ended; // the ended reservations that a key refers to
    for (const auto& [digest, its] : from.keys)
    {
        const auto of = from.reservations.find(its.record.reservation);
        const bool is_live = of != from.reservations.end() && of->second->is_live();
        if (is_delta ? its.since > since : is_live || with_ended)
            all.keys.push_back(its.record);
        else if (!is_delta)
            all.key_prefixes.push_back(prefix_of(digest));
        if (!is_live)
            ended.insert(its.record.reservation);
    }
    for (const auto& [id, state] : from.reservations)
        if (is_delta ? state->version() > since
                     : state->is_live() || (with_ended && ended.contains(id)))
            all.reservations.push_back(state);
    if (is_delta)
        return session_delta{all.stamp, all.changed_at, all.reservations, all.keys};
    return all;
}

/// What a key was used for.
inline stored_key find_key(const sale& in, const key_digest& key)
{
    const auto its = in.keys.find(key);
    if (its == in.keys.end())
        return {};
    const auto of = in.reservations.find(its->second.record.reservation);
    if (of == in.reservations.end())
        return {};
    return stored_key{its->second.record, of->second};
}
//! [load]

//! [guard]
/// The guard with `change`; nothing if a seat would have two owners, or if the change speaks of a
/// reservation as it is not. It does not ask how that was decided: this is the last check.
inline std::optional<std::map<seat_number, uuid>> guard_with(const sale& kept,
                                                             const session_change& change)
{
    auto guard = kept.guard;
    for (const auto& entry : change.reservations)
    {
        const auto id = entry.now->id.id;
        const auto before = kept.reservations.find(id);
        const bool is_new = before == kept.reservations.end();
        if (entry.is_new != is_new || entry.was_live != (!is_new && before->second->is_live()))
            return std::nullopt;
        if (entry.frees_seats())
            std::erase_if(guard, [&](const auto& row) { return row.second == id; });
    }
    for (const auto& entry : change.reservations)
        for (const auto& seat : entry.now->seats)
            if (entry.takes_seats() && !guard.emplace(seat.number, entry.now->id.id).second)
                return std::nullopt;
    return guard;
}
//! [guard]

//! [apply]
inline void apply(sale& kept, const session_change& change)
{
    for (const auto& entry : change.reservations)
        kept.reservations[entry.now->id.id] = entry.now;
    for (const auto& record : change.keys)
        kept.keys[record.key] = {record, change.next.version};
    if (change.blocked)
        kept.what.blocked = *change.blocked;
    if (kept.past.size() == 32) // whoever knows an older one gets the whole session
        kept.past.erase(kept.past.begin());
    kept.past.push_back(kept.stamp.change);
    kept.stamp = change.next;
    kept.changed_at = change.at;
}
//! [apply]

//! [purge]
/// Forgets reservations that ended, and keys that nobody will ask for again.
inline void purge(sale& from, time_point before, std::size_t limit, purge_report& sum)
{
    const bool is_over = from.what.ends_at.value_or(from.what.showtime) < before;
    std::erase_if(from.reservations,
                  [&](const auto& entry)
                  {
                      const reservation& state = *entry.second;
                      if (state.is_live() || state.updated_at() >= before
                          || sum.reservations == limit)
                          return false;
                      from.complete_since = std::max(from.complete_since, state.version());
                      ++sum.reservations;
                      return true;
                  });
    sum.keys += std::erase_if(
        from.keys,
        [&](const auto& entry)
        {
            const auto of = from.reservations.find(entry.second.record.reservation);
            return of == from.reservations.end()
                   || (is_over && of->second->is_live() && of->second->updated_at() < before);
        });
}
//! [purge]

} // namespace example
