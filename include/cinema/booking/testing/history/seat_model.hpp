#pragma once

#include <cinema/booking/testing/history/history_recorder.hpp>
#include <cinema/booking/testing/history/resolve.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cinema::booking::testing::history_detail
{

/// A reservation in the model.
struct modelled_reservation
{
    std::string user;
    std::vector<seat_number> seats; ///< Ascending.
    reservation_status status{};
    std::optional<time_point> until{};
    session_version since{};

    [[nodiscard]] bool is_live() const noexcept
    {
        return status != reservation_status::cancelled && status != reservation_status::expired;
    }

    /// Whether it is a hold that has run out, if it is at least `time`.
    [[nodiscard]] bool has_lapsed_by(time_point time) const noexcept
    {
        return status == reservation_status::held && until && *until <= time;
    }
};

/// All that a check believes of a session: each seat is free, held, sold or off sale. It obeys;
/// what may happen is judged by others. Knows nothing of the engine.
class seat_model
{
public:
    explicit seat_model(const session_state* begin)
    {
        if (begin == nullptr)
            return;
        version = begin->version;
        blocked_.insert(begin->blocked.begin(), begin->blocked.end());
        for (const auto& one : begin->reservations)
        {
            put(one.id.id,
                {one.user, seats_of(one), one.status(), one.held_until(), one.version()});
            now = std::max(now, one.updated_at());
        }
    }

    session_version version{1};
    time_point now{time_point::min()}; ///< The latest time that any change was made at.

    /// Null if nobody has it.
    [[nodiscard]] const modelled_reservation* holder(seat_number seat) const
    {
        const auto found = holders_.find(seat);
        return found == holders_.end() ? nullptr : find(found->second);
    }

    [[nodiscard]] uuid holder_id(seat_number seat) const { return holders_.at(seat); }

    /// Null if it was never made.
    [[nodiscard]] const modelled_reservation* find(const uuid& id) const
    {
        const auto found = reservations_.find(id);
        return found == reservations_.end() ? nullptr : &found->second;
    }

    [[nodiscard]] bool is_blocked(seat_number seat) const { return blocked_.contains(seat); }
    [[nodiscard]] const std::set<seat_number>& blocked() const noexcept { return blocked_; }

    /// How a map shows it.
    [[nodiscard]] map_symbol symbol(seat_number seat) const
    {
        const auto* has = holder(seat);
        if (has == nullptr)
            return is_blocked(seat) ? map_symbol::blocked : map_symbol::free;
        return has->status == reservation_status::held ? map_symbol::held : map_symbol::sold;
    }

    /// Its seats are its own if it is live; if it is not, those that were its own are free.
    void put(const uuid& id, modelled_reservation state)
    {
        for (const auto seat : state.seats)
        {
            if (state.is_live())
                holders_[seat] = id;
            else if (const auto found = holders_.find(seat);
                     found != holders_.end() && found->second == id)
                holders_.erase(found);
        }
        reservations_[id] = std::move(state);
    }

    /// Ends the hold of whoever has the seat. Pre: somebody has it.
    void expire(seat_number seat)
    {
        const auto id = holder_id(seat);
        auto ended = reservations_.at(id);
        ended.status = reservation_status::expired;
        ended.since = version;
        put(id, std::move(ended));
    }

    void block(seat_number seat, bool blocked)
    {
        if (blocked)
            blocked_.insert(seat);
        else
            blocked_.erase(seat);
    }

private:
    std::unordered_map<seat_number, uuid> holders_;
    std::unordered_map<uuid, modelled_reservation> reservations_;
    std::set<seat_number> blocked_;
};

/// Bounds of the time at which an operation was decided; within a session time never runs back.
[[nodiscard]] inline time_point time_at_least(const operation_record& one, const seat_model& model)
{
    return std::max(model.now, one.earliest.value_or(time_point::min()));
}

[[nodiscard]] inline time_point time_at_most(const operation_record& one, const seat_model& model)
{
    return std::max(model.now, one.latest.value_or(time_point::max()));
}

} // namespace cinema::booking::testing::history_detail
