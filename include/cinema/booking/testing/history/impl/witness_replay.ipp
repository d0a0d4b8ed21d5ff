#pragma once

#include <cinema/booking/testing/history/witness_session.hpp>

namespace cinema::booking::testing::history_detail
{

inline void witness_session::check(const session_state* begin, const session_state* end)
{
    ++verdict_.counts.sessions;
    seat_model model{begin};
    begun_ = model.version;
    prepare(end);
    claim_all();

    auto last = end != nullptr ? std::max(end->version, begun_) : begun_;
    if (!collector_.steps().empty())
        last = std::max(last, collector_.steps().rbegin()->first);
    if (!blocks_.empty())
        last = std::max(last, blocks_.rbegin()->first);
    replay(model, last);
    if (end != nullptr)
        compare_blocked(model, *end);
}

inline void witness_session::prepare(const session_state* end)
{
    is_complete_ = end != nullptr;
    if (end != nullptr)
        collector_.add(*end, begun_);
    for (const auto* one : operations_)
    {
        if (one->returned < one->called)
            verdict_.add(flaw::broken_record, describe(*one) + " returned before it was called.");
        acknowledged_.add(*one);
        acknowledged_by_server_[one->server].add(*one);
        if (!one->key.empty())
            ++uses_of_key_[one->key];
        const bool is_block = one->what == action::block || one->what == action::unblock;
        if (is_block && one->result == outcome::granted)
            blocks_[one->version].push_back(one);
        if (one->what == action::reserve && one->result == outcome::granted && one->reservation)
            makers_.emplace(*one->reservation, one);
    }
    acknowledged_.order();
    for (auto& [server, versions] : acknowledged_by_server_)
        versions.order();
    for (const auto& [version, step] : collector_.steps())
        begun_versions_.add(version, step.called);
    if (end != nullptr)
        begun_versions_.end_at(end->version);
    doubt_unknown();
}

/// Takes the model through all versions, judging at each what is claimed of it.
inline void witness_session::replay(seat_model& model, session_version last)
{
    const auto& steps = collector_.steps();
    std::set<session_version> versions;
    for (const auto& [version, step] : steps)
        versions.insert(version);
    for (const auto& [version, blocks] : blocks_)
        if (version > begun_)
            versions.insert(version);
    verdict_.counts.changes += versions.size();
    verdict_.counts.gaps +=
        raw(last) - raw(begun_) - std::min(raw(last) - raw(begun_), std::uint64_t{versions.size()});
    for (const auto version : versions)
    {
        judge_until(model, session_version{raw(version) - 1});
        model.version = version;
        const auto [first, after] = steps.equal_range(version);
        for (auto step = first; step != after; ++step)
            take_step(model, version, step->second);
        take_blocks(model, version);
    }
    judge_until(model, session_version{~std::uint64_t{0}});
}

inline void witness_session::take_step(seat_model& model, session_version version,
                                       const session_step& step)
{
    if (step.by != nullptr)
    {
        check_order(*step.by, version, step.called);
        check_expected(*step.by, version);
    }
    if (step.at && *step.at < model.now)
        verdict_.add(flaw::time_ran_back, describe(step, version)
                                              + " was decided at an earlier time than the version "
                                              + "before it.");
    if (step.at)
        model.now = std::max(model.now, *step.at);
    if (step.what == action::reserve)
        take_reserve(model, version, step);
    else
        take_move(model, version, step);
}

inline void witness_session::check_order(const operation_record& one, session_version version,
                                         monotonic_time called)
{
    const auto before = acknowledged_.before(called);
    if (before.version >= version)
        verdict_.add(flaw::time_order, describe(one) + " made " + describe(version)
                                           + ", but was called after " + describe(*before.by)
                                           + " had been told " + describe(before.version) + '.');
}

/// Between the version asked for and the one made there may only be ends of holds of its own seats.
inline void witness_session::check_expected(const operation_record& one, session_version version)
{
    if (!one.expected || one.replayed)
        return;
    const auto ends_own_hold = [&one](const session_step& step)
    {
        return step.what == action::expire
               && std::any_of(step.seats.begin(), step.seats.end(),
                              [&one](seat_number seat) {
                                  return std::find(one.seats.begin(), one.seats.end(), seat)
                                         != one.seats.end();
                              });
    };
    const auto& steps = collector_.steps();
    auto allowed = is_complete_ ? std::size_t{0} : one.seats.size();
    auto at = steps.upper_bound(*one.expected);
    for (; at != steps.end() && at->first < version && ends_own_hold(at->second); ++at)
        ++allowed;
    const bool others_came_first = at != steps.end() && at->first < version;
    if (*one.expected >= version || others_came_first
        || raw(version) - raw(*one.expected) > allowed + 1)
        verdict_.add(flaw::ignored_expected, describe(one) + " was granted, though the session "
                                                 + "was not at " + describe(*one.expected) + '.');
}

inline void witness_session::take_reserve(seat_model& model, session_version version,
                                          const session_step& step)
{
    const auto forgive = is_in_doubt(step);
    if (model.find(step.reservation) != nullptr && !forgive)
        verdict_.add(flaw::wrong_step,
                     describe(step, version) + " made a reservation that was there already.");
    for (const auto seat : step.seats)
    {
        if (model.is_blocked(seat) && !forgive)
            verdict_.add(flaw::seat_not_free, describe(step, version) + " was given "
                                                  + describe(seat) + ", which was off sale.");
        const auto* holder = model.holder(seat);
        if (holder == nullptr)
            continue;
        if (!is_complete_ && holder->has_lapsed_by(step.at.value_or(time_point::max())))
        {
            model.expire(seat);
            continue;
        }
        const auto id = model.holder_id(seat);
        if (forgive)
            continue;
        const auto maker = makers_.find(id);
        const auto other = maker != makers_.end() ? describe(*maker->second) : describe(id);
        verdict_.add(flaw::seat_not_free, describe(step, version) + " was given " + describe(seat)
                                              + ", which " + other + " had since "
                                              + describe(holder->since) + '.');
    }
    model.put(step.reservation, {step.user, step.seats, step.status, step.until, version});
}

inline void witness_session::take_move(seat_model& model, session_version version,
                                       const session_step& step)
{
    const auto* known = model.find(step.reservation);
    if (known == nullptr)
    {
        if (is_in_doubt(step) || (!is_complete_ && !doubts_.empty()))
            ++verdict_.counts.unjudged;
        else
            verdict_.add(flaw::wrong_step,
                         describe(step, version) + " concerns a reservation that was never made.");
        return model.put(step.reservation,
                         {step.user, step.seats, step.status, step.until, version});
    }
    if (step.by != nullptr && !step.seats.empty() && step.seats != known->seats)
        verdict_.add(flaw::torn_group, describe(step, version) + " was told of "
                                           + describe(step.seats) + ", but the reservation has "
                                           + describe(known->seats) + '.');
    if (const auto why = objection(step, *known); !why.empty() && !is_in_doubt(step))
        verdict_.add(step.what == action::expire && known->status == reservation_status::held
                         ? flaw::early_expiry
                         : flaw::wrong_step,
                     describe(step, version) + ", but " + why + '.');
    auto next = *known;
    next.status = step.status;
    next.until = step.until;
    next.since = version;
    model.put(step.reservation, std::move(next));
}

/// Why the reservation cannot take this step; empty if it can.
inline std::string witness_session::objection(const session_step& step,
                                              const modelled_reservation& known) const
{
    const auto state = std::string{"the reservation was "} + to_string(known.status);
    const bool is_held = known.status == reservation_status::held;
    switch (step.what)
    {
    case action::confirm:
    case action::extend:
        if (!is_held)
            return state;
        if (step.at && known.has_lapsed_by(*step.at))
            return "its hold had run out";
        return step.what == action::extend && step.until && known.until
                       && *step.until <= *known.until
                   ? "it made the hold no longer"
                   : "";
    case action::cancel:
        return known.is_live() && known.status != reservation_status::checked_in ? "" : state;
    case action::check_in: return known.status == reservation_status::confirmed ? "" : state;
    case action::expire:
        if (!is_held)
            return state;
        return !step.at || known.has_lapsed_by(*step.at) ? "" : "its hold had not run out";
    case action::reserve:
    case action::block:
    case action::unblock:
    case action::find:
    case action::read_map: break;
    }
    return {};
}

/// Of the blocks that tell this version, those which changed something made it, if nothing else
/// did; the others found the seats as they wanted them.
inline void witness_session::take_blocks(seat_model& model, session_version version)
{
    const auto blocks = blocks_.find(version);
    if (blocks == blocks_.end())
        return;
    // Who asked for this very version found it; of the others the first to call made it.
    std::stable_sort(blocks->second.begin(), blocks->second.end(),
                     [version](const auto* left, const auto* right)
                     {
                         return std::pair{left->expected == version, left->called}
                                < std::pair{right->expected == version, right->called};
                     });
    bool is_made = collector_.steps().contains(version);
    for (const auto* one : blocks->second)
    {
        const bool blocked = one->what == action::block;
        const bool changes =
            std::any_of(one->seats.begin(), one->seats.end(),
                        [&](seat_number seat) { return model.is_blocked(seat) != blocked; });
        if (changes && is_made && !is_in_doubt(*one))
            verdict_.add(flaw::version_twice, describe(*one) + " made " + describe(version)
                                                  + ", which another change made.");
        if (!changes)
            continue;
        is_made = true;
        check_order(*one, version, one->called);
        check_expected(*one, version);
        for (const auto seat : one->seats)
        {
            const auto* holder = model.holder(seat);
            const bool has_lapsed = !is_complete_ && holder != nullptr
                                    && holder->has_lapsed_by(time_at_most(*one, model));
            if (blocked && has_lapsed)
                model.expire(seat);
            else if (blocked && holder != nullptr && !is_in_doubt(*one))
                verdict_.add(flaw::seat_not_free, describe(*one) + " took " + describe(seat)
                                                      + " off sale, which somebody had.");
            model.block(seat, blocked);
        }
    }
}

inline void witness_session::compare_blocked(const seat_model& model, const session_state& end)
{
    const std::set<seat_number> told{end.blocked.begin(), end.blocked.end()};
    std::set<seat_number> all = model.blocked();
    all.insert(told.begin(), told.end());
    for (const auto seat : all)
        if (told.contains(seat) != model.is_blocked(seat) && !is_in_doubt(seat, never))
            verdict_.add(told.contains(seat) ? flaw::unasked_effect : flaw::lost_effect,
                         "In the end of session " + std::to_string(raw(end.session)) + ' '
                             + describe(seat)
                             + (told.contains(seat) ? " is off sale." : " is not off sale."));
}

} // namespace cinema::booking::testing::history_detail
