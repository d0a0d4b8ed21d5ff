#pragma once

#include <cinema/booking/domain/reservation.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cinema::booking::detail
{

/// Reservations as documents, and the list of each account's. Not thread-safe.
class memory_documents
{
public:
    /// Null if there is none.
    [[nodiscard]] reservation_ptr find(const reservation_id& id) const
    {
        const auto found = states_.find(id);
        return found == states_.end() ? nullptr : found->second;
    }

    /// Keeps `state` unless a newer one is kept.
    void put(reservation_ptr state)
    {
        const auto id = state->id;
        auto& kept = states_[id];
        if (kept && kept->version() > state->version())
            return;
        if (kept && kept->account != state->account)
            by_account_[kept->account].erase({id.id, id.session});
        kept = std::move(state);
        if (!kept->account.empty())
            by_account_[kept->account].insert({id.id, id.session});
    }

    /// Pre: it is a guest's, and so in no list.
    void erase(const reservation_id& id) { states_.erase(id); }

    /// Removes at most `limit` of guests that ended before `ended_before`. Returns how many.
    std::size_t purge(time_point ended_before, std::size_t limit)
    {
        std::size_t gone = 0;
        std::erase_if(states_,
                      [&](const auto& kept)
                      {
                          const bool is_over = kept.second->account.empty()
                                               && !kept.second->is_live()
                                               && kept.second->updated_at() < ended_before;
                          return is_over && gone < limit && ++gone > 0;
                      });
        return gone;
    }

    /// The account's, newest first, behind `after`.
    [[nodiscard]] std::vector<reservation_ptr> list(const user_id& account,
                                                    const std::optional<reservation_id>& after,
                                                    std::size_t limit) const
    {
        std::vector<reservation_ptr> out;
        const auto list = by_account_.find(account);
        if (list == by_account_.end())
            return out;
        auto at =
            after ? list->second.upper_bound({after->id, after->session}) : list->second.begin();
        for (; at != list->second.end() && out.size() < limit; ++at)
            out.push_back(states_.at({at->second, at->first}));
        return out;
    }

private:
    using entry = std::pair<uuid, session_id>; // ordered by time first

    struct id_hash
    {
        std::size_t operator()(const reservation_id& id) const noexcept
        {
            return std::hash<uuid>{}(id.id) ^ std::hash<session_id>{}(id.session);
        }
    };

    std::unordered_map<reservation_id, reservation_ptr, id_hash> states_;
    std::map<user_id, std::set<entry, std::greater<>>> by_account_;
};

} // namespace cinema::booking::detail
