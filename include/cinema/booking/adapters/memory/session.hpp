#pragma once

#include <cinema/booking/engine/session_change.hpp>
#include <cinema/booking/store/session_record.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace cinema::booking::detail
{

/// One session as the memory stores keep it, and which of its parts changed when. Not thread-safe.
class memory_session
{
public:
    memory_session(booking::session session, change_id change, time_point made_at)
        : session_{std::move(session)},
          stamp_{session_version{1}, change, config_version{1}},
          changed_at_{made_at}
    {
    }

    [[nodiscard]] const booking::session& session() const noexcept { return session_; }
    [[nodiscard]] const session_stamp& stamp() const noexcept { return stamp_; }

    /// Null if it is not kept. It is kept until it is purged.
    [[nodiscard]] const reservation* find(const uuid& id) const
    {
        const auto found = reservations_.find(id);
        return found == reservations_.end() ? nullptr : found->second.get();
    }

    /// As `inventory_store::load` promises. O(1) when unchanged, else O(what it gives).
    [[nodiscard]] session_load load(const std::optional<session_stamp>& known,
                                    bool with_ended = false) const
    {
        if (known == stamp_)
            return session_unchanged{};
        if (known && known->version < stamp_.version && known->config == stamp_.config
            && known->version >= complete_since_ && is_recent(recent_, known->change))
            return changed_since(known->version);
        return whole(with_ended);
    }

    /// As `inventory_store::find_key` promises.
    [[nodiscard]] stored_key find_key(const key_digest& key) const
    {
        const auto found = keys_.find(key);
        if (found == keys_.end())
            return {};
        const auto of = reservations_.find(found->second.record.reservation);
        if (of == reservations_.end())
            return {}; // without its answer a key is of no use
        return stored_key{found->second.record, of->second};
    }

    /// Whether `change`, decided on the present stamp, agrees with what is kept.
    [[nodiscard]] bool accepts(const session_change& change) const
    {
        return std::all_of(change.reservations.begin(), change.reservations.end(),
                           [&](const reservation_change& entry) { return accepts(entry); });
    }

    /// Writes `change` without any check. O(what changed), but for logarithms.
    void apply(const session_change& change)
    {
        for (const auto& entry : change.reservations)
        {
            const auto& id = entry.now->id.id;
            auto& kept = reservations_[id];
            if (kept)
                reservations_by_version_.erase({kept->version(), id});
            kept = entry.now;
            reservations_by_version_.emplace(kept->version(), id);
        }
        for (const auto& record : change.keys)
        {
            const auto [kept, is_new] = keys_.try_emplace(record.key);
            if (!is_new)
                keys_by_version_.erase({kept->second.since, record.key});
            kept->second = {record, change.next.version};
            keys_by_version_.emplace(change.next.version, record.key);
        }
        if (change.blocked)
            session_.blocked = *change.blocked;
        note_change(recent_, stamp_.change);
        stamp_ = change.next;
        changed_at_ = change.at;
    }

    struct purged
    {
        std::vector<reservation_ptr> reservations;
        std::size_t keys{};
    };

    /// Removes at most `limit` reservations that ended before `ended_before`, and their keys.
    purged purge_ended(time_point ended_before, std::size_t limit)
    {
        purged out;
        std::unordered_set<uuid> doomed;
        for (const auto& [id, state] : reservations_)
            if (doomed.size() < limit && !state->is_live() && state->updated_at() < ended_before)
            {
                doomed.insert(id);
                out.reservations.push_back(state);
            }
        for (const auto& ended : out.reservations)
        {
            // Who knows an older version would not hear of its end by a delta any more.
            complete_since_ = std::max(complete_since_, ended->version());
            reservations_by_version_.erase({ended->version(), ended->id.id});
            reservations_.erase(ended->id.id);
        }
        if (!doomed.empty())
            out.keys = erase_keys([&](const key_record& record)
                                  { return doomed.contains(record.reservation); });
        return out;
    }

    /// Removes at most `limit` keys of live reservations last changed before `ended_before`, if the
    /// session was over by then. Returns how many.
    std::size_t purge_keys(time_point ended_before, std::size_t limit)
    {
        if (session_.ends_at.value_or(session_.showtime) >= ended_before)
            return 0;
        std::size_t erased = 0;
        return erase_keys(
            [&](const key_record& record)
            {
                const auto* of = find(record.reservation);
                const bool is_over =
                    of == nullptr || (of->is_live() && of->updated_at() < ended_before);
                return is_over && erased++ < limit;
            });
    }

private:
    struct dated_key
    {
        key_record record;
        session_version since{};
    };

    [[nodiscard]] bool accepts(const reservation_change& entry) const
    {
        const auto* before = find(entry.now->id.id);
        return entry.is_new == (before == nullptr)
               && entry.was_live == (before != nullptr && before->is_live());
    }

    [[nodiscard]] session_delta changed_since(session_version version) const
    {
        session_delta delta{.stamp = stamp_, .changed_at = changed_at_};
        const auto changed = reservations_by_version_.lower_bound({later(version), uuid{}});
        for (auto at = changed; at != reservations_by_version_.end(); ++at)
            delta.reservations.push_back(reservations_.at(at->second));
        const auto added = keys_by_version_.lower_bound({later(version), key_digest{}});
        for (auto at = added; at != keys_by_version_.end(); ++at)
            delta.keys.push_back(keys_.at(at->second).record);
        return delta;
    }

    [[nodiscard]] session_snapshot whole(bool with_ended) const
    {
        session_snapshot out{.session = session_, .stamp = stamp_, .changed_at = changed_at_};
        std::unordered_set<uuid> ended;
        for (const auto& [digest, kept] : keys_)
        {
            const auto* of = find(kept.record.reservation);
            const bool is_live = of != nullptr && of->is_live();
            if (!is_live)
                ended.insert(kept.record.reservation);
            if (is_live || with_ended)
                out.keys.push_back(kept.record);
            else
                out.key_prefixes.push_back(prefix_of(digest));
        }
        for (const auto& [id, state] : reservations_)
            if (state->is_live() || (with_ended && ended.contains(id)))
                out.reservations.push_back(state);
        return out;
    }

    template <class Condition>
    std::size_t erase_keys(Condition condition)
    {
        return std::erase_if(keys_,
                             [&](const auto& entry)
                             {
                                 if (!condition(entry.second.record))
                                     return false;
                                 keys_by_version_.erase({entry.second.since, entry.first});
                                 return true;
                             });
    }

    booking::session session_;
    session_stamp stamp_;
    time_point changed_at_;
    std::vector<change_id> recent_;    // before the present one
    session_version complete_since_{}; // from here on deltas lack nothing
    std::unordered_map<uuid, reservation_ptr> reservations_;
    std::unordered_map<key_digest, dated_key> keys_;
    std::set<std::pair<session_version, uuid>> reservations_by_version_;
    std::set<std::pair<session_version, key_digest>> keys_by_version_;
};

} // namespace cinema::booking::detail
