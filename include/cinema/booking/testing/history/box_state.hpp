#pragma once

#include <cinema/booking/testing/history/box_operation.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace cinema::booking::testing::history_detail
{

/// The state of a partition's seats: who has each, and what became of each reservation. A hold that
/// may have run out may have been ended, which shows only in what happens next. Every change can be
/// taken back.
class box_state
{
public:
    struct reservation_state
    {
        reservation_status status{}; // 0: not made
        box_time until{};

        friend bool operator==(const reservation_state& left, const reservation_state& right)
        {
            return left.status == right.status && left.until.low == right.until.low
                   && left.until.high == right.until.high;
        }
    };

    /// `seats_of[r]`: the seats of reservation r.
    box_state(std::size_t seats, std::vector<box_seats> seats_of)
        : seats_of_{std::move(seats_of)},
          holders_(seats, box_nobody),
          blocked_(seats, false),
          reservations_(seats_of_.size())
    {
        for (std::uint32_t seat = 0; seat < seats; ++seat)
            map_hash_ ^= box_symbol_hash(seat, symbol(seat));
    }

    /// Whether the operation can happen now, and be answered as it was.
    [[nodiscard]] bool allows(const box_operation& one) const;

    /// Pre: it is a change, and allowed.
    void apply(const box_operation& one);

    /// A moment to go back to.
    [[nodiscard]] std::size_t mark() const noexcept { return undo_.size(); }
    void go_back(std::size_t mark);

    [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }
    [[nodiscard]] std::uint32_t holder(std::uint32_t seat) const { return holders_[seat]; }
    [[nodiscard]] reservation_status status(std::uint32_t reservation) const
    {
        return reservations_[reservation].status;
    }
    [[nodiscard]] char symbol(std::uint32_t seat) const
    {
        const auto holder = holders_[seat];
        const auto is =
            holder == box_nobody ? (blocked_[seat] ? map_symbol::blocked : map_symbol::free)
            : reservations_[holder].status == reservation_status::held ? map_symbol::held
                                                                       : map_symbol::sold;
        return static_cast<char>(is);
    }

    /// Whether a map that was read at that time may show the seat so.
    [[nodiscard]] bool may_show(const box_operation& map, std::uint32_t seat) const
    {
        const char told = map.map[seat];
        const char is = symbol(seat);
        return told == is || told == 0
               || (told == static_cast<char>(map_symbol::free)
                   && may_have_lapsed(holders_[seat], map.at));
    }

    // For the beginning, and what `apply` is made of.
    void set_reservation(std::uint32_t index, const reservation_state& next);
    void set_holder(std::uint32_t seat, std::uint32_t holder);
    void set_blocked(std::uint32_t seat, bool blocked);

private:
    struct past
    {
        enum
        {
            of_reservation,
            of_holder,
            of_block,
        } field;
        std::uint32_t index;
        std::uint32_t holder;
        reservation_state reservation;
    };

    [[nodiscard]] bool may_have_lapsed(std::uint32_t reservation, const box_time& at) const
    {
        return reservation != box_nobody
               && reservations_[reservation].status == reservation_status::held
               && reservations_[reservation].until.low <= at.high;
    }
    [[nodiscard]] bool must_have_lapsed(std::uint32_t reservation, const box_time& at) const
    {
        return reservations_[reservation].status == reservation_status::held
               && reservations_[reservation].until.high <= at.low;
    }
    [[nodiscard]] bool can_be_taken(std::uint32_t seat, const box_time& at) const
    {
        return holders_[seat] == box_nobody || may_have_lapsed(holders_[seat], at);
    }
    [[nodiscard]] bool is_taken(std::uint32_t seat, const box_time& at) const
    {
        return holders_[seat] != box_nobody && !must_have_lapsed(holders_[seat], at);
    }
    [[nodiscard]] bool allows_step(const box_operation& one) const;
    [[nodiscard]] bool allows_refusal(const box_operation& one) const;
    [[nodiscard]] bool allows_find(const box_operation& one) const;
    [[nodiscard]] bool allows_map(const box_operation& one) const;
    void finish(std::uint32_t reservation, reservation_status status);

    template <class Change>
    void change_symbol(std::uint32_t seat, Change change)
    {
        map_hash_ ^= box_symbol_hash(seat, symbol(seat));
        change();
        map_hash_ ^= box_symbol_hash(seat, symbol(seat));
    }
    [[nodiscard]] std::uint64_t hash_of(std::uint32_t reservation) const
    {
        const auto& now = reservations_[reservation];
        return box_mix(
            box_mix((std::uint64_t{reservation} << 8U) | static_cast<std::uint64_t>(now.status))
            ^ static_cast<std::uint64_t>(now.until.low)
            ^ box_mix(static_cast<std::uint64_t>(now.until.high)));
    }

    std::vector<box_seats> seats_of_;
    std::vector<std::uint32_t> holders_;
    std::vector<bool> blocked_;
    std::vector<reservation_state> reservations_;
    std::vector<past> undo_;
    std::uint64_t hash_{};
    std::uint64_t map_hash_{};
};

// ---- what is allowed

inline bool box_state::allows(const box_operation& one) const
{
    const auto every = [&](auto condition)
    { return std::all_of(one.seats.begin(), one.seats.end(), condition); };
    switch (one.what)
    {
    case box_action::reserve:
        return reservations_[one.reservation].status == reservation_status{}
               && every([&](auto seat) { return !blocked_[seat] && can_be_taken(seat, one.at); });
    case box_action::block: return every([&](auto seat) { return can_be_taken(seat, one.at); });
    case box_action::unblock: return true;
    case box_action::confirm:
    case box_action::extend:
    case box_action::cancel:
    case box_action::check_in: return allows_step(one);
    case box_action::taken:
    case box_action::off_sale:
    case box_action::hold_expired:
    case box_action::wrong_status:
    case box_action::not_found: return allows_refusal(one);
    case box_action::find: return allows_find(one);
    case box_action::seat_map: return allows_map(one);
    case box_action::has_seat:
        return one.reservation == box_nobody ? can_be_taken(one.seats[0], one.at)
                                             : holders_[one.seats[0]] == one.reservation;
    }
    return false;
}

inline bool box_state::allows_step(const box_operation& one) const
{
    const auto& now = reservations_[one.reservation];
    const auto is = [&](reservation_status status) { return now.status == status; };
    const bool is_told = one.status != reservation_status{};
    const bool is_hold = is(reservation_status::held) && !must_have_lapsed(one.reservation, one.at);
    switch (one.what)
    {
    case box_action::confirm:
        return is_hold || is(reservation_status::confirmed) || is(reservation_status::checked_in);
    case box_action::extend: return is_hold && one.until.high >= now.until.low;
    case box_action::cancel:
        if (is_told && one.status == reservation_status::expired)
            return is(reservation_status::expired) || may_have_lapsed(one.reservation, one.at);
        return is(reservation_status::held) || is(reservation_status::confirmed)
               || is(reservation_status::cancelled)
               || (!is_told && is(reservation_status::expired));
    case box_action::check_in: return is(reservation_status::confirmed);
    default: return false;
    }
}

inline bool box_state::allows_refusal(const box_operation& one) const
{
    const auto seats_are = [&](auto condition)
    {
        return one.all ? std::all_of(one.seats.begin(), one.seats.end(), condition)
                       : std::any_of(one.seats.begin(), one.seats.end(), condition);
    };
    if (one.what == box_action::taken)
        return seats_are([&](auto seat) { return is_taken(seat, one.at); });
    if (one.what == box_action::off_sale)
        return seats_are([&](auto seat) { return bool{blocked_[seat]}; });
    const auto status = reservations_[one.reservation].status;
    if (one.what == box_action::not_found)
        return status == reservation_status{};
    if (one.what == box_action::hold_expired)
        return status == reservation_status::expired || may_have_lapsed(one.reservation, one.at);
    switch (one.wanted)
    {
    case action::confirm: return status == reservation_status::cancelled;
    case action::cancel: return status == reservation_status::checked_in;
    case action::check_in:
        return status != reservation_status{} && status != reservation_status::confirmed;
    default: return status != reservation_status{};
    }
}

inline bool box_state::allows_find(const box_operation& one) const
{
    const auto& now = reservations_[one.reservation];
    if (one.status == reservation_status::expired && now.status == reservation_status::held)
        return may_have_lapsed(one.reservation, one.at);
    if (now.status == reservation_status{}
        || (one.status != reservation_status{} && one.status != now.status))
        return false;
    return now.status != reservation_status::held
           || (now.until.low <= one.until.high && one.until.low <= now.until.high);
}

inline bool box_state::allows_map(const box_operation& one) const
{
    if (one.map_hash == map_hash_)
        return true;
    for (std::uint32_t seat = 0; seat < one.map.size(); ++seat)
        if (!may_show(one, seat))
            return false;
    return true;
}

// ---- what changes

inline void box_state::apply(const box_operation& one)
{
    if (one.what == box_action::reserve || one.what == box_action::block)
        for (const auto seat : one.seats)
            if (holders_[seat] != box_nobody)
                finish(holders_[seat], reservation_status::expired);
    switch (one.what)
    {
    case box_action::reserve:
        set_reservation(one.reservation, {one.status, one.until});
        for (const auto seat : one.seats)
            set_holder(seat, one.reservation);
        return;
    case box_action::confirm:
        if (reservations_[one.reservation].status == reservation_status::held)
            set_reservation(one.reservation, {reservation_status::confirmed, {}});
        return;
    case box_action::extend:
        return set_reservation(one.reservation, {reservation_status::held, one.until});
    case box_action::cancel:
        if (one.status == reservation_status::expired)
            return finish(one.reservation, reservation_status::expired);
        if (reservations_[one.reservation].status != reservation_status::expired)
            finish(one.reservation, reservation_status::cancelled);
        return;
    case box_action::check_in:
        return set_reservation(one.reservation, {reservation_status::checked_in, {}});
    case box_action::block:
    case box_action::unblock:
        for (const auto seat : one.seats)
            set_blocked(seat, one.what == box_action::block);
        return;
    default: return;
    }
}

/// The reservation ends, and its seats are free.
inline void box_state::finish(std::uint32_t reservation, reservation_status status)
{
    for (const auto seat : seats_of_[reservation])
        if (holders_[seat] == reservation)
            set_holder(seat, box_nobody);
    set_reservation(reservation, {status, {}});
}

inline void box_state::set_reservation(std::uint32_t index, const reservation_state& next)
{
    if (reservations_[index] == next)
        return;
    undo_.push_back({past::of_reservation, index, 0, reservations_[index]});
    hash_ ^= hash_of(index);
    for (const auto seat : seats_of_[index])
        if (holders_[seat] == index)
            map_hash_ ^= box_symbol_hash(seat, symbol(seat));
    reservations_[index] = next;
    for (const auto seat : seats_of_[index])
        if (holders_[seat] == index)
            map_hash_ ^= box_symbol_hash(seat, symbol(seat));
    hash_ ^= hash_of(index);
}

inline void box_state::set_holder(std::uint32_t seat, std::uint32_t holder)
{
    undo_.push_back({past::of_holder, seat, holders_[seat], {}});
    const auto key = [&]
    { return box_mix((std::uint64_t{seat} << 32U) ^ ~std::uint64_t{holders_[seat]}); };
    hash_ ^= key();
    change_symbol(seat, [&] { holders_[seat] = holder; });
    hash_ ^= key();
}

inline void box_state::set_blocked(std::uint32_t seat, bool blocked)
{
    if (blocked_[seat] == blocked)
        return;
    undo_.push_back({past::of_block, seat, 0, {}});
    hash_ ^= box_mix(~std::uint64_t{seat});
    change_symbol(seat, [&] { blocked_[seat] = blocked; });
}

inline void box_state::go_back(std::size_t mark)
{
    while (undo_.size() > mark)
    {
        const auto last = undo_.back();
        switch (last.field)
        {
        case past::of_reservation: set_reservation(last.index, last.reservation); break;
        case past::of_holder: set_holder(last.index, last.holder); break;
        case past::of_block: set_blocked(last.index, !blocked_[last.index]); break;
        }
        undo_.pop_back(); // of the way back
        undo_.pop_back();
    }
}

} // namespace cinema::booking::testing::history_detail
