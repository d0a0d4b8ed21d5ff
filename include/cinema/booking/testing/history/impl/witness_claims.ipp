#pragma once

#include <cinema/booking/testing/history/witness_session.hpp>

namespace cinema::booking::testing::history_detail
{

// ---- doubt: what operations of unknown outcome may have done

inline void witness_session::doubt_unknown()
{
    std::map<uuid, const std::vector<seat_number>*> seats_of_reservation;
    for (const auto& [version, step] : collector_.steps())
        seats_of_reservation.emplace(step.reservation, &step.seats);
    const auto doubt_all = [&](const std::vector<seat_number>& seats, monotonic_time since)
    {
        for (const auto seat : seats)
        {
            const auto [place, is_first] = doubts_.try_emplace(seat, since);
            place->second = std::min(place->second, since);
        }
    };
    for (const auto* one : operations_)
    {
        if (may_have_made_earlier(*one))
            doubt_all(one->seats, one->called);
        if (one->result != outcome::unknown)
            continue;
        doubt_all(one->seats, one->called);
        if (may_have_any_seats(*one))
            doubts_all_ = std::min(doubts_all_, one->called);
        if (!one->reservation)
            continue;
        if (const auto found = seats_of_reservation.find(*one->reservation);
            found != seats_of_reservation.end())
            doubt_all(*found->second, one->called);
    }
}

/// Whether a block that tells of a version which others made may have made one that nobody tells
/// of: so it is when the reply to its commit was lost, and it then found what it wanted.
inline bool witness_session::may_have_made_earlier(const operation_record& one) const
{
    const bool is_block = one.what == action::block || one.what == action::unblock;
    if (!is_block || one.result != outcome::granted)
        return false;
    const auto tellers = blocks_.find(one.version);
    const bool is_shared = tellers != blocks_.end() && tellers->second.size() > 1;
    if (!is_shared && !collector_.steps().contains(one.version))
        return false;
    const auto before = std::max(acknowledged_.before(one.called).version, begun_);
    for (auto version = later(before); version < one.version; version = later(version))
        if (!collector_.steps().contains(version) && !blocks_.contains(version))
            return true;
    return false;
}

inline bool witness_session::is_in_doubt(seat_number seat, monotonic_time before) const
{
    const auto found = doubts_.find(seat);
    return doubts_all_ < before || (found != doubts_.end() && found->second < before);
}

inline bool witness_session::is_in_doubt(const operation_record& one) const
{
    if (doubts_.empty() && doubts_all_ == never)
        return false;
    const auto any = [&](const std::vector<seat_number>& seats)
    {
        return std::any_of(seats.begin(), seats.end(),
                           [&](seat_number seat) { return is_in_doubt(seat, one.returned); });
    };
    const auto maker = one.reservation ? makers_.find(*one.reservation) : makers_.end();
    return any(one.seats) || any(one.answered)
           || (maker != makers_.end() && any(maker->second->seats))
           || (one.reservation && maker == makers_.end());
}

inline bool witness_session::is_in_doubt(const session_step& step) const
{
    const auto before = step.by != nullptr ? step.by->returned : never;
    return std::any_of(step.seats.begin(), step.seats.end(),
                       [&](seat_number seat) { return is_in_doubt(seat, before); });
}

// ---- claims: what answers say about the session at a version

inline bool witness_session::claims_state(const operation_record& one) const
{
    switch (one.result)
    {
    case outcome::unknown: return false;
    case outcome::refused: return tells_of_state(one.code);
    case outcome::granted: break;
    }
    if (moves_reservation(one.what))
        return raw(made_version(one)) == 0;
    return one.what == action::find || one.what == action::read_map;
}

/// The version that an answer must not be older than.
inline acknowledged_versions::entry
witness_session::oldest_allowed(const operation_record& one) const
{
    if (one.what != action::read_map)
        return acknowledged_.before(one.called);
    const auto others = acknowledged_.before(one.called - options_.map_staleness);
    const auto own = acknowledged_by_server_.find(one.server);
    const auto by_own =
        own == acknowledged_by_server_.end() ? others : own->second.before(one.called);
    return by_own.version > others.version ? by_own : others;
}

inline void witness_session::add_claim(const operation_record& one)
{
    const auto oldest = oldest_allowed(one);
    const auto newest = begun_versions_.at(one.returned);
    if (raw(one.version) == 0)
    {
        claims_.push_back({&one, std::max(oldest.version, begun_), newest});
        return;
    }
    if (one.version < oldest.version)
        verdict_.add(flaw::stale_answer, describe(one) + " is older than "
                                             + describe(oldest.version) + ", which "
                                             + describe(*oldest.by) + " had been told before.");
    if (one.version > newest)
        verdict_.add(flaw::answer_from_future,
                     describe(one) + " is of a version that nobody had begun to make yet.");
    if (one.expected && one.result == outcome::granted && *one.expected != one.version)
        verdict_.add(flaw::ignored_expected, describe(one) + " was granted, though the session "
                                                 + "was past " + describe(*one.expected) + '.');
    claims_.push_back({&one, std::max(one.version, begun_), std::max(one.version, begun_)});
}

inline void witness_session::claim_all()
{
    for (const auto* one : operations_)
    {
        if (claims_state(*one))
            add_claim(*one);
        if (one->result != outcome::refused)
            continue;
        if (one->code == errc::key_reused && uses_of_key_[one->key] < 2)
            verdict_.add(flaw::groundless_refusal,
                         describe(*one) + ", but its key was used only once.");
        if (one->code != errc::stale_version || !one->expected)
            continue;
        const auto oldest = oldest_allowed(*one).version;
        const bool is_told = raw(one->version) != 0;
        if (is_told ? one->version == *one->expected
                    : oldest == *one->expected && begun_versions_.at(one->returned) == oldest)
            verdict_.add(flaw::groundless_refusal, describe(*one) + ", but the session was just at "
                                                       + describe(*one->expected) + '.');
        if (is_told && one->version < oldest)
            verdict_.add(flaw::stale_answer, describe(*one) + " is older than " + describe(oldest)
                                                 + ", which had been told before.");
    }
    std::sort(claims_.begin(), claims_.end(),
              [](const claim& left, const claim& right) { return left.from > right.from; });
}

/// Judges what is claimed of the model's version and those up to `last`, during which the session
/// did not change.
inline void witness_session::judge_until(seat_model& model, session_version last)
{
    for (; !claims_.empty() && claims_.back().from <= last; claims_.pop_back())
        active_.push_back(claims_.back());
    std::erase_if(active_,
                  [&](const claim& one)
                  {
                      const auto why = contradiction(*one.by, model);
                      if (why.empty())
                          return true;
                      if (one.to > last)
                          return false;
                      if (is_in_doubt(*one.by))
                          ++verdict_.counts.unjudged;
                      else
                          verdict_.add(one.by->result == outcome::refused ? flaw::groundless_refusal
                                                                          : flaw::wrong_read,
                                       describe(*one.by) + ": at " + describe(model.version) + ' '
                                           + why + '.');
                      return true;
                  });
}

inline std::string witness_session::contradiction(const operation_record& one,
                                                  const seat_model& model) const
{
    if (one.result == outcome::refused)
        return contradiction_of_refusal(one, model);
    if (one.what != action::read_map)
        return contradiction_of_find(one, model, is_complete_);
    return contradiction_of_map(one, model, is_complete_,
                                [&](seat_number seat) { return is_in_doubt(seat, one.returned); });
}

} // namespace cinema::booking::testing::history_detail
