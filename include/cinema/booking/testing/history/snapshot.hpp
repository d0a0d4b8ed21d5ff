#pragma once

#include <cinema/booking/store/stores.hpp>
#include <cinema/booking/testing/box_office.hpp>
#include <cinema/booking/testing/history/history_recorder.hpp>

#include <map>
#include <set>
#include <span>
#include <vector>

namespace cinema::booking::testing
{

/// A session as the stores have it: what the inventory keeps of it, and what the documents say of
/// the reservations `known`, which may have left the inventory. Pre: nobody changes it, and the
/// documents have caught up. Throws boost::system::system_error on any error.
[[nodiscard]] inline session_state state_of(const stores& all, session_id session,
                                            std::span<const uuid> known = {})
{
    const auto whole = load_whole(*all.inventory, session);
    std::map<uuid, reservation_ptr> found;
    for (const auto& one : whole.reservations)
        found[one->id.id] = one;
    for (const auto& id : known)
        if (!found.contains(id))
            if (auto one = all.reservations->find({session, id}).value())
                found[id] = std::move(one);
    session_state out{
        .session = session, .version = whole.stamp.version, .blocked = whole.session.blocked};
    for (const auto& [id, one] : found)
        out.reservations.push_back(*one);
    return out;
}

/// Adds the state of every session that the history names, as `state_of`, to its ends.
inline void add_ends(history& to, const stores& all)
{
    std::map<session_id, std::set<uuid>> named;
    for (const auto& one : to.operations)
    {
        auto& reservations = named[one.session];
        if (one.reservation)
            reservations.insert(*one.reservation);
    }
    for (const auto& [session, reservations] : named)
    {
        const std::vector<uuid> known(reservations.begin(), reservations.end());
        to.ends.push_back(state_of(all, session, known));
    }
}

} // namespace cinema::booking::testing
