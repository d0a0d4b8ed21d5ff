#pragma once

#include <cinema/booking/testing/history/box_operation.hpp>
#include <cinema/booking/testing/history/box_state.hpp>
#include <cinema/booking/testing/history/history_recorder.hpp>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cinema::booking::testing::history_detail
{

/// What a history says of some seats that can be looked at apart from all others: the operations,
/// small, in the order of their calls, and the state at the beginning.
class box_partition
{
public:
    using seats_of_reservations = std::unordered_map<uuid, std::vector<seat_number>>;

    /// `only`: the one seat of the partition; else it is the whole session. `known`: the seats of
    /// all reservations of the session; outlives the partition.
    box_partition(const seats_of_reservations& known, std::optional<seat_number> only)
        : known_{&known}, only_{only}
    {
    }

    /// Pre: it touches the partition.
    void add(const operation_record& one);

    /// What there was in the beginning. Call before `close`.
    void begin_with(const session_state& begin);

    /// What is there in the end. Call after every `add`.
    void end_with(const session_state& end);

    /// Call once, after all others.
    void close();

    [[nodiscard]] const std::vector<box_operation>& operations() const noexcept
    {
        return operations_;
    }
    [[nodiscard]] box_state state() const;
    [[nodiscard]] std::optional<seat_number> only() const noexcept { return only_; }
    [[nodiscard]] std::size_t seats() const noexcept { return numbers_.size(); }
    [[nodiscard]] seat_number number(std::uint32_t seat) const { return numbers_[seat]; }

    /// Whether the check says anything of such a record.
    [[nodiscard]] static std::optional<box_action> meaning(const operation_record& one);

private:
    [[nodiscard]] std::uint32_t seat(seat_number number);
    [[nodiscard]] std::uint32_t reservation(const uuid& id);
    [[nodiscard]] std::uint32_t unnamed_reservation(box_seats seats);
    [[nodiscard]] box_seats here(const std::vector<seat_number>& numbers);
    box_operation& add_at_end(box_action what, const box_seats& seats);
    void add_map(box_operation& to, const operation_record& one);
    void find_neighbours();

    const seats_of_reservations* known_;
    std::optional<seat_number> only_;
    std::vector<box_operation> operations_;
    std::unordered_map<seat_number, std::uint32_t> seats_;
    std::vector<seat_number> numbers_;
    std::unordered_map<uuid, std::uint32_t> reservations_;
    std::vector<box_seats> seats_of_;
    std::vector<std::pair<std::uint32_t, box_state::reservation_state>> begun_;
    std::vector<std::uint32_t> blocked_;
    monotonic_time last_{};
};

[[nodiscard]] inline box_time box_time_of(const std::optional<time_point>& low,
                                          const std::optional<time_point>& high)
{
    box_time out;
    if (low)
        out.low = to_unix_ms(*low);
    if (high)
        out.high = to_unix_ms(*high);
    return out;
}

inline std::optional<box_action> box_partition::meaning(const operation_record& one)
{
    const bool is_refused = one.result == outcome::refused;
    if (is_refused)
        switch (one.code)
        {
        case errc::seat_taken: return box_action::taken;
        case errc::seat_blocked: return box_action::off_sale;
        case errc::hold_expired: return box_action::hold_expired;
        case errc::wrong_status: return box_action::wrong_status;
        case errc::reservation_not_found: return box_action::not_found;
        default: return std::nullopt;
        }
    const bool is_known = one.result == outcome::granted;
    switch (one.what)
    {
    case action::reserve: return box_action::reserve;
    case action::confirm: return box_action::confirm;
    case action::extend: return box_action::extend;
    case action::cancel: return box_action::cancel;
    case action::check_in: return box_action::check_in;
    case action::block: return box_action::block;
    case action::unblock: return box_action::unblock;
    case action::find: return is_known ? std::optional{box_action::find} : std::nullopt;
    case action::read_map: return is_known ? std::optional{box_action::seat_map} : std::nullopt;
    case action::expire: break;
    }
    return std::nullopt;
}

inline std::uint32_t box_partition::seat(seat_number number)
{
    const auto [place, is_first] =
        seats_.try_emplace(number, static_cast<std::uint32_t>(numbers_.size()));
    if (is_first)
        numbers_.push_back(number);
    return place->second;
}

/// Those of the seats that belong to the partition.
inline box_seats box_partition::here(const std::vector<seat_number>& numbers)
{
    box_seats out;
    for (const auto number : numbers)
        if (!only_ || number == *only_)
            out.push_back(seat(number));
    return out;
}

inline std::uint32_t box_partition::unnamed_reservation(box_seats seats)
{
    seats_of_.push_back(std::move(seats));
    return static_cast<std::uint32_t>(seats_of_.size() - 1);
}

inline std::uint32_t box_partition::reservation(const uuid& id)
{
    if (const auto found = reservations_.find(id); found != reservations_.end())
        return found->second;
    const auto known = known_->find(id);
    const auto index =
        unnamed_reservation(known == known_->end() ? box_seats{} : here(known->second));
    reservations_.emplace(id, index);
    return index;
}

inline void box_partition::add(const operation_record& one)
{
    const auto what = meaning(one);
    if (!what)
        return;
    box_operation op{.by = &one,
                     .called = one.called,
                     .returned = one.returned,
                     .what = *what,
                     .wanted = one.what,
                     .status = one.status.value_or(reservation_status{}),
                     .until = box_time_of(one.held_until, one.held_until),
                     .at = box_time_of(one.earliest, one.latest)};
    const bool is_of_seats = *what == box_action::taken || *what == box_action::off_sale
                             || *what == box_action::block || *what == box_action::unblock;
    if (*what == box_action::seat_map)
        add_map(op, one);
    else if (*what == box_action::reserve)
    {
        op.seats = here(one.seats);
        if (op.status == reservation_status{})
            op.status =
                one.hold.count() != 0 ? reservation_status::held : reservation_status::confirmed;
        op.reservation =
            one.reservation ? reservation(*one.reservation) : unnamed_reservation(op.seats);
    }
    else if (is_of_seats)
    {
        op.all =
            *what == box_action::block || *what == box_action::unblock || !one.answered.empty();
        op.seats = here(op.all && !one.answered.empty() ? one.answered : one.seats);
    }
    else if (one.reservation)
    {
        op.reservation = reservation(*one.reservation);
        op.seats = seats_of_[op.reservation];
    }
    last_ = std::max(last_, op.returned == never ? op.called : op.returned);
    operations_.push_back(std::move(op));
}

inline void box_partition::add_map(box_operation& to, const operation_record& one)
{
    for (std::size_t i = 0; i < one.map.size(); ++i)
    {
        const auto number = i < one.answered.size() ? one.answered[i]
                                                    : seat_number{static_cast<std::int32_t>(i + 1)};
        if (only_ && number != *only_)
            continue;
        const auto index = seat(number);
        if (to.map.size() <= index)
            to.map.resize(index + 1);
        to.map[index] = one.map[i];
        to.seats.push_back(index);
    }
}

inline void box_partition::begin_with(const session_state& begin)
{
    for (const auto number : begin.blocked)
        if (!only_ || number == *only_)
            blocked_.push_back(seat(number));
    for (const auto& one : begin.reservations)
    {
        const auto index = reservation(one.id.id);
        if (!seats_of_[index].empty())
            begun_.emplace_back(index,
                                box_state::reservation_state{
                                    one.status(), box_time_of(one.held_until(), one.held_until())});
    }
}

inline box_operation& box_partition::add_at_end(box_action what, const box_seats& seats)
{
    auto& added = operations_.emplace_back();
    added.called = last_ + std::chrono::nanoseconds{1};
    added.returned = last_ + std::chrono::nanoseconds{2};
    added.what = what;
    added.seats.assign(seats.begin(), seats.end());
    return added;
}

inline void box_partition::end_with(const session_state& end)
{
    for (const auto& one : end.reservations)
        (void)reservation(one.id.id); // so that all seats and reservations are numbered
    std::vector<std::uint32_t> holders(numbers_.size(), box_nobody);
    std::vector<bool> is_there(seats_of_.size());
    auto last_change = time_point::min();
    for (const auto& one : end.reservations)
    {
        const auto index = reservation(one.id.id);
        is_there[index] = true;
        last_change = std::max(last_change, one.updated_at());
        if (seats_of_[index].empty())
            continue;
        auto& op = add_at_end(box_action::find, seats_of_[index]);
        op.reservation = index;
        op.status = one.status();
        op.until = box_time_of(one.held_until(), one.held_until());
        op.at = box_time_of(one.updated_at(), one.updated_at());
        for (const auto& taken : one.seats)
            if (const auto seat = seats_.find(taken.number); one.is_live() && seat != seats_.end())
                holders[seat->second] = index;
    }
    for (const auto& [id, index] : reservations_)
        if (!is_there[index] && !seats_of_[index].empty())
            add_at_end(box_action::not_found, seats_of_[index]).reservation = index;
    for (std::uint32_t seat = 0; seat < numbers_.size(); ++seat)
    {
        auto& op = add_at_end(box_action::has_seat, {seat});
        op.reservation = holders[seat];
        op.at = box_time_of(std::nullopt, last_change); // holds that ended, ended by then
    }
}

inline void box_partition::close()
{
    std::stable_sort(operations_.begin(), operations_.end(),
                     [](const box_operation& left, const box_operation& right)
                     { return left.called < right.called; });
    for (auto& op : operations_)
    {
        if (op.what != box_action::seat_map)
            continue;
        const bool is_whole = op.seats.size() == numbers_.size();
        op.map.resize(numbers_.size());
        for (std::uint32_t index = 0; is_whole && index < numbers_.size(); ++index)
            op.map_hash ^= box_symbol_hash(index, op.map[index]);
    }
    find_neighbours();
}

/// Taking a seat of a lapsed group hold sets its other seats free, too.
inline void box_partition::find_neighbours()
{
    std::vector<std::vector<std::pair<std::uint32_t, std::int64_t>>> holds(numbers_.size());
    const auto note = [&](std::uint32_t reservation, std::int64_t until)
    {
        if (seats_of_[reservation].size() > 1)
            for (const auto seat : seats_of_[reservation])
                holds[seat].emplace_back(reservation, until);
    };
    for (const auto& [reservation, state] : begun_)
        if (state.status == reservation_status::held)
            note(reservation, state.until.low);
    for (const auto& op : operations_)
        if (op.what == box_action::reserve && op.status == reservation_status::held)
            note(op.reservation, op.until.low);
    for (auto& op : operations_)
        if (op.what == box_action::reserve || op.what == box_action::block)
            for (const auto seat : op.seats)
                for (const auto& [reservation, until] : holds[seat])
                    if (until <= op.at.high && reservation != op.reservation)
                        op.neighbours.insert(op.neighbours.end(), seats_of_[reservation].begin(),
                                             seats_of_[reservation].end());
}

inline box_state box_partition::state() const
{
    box_state out{numbers_.size(), seats_of_};
    for (const auto seat : blocked_)
        out.set_blocked(seat, true);
    for (const auto& [reservation, state] : begun_)
    {
        out.set_reservation(reservation, state);
        const bool is_live = state.status != reservation_status::cancelled
                             && state.status != reservation_status::expired;
        for (const auto seat : seats_of_[reservation])
            if (is_live)
                out.set_holder(seat, reservation);
    }
    return out;
}

} // namespace cinema::booking::testing::history_detail
