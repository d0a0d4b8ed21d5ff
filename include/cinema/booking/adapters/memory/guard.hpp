#pragma once

#include <cinema/booking/store/inventory_store.hpp>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <vector>

namespace cinema::booking::detail
{

/// Who has each seat of each session: what the primary key (session, seat) is to a database. It
/// does not look at reservations: a mistake elsewhere cannot sell a seat twice. Not thread-safe.
class memory_guard
{
public:
    /// Whether each seat that `change` takes is free, or set free by the same change.
    [[nodiscard]] bool allows(const session_change& change) const
    {
        std::vector<seat_number> taken;
        std::vector<guard_row> freed;
        for (const auto& entry : change.reservations)
            for (const auto& seat : entry.now->seats)
            {
                if (entry.takes_seats())
                    taken.push_back(seat.number);
                if (entry.frees_seats())
                    freed.push_back({seat.number, entry.now->id.id});
            }
        std::sort(taken.begin(), taken.end());
        std::sort(freed.begin(), freed.end());
        if (std::adjacent_find(taken.begin(), taken.end()) != taken.end())
            return false;
        return std::all_of(taken.begin(), taken.end(),
                           [&](seat_number seat)
                           {
                               const auto* holder = find(change.session, seat);
                               return holder == nullptr
                                      || std::binary_search(freed.begin(), freed.end(),
                                                            guard_row{seat, *holder});
                           });
    }

    /// Removes and adds the rows of `change` without any check; a row that is there is replaced.
    void apply(const session_change& change)
    {
        auto& rows = rows_[change.session];
        for (const auto& entry : change.reservations)
            if (entry.frees_seats())
                for (const auto& seat : entry.now->seats)
                    if (const auto row = rows.find(seat.number);
                        row != rows.end() && row->second == entry.now->id.id)
                        rows.erase(row);
        for (const auto& entry : change.reservations)
            if (entry.takes_seats())
                for (const auto& seat : entry.now->seats)
                    rows.insert_or_assign(seat.number, entry.now->id.id);
    }

    [[nodiscard]] std::vector<guard_row> rows_of(session_id session) const
    {
        std::vector<guard_row> out;
        if (const auto found = rows_.find(session); found != rows_.end())
            for (const auto& [seat, reservation] : found->second)
                out.push_back({seat, reservation});
        return out;
    }

private:
    [[nodiscard]] const uuid* find(session_id session, seat_number seat) const
    {
        const auto rows = rows_.find(session);
        if (rows == rows_.end())
            return nullptr;
        const auto row = rows->second.find(seat);
        return row == rows->second.end() ? nullptr : &row->second;
    }

    std::unordered_map<session_id, std::map<seat_number, uuid>> rows_;
};

} // namespace cinema::booking::detail
