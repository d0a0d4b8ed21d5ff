#pragma once

#include <cinema/booking/testing/history/witness_session.hpp>

#include <map>
#include <memory>

namespace cinema::booking::testing
{

/// Replays the changes of each session in the order of their versions through a tiny model of its
/// seats, and holds every answer against the model and against real time.
///
/// Sees what contradicts a version: also between seats, also what is merely late. With a state of
/// the session in `what.ends` every change must be accounted for, and every acknowledged one must
/// be there. Without it, what depends on operations of unknown outcome is not judged, only counted:
/// the black-box check judges that.
/// Time: O(n log n) for n operations, but for maps, each of which costs as many steps as it has
/// seats.
[[nodiscard]] inline verdict check_witness(const history& what, const witness_options& options = {})
{
    verdict out;
    out.counts = history_detail::count(what.operations);
    const auto operations = history_detail::resolve(what);
    std::map<session_id, history_detail::witness_session> sessions;
    const auto session_of = [&](session_id id) -> history_detail::witness_session&
    { return sessions.try_emplace(id, options, out).first->second; };
    for (const auto& one : operations)
        session_of(one.session).add(one);
    for (const auto& end : what.ends)
        (void)session_of(end.session);
    for (auto& [id, session] : sessions)
        session.check(history_detail::find_state(what.begins, id),
                      history_detail::find_state(what.ends, id));
    return out;
}

} // namespace cinema::booking::testing
