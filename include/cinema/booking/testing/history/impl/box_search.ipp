#pragma once

#include <cinema/booking/testing/history/box_search.hpp>

#include <algorithm>

namespace cinema::booking::testing::history_detail
{

inline box_search::box_search(const box_partition& of, std::size_t steps_max)
    : operations_{of.operations()},
      state_{of.state()},
      seat_words_{(of.seats() + 63) / 64},
      steps_max_{steps_max}
{
    const auto count = static_cast<std::uint32_t>(operations_.size());
    next_.resize(count + 1);
    previous_.resize(count + 1);
    for (std::uint32_t i = 0; i <= count; ++i)
    {
        next_[i] = i == count ? 0 : i + 1;
        previous_[i] = i == 0 ? count : i - 1;
    }
    for (const auto& op : operations_)
        required_ += op.returned != never ? 1U : 0U;
}

inline box_search::answer box_search::run()
{
    while (true)
    {
        take_reads();
        if (required_ == 0)
            return answer::explained;
        if (steps_ > steps_max_)
            return answer::given_up;
        const bool is_known_to_fail = !failed_.empty() && failed_.contains(key());
        // It is not known for which seats it failed then: it may have been all.
        if (is_known_to_fail ? !go_back(seat_set(seat_words_, ~std::uint64_t{0})) : !choose())
            return answer::contradiction;
    }
}

// ---- the list of those not put yet

inline void box_search::lift(std::uint32_t index)
{
    next_[previous_[index]] = next_[index];
    previous_[next_[index]] = previous_[index];
    set_hash_ ^= box_mix(index);
    ++put_;
    required_ -= operations_[index].returned != never ? 1U : 0U;
}

/// Pre: what was lifted after it is back already.
inline void box_search::unlift(std::uint32_t index)
{
    next_[previous_[index]] = index;
    previous_[next_[index]] = index;
    set_hash_ ^= box_mix(index);
    --put_;
    required_ += operations_[index].returned != never ? 1U : 0U;
}

// ---- forward

/// Puts everything that only says what is true now.
inline void box_search::take_reads()
{
    const auto head = static_cast<std::uint32_t>(operations_.size());
    for (bool again = true; again;)
    {
        again = false;
        auto first_return = never;
        for (auto i = next_[head]; i != head && operations_[i].called <= first_return; i = next_[i])
        {
            const auto& op = operations_[i];
            if (!is_change(op.what) && state_.allows(op))
            {
                lift(i);
                frames_.push_back({.chosen = i, .is_forced = true, .mark = state_.mark()});
                again = true;
            }
            else
                first_return = std::min(first_return, op.returned);
        }
    }
}

/// The one that returns first. Pre: one of those left has returned.
inline std::uint32_t box_search::find_due() const
{
    const auto head = static_cast<std::uint32_t>(operations_.size());
    auto due = next_[head];
    for (auto i = due; i != head && operations_[i].called <= operations_[due].returned;
         i = next_[i])
        if (operations_[i].returned < operations_[due].returned)
            due = i;
    return due;
}

inline void box_search::put(std::uint32_t index)
{
    ++steps_;
    state_.apply(operations_[index]);
    lift(index);
}

/// Makes the next choice, or goes back to an earlier one. False if none is left.
inline bool box_search::choose()
{
    auto& at = frames_.emplace_back();
    at.due = find_due();
    at.mark = state_.mark();
    const auto& due = operations_[at.due];
    if (is_change(due.what) && state_.allows(due))
    {
        at.chosen = at.due;
        put(at.due);
        return true;
    }
    note_stuck(at.due);
    open(at);
    return choose_next(at) || go_back(at.touched);
}

/// Puts the frame's next candidate. False if none is left.
inline bool box_search::choose_next(frame& at)
{
    while (at.next < at.candidates.size())
    {
        const auto index = at.candidates[at.next++];
        if (!state_.allows(operations_[index]))
            continue;
        at.chosen = index;
        put(index);
        return true;
    }
    at.chosen = none;
    return false;
}

/// What could have come before the one that is due: everything it has to do with, of that which was
/// called before the due one returned.
inline void box_search::open(frame& at)
{
    const auto head = static_cast<std::uint32_t>(operations_.size());
    const auto& due = operations_[at.due];
    std::vector<std::uint32_t> window;
    for (auto i = next_[head]; i != head && operations_[i].called <= due.returned; i = next_[i])
        if (i != at.due)
            window.push_back(i);
    at.is_open = true;
    at.touched.assign(seat_words_, 0);
    add_seats(due, at.touched);
    std::vector<bool> is_in(window.size());
    while (grow(window, is_in, at.touched))
    {
    }
    for (std::size_t w = 0; w < window.size(); ++w)
        if (is_in[w] && is_change(operations_[window[w]].what))
            at.candidates.push_back(window[w]);
    std::stable_sort(at.candidates.begin(), at.candidates.end(),
                     [this](std::uint32_t left, std::uint32_t right)
                     { return operations_[left].returned < operations_[right].returned; });
}

/// Adds what touches the seats, and its seats. False if nothing was added.
inline bool box_search::grow(const std::vector<std::uint32_t>& window, std::vector<bool>& is_in,
                             seat_set& seats) const
{
    bool has_grown = false;
    for (std::size_t w = 0; w < window.size(); ++w)
    {
        if (is_in[w] || !touches(operations_[window[w]], seats))
            continue;
        is_in[w] = has_grown = true;
        add_seats(operations_[window[w]], seats);
    }
    return has_grown;
}

// ---- back

/// Takes back choices until one that concerns the seats for which it failed can be made otherwise,
/// and does so. False if none is left.
inline bool box_search::go_back(seat_set conflict)
{
    while (!frames_.empty())
    {
        auto& at = frames_.back();
        if (at.chosen != none)
        {
            state_.go_back(at.mark);
            unlift(at.chosen);
            at.chosen = none;
        }
        if (at.is_forced)
        {
            frames_.pop_back();
            continue;
        }
        if (!at.is_open)
            open(at);
        if (!at.conflict.empty())
            unite(conflict, at.conflict);
        if (meet(conflict, at.touched))
        {
            unite(conflict, at.touched);
            at.conflict = conflict;
            if (choose_next(at))
                return true;
        }
        failed_.insert(key());
        frames_.pop_back();
    }
    return false;
}

inline void box_search::note_stuck(std::uint32_t due)
{
    if (is_stuck_ && put_ <= explained_)
        return;
    is_stuck_ = true;
    explained_ = put_;
    stuck_ = due;
    holders_.clear();
    for (const auto seat : operations_[due].seats)
        holders_.push_back(state_.holder(seat));
}

// ---- seats

/// Of a map, only the seats that are not as it shows them: it stands in nobody's way by the others.
inline void box_search::add_seats(const box_operation& of, seat_set& to) const
{
    const auto add = [&to](std::uint32_t seat) { to[seat / 64] |= std::uint64_t{1} << seat % 64; };
    for (const auto seat : of.seats)
        if (of.what != box_action::seat_map || !state_.may_show(of, seat))
            add(seat);
    for (const auto seat : of.neighbours)
        add(seat);
}

inline bool box_search::touches(const box_operation& of, const seat_set& seats) const
{
    const auto is_in = [&seats](std::uint32_t seat)
    { return (seats[seat / 64] >> seat % 64 & 1U) != 0; };
    return std::any_of(of.seats.begin(), of.seats.end(), is_in)
           || std::any_of(of.neighbours.begin(), of.neighbours.end(), is_in);
}

inline void box_search::unite(seat_set& to, const seat_set& with)
{
    for (std::size_t i = 0; i < to.size(); ++i)
        to[i] |= with[i];
}

inline bool box_search::meet(const seat_set& left, const seat_set& right)
{
    for (std::size_t i = 0; i < left.size(); ++i)
        if ((left[i] & right[i]) != 0)
            return true;
    return false;
}

} // namespace cinema::booking::testing::history_detail
