#pragma once

#include <cinema/booking/store/inventory_store.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace cinema::booking
{

/// How many of a session's last changes are remembered. Who knows an older stamp gets the session
/// whole.
inline constexpr std::size_t recent_changes_max = 32;

/// Adds a change, and forgets the oldest one if there are too many.
inline void note_change(std::vector<change_id>& recent, change_id change)
{
    if (recent.size() >= recent_changes_max)
        recent.erase(recent.begin());
    recent.push_back(change);
}

/// Whether a change is among the recent ones. Change ids are random: a session with another history
/// does not have it, whatever its version is.
[[nodiscard]] inline bool is_recent(const std::vector<change_id>& recent, change_id change)
{
    return std::find(recent.rbegin(), recent.rend(), change) != recent.rend();
}

/// A session with all that belongs to it, for stores that keep each session as one value: in
/// memory, as a file or as a document. It has what `inventory_store` promises of a session; what is
/// left to the store is to find it, to keep it, and to let one caller at a time change it. Each
/// function takes time in proportion to all that the session has. Not thread-safe.
struct session_record
{
    booking::session session;                       ///< As `make_session` made it.
    session_stamp stamp{};                          ///< The present one.
    time_point changed_at{};                        ///< When made, or `at` of the last change.
    std::map<uuid, reservation_ptr> reservations{}; ///< Ended ones too, until they are purged.
    /// Each key with the version of the change that brought it.
    std::map<key_digest, std::pair<key_record, session_version>> keys{};
    session_version purged{};        ///< The latest version of what was purged.
    std::vector<change_id> recent{}; ///< The last changes before the present one, oldest first.

    /// Whether the swap is won: version and change id are those; the config version is not asked.
    [[nodiscard]] bool is_at(const session_stamp& expected) const noexcept
    {
        return stamp.version == expected.version && stamp.change == expected.change;
    }

    /// What `inventory_store::load` promises to whoever knows `known`.
    [[nodiscard]] session_load load(const std::optional<session_stamp>& known,
                                    bool with_ended = false) const
    {
        if (known == stamp)
            return session_unchanged{};
        if (known && known->version < stamp.version && known->config == stamp.config
            && known->version >= purged && is_recent(recent, known->change))
            return changed_since(known->version);
        return whole(with_ended);
    }

    /// What `inventory_store::find_key` promises.
    [[nodiscard]] stored_key find_key(const key_digest& key) const
    {
        const auto record = keys.find(key);
        if (record == keys.end())
            return {};
        const auto of = reservations.find(record->second.first.reservation);
        if (of == reservations.end())
            return {}; // without its answer a key is of no use
        return stored_key{record->second.first, of->second};
    }

    /// Whether a change that was decided on `stamp` agrees with what is kept and gives no seat to
    /// two: if not, the commit is refused with `errc::store_failed`.
    [[nodiscard]] bool accepts(const session_change& change) const
    {
        std::set<seat_number> taken;
        const auto takes = [&](const reservation& state)
        {
            return !state.is_live()
                   || std::all_of(state.seats.begin(), state.seats.end(),
                                  [&](const auto& seat)
                                  { return taken.insert(seat.number).second; });
        };
        std::set<uuid> changed;
        for (const auto& [now, is_new, was_live] : change.reservations)
        {
            const auto kept = reservations.find(now->id.id);
            const bool is_kept = kept != reservations.end();
            if (is_new == is_kept || was_live != (is_kept && kept->second->is_live())
                || !takes(*now))
                return false;
            changed.insert(now->id.id);
        }
        return std::all_of(reservations.begin(), reservations.end(),
                           [&](const auto& entry)
                           { return changed.contains(entry.first) || takes(*entry.second); });
    }

    /// Writes a change. Pre: `is_at(change.expected)`; it is no check; `accepts(change)`.
    void apply(const session_change& change)
    {
        for (const auto& entry : change.reservations)
            reservations.insert_or_assign(entry.now->id.id, entry.now);
        for (const auto& key : change.keys)
            keys.insert_or_assign(key.key, std::pair{key, change.next.version});
        if (change.blocked)
            session.blocked = *change.blocked;
        note_change(recent, stamp.change);
        stamp = change.next;
        changed_at = change.at;
    }

    /// The seats of the live reservations, ascending: what `inventory_store::guard_rows` gives
    /// where no database keeps a guard of its own.
    [[nodiscard]] std::vector<guard_row> guard_rows() const
    {
        std::vector<guard_row> rows;
        for (const auto& [id, state] : reservations)
            for (const auto& seat : state->seats)
                if (state->is_live())
                    rows.push_back({seat.number, id});
        std::sort(rows.begin(), rows.end());
        return rows;
    }

    /// Whether a hold has run out by `now` and is not ended.
    [[nodiscard]] bool has_lapsed(time_point now) const
    {
        return std::any_of(reservations.begin(), reservations.end(),
                           [&](const auto& entry) { return entry.second->has_lapsed(now); });
    }

    /// Removes, as `inventory_store::purge` promises, at most `limit` reservations with their keys,
    /// and the keys of live ones. Returns the reservations and the number of keys.
    std::pair<std::vector<reservation_ptr>, std::size_t> purge(time_point ended_before,
                                                               std::size_t limit)
    {
        const bool is_over = session.ends_at.value_or(session.showtime) < ended_before;
        std::vector<reservation_ptr> gone;
        for (const auto& [id, state] : reservations)
            if (!state->is_live() && state->updated_at() < ended_before && gone.size() < limit)
                gone.push_back(state);
        for (const auto& state : gone)
        {
            purged = std::max(purged, state->version());
            reservations.erase(state->id.id);
        }
        const auto keys_gone =
            std::erase_if(keys,
                          [&](const auto& entry)
                          {
                              const auto of = reservations.find(entry.second.first.reservation);
                              return of == reservations.end()
                                     || (is_over && of->second->is_live()
                                         && of->second->updated_at() < ended_before);
                          });
        return {std::move(gone), keys_gone};
    }

private:
    [[nodiscard]] session_delta changed_since(session_version version) const
    {
        session_delta out{.stamp = stamp, .changed_at = changed_at};
        for (const auto& [id, state] : reservations)
            if (state->version() > version)
                out.reservations.push_back(state);
        for (const auto& [digest, key] : keys)
            if (key.second > version)
                out.keys.push_back(key.first);
        return out;
    }

    [[nodiscard]] session_snapshot whole(bool with_ended) const
    {
        session_snapshot out{.session = session, .stamp = stamp, .changed_at = changed_at};
        std::set<uuid> ended;
        for (const auto& [digest, key] : keys)
        {
            const auto& record = key.first;
            const auto of = reservations.find(record.reservation);
            const bool is_live = of != reservations.end() && of->second->is_live();
            if (!is_live)
                ended.insert(record.reservation);
            if (is_live || with_ended)
                out.keys.push_back(record);
            else
                out.key_prefixes.push_back(prefix_of(digest));
        }
        for (const auto& [id, state] : reservations)
            if (state->is_live() || (with_ended && ended.contains(id)))
                out.reservations.push_back(state);
        return out;
    }
};

/// Judges a batch as `inventory_store::commit` promises, without writing: fills in `outcome` and
/// returns the changes to be applied, each to its record. `find` gives the record of a session,
/// null if there is none. The records must not change until all of it is applied.
/// Errors: store_failed (nothing of the batch may be written).
template <class Find>
[[nodiscard]] store_result<std::vector<const session_change*>>
winners_of(std::span<const session_change> batch, std::span<commit_outcome> outcome, Find find)
{
    std::vector<const session_change*> winners;
    for (std::size_t i = 0; i < batch.size(); ++i)
    {
        const auto& change = batch[i];
        const session_record* const kept = find(change.session);
        if (kept == nullptr)
            outcome[i].error = errc::session_not_found;
        else if (!kept->is_at(change.expected))
            outcome[i] = {errc::version_conflict, kept->load(change.expected), true};
        else if (change.is_check())
            continue;
        else if (!kept->accepts(change))
            return make_error_code(errc::store_failed);
        else
            winners.push_back(&change);
    }
    return winners;
}

} // namespace cinema::booking
