#pragma once

#include <cinema/booking/store/forwarding.hpp>

#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace cinema::tests
{

/// Shows another truth than the inventory behind it, where it is told to.
class lying_inventory final : public booking::forwarding_inventory
{
public:
    using forwarding_inventory::forwarding_inventory;

    std::function<void(booking::session_snapshot&)> snapshot;   ///< Changes each snapshot.
    std::function<void(std::vector<booking::guard_row>&)> rows; ///< Changes the guard rows.
    std::function<void()> before_rows;                          ///< Comes before they are read.
    booking::error_code error;                                  ///< Of guard_rows().

    [[nodiscard]] booking::store_result<
        std::pair<booking::session_stamp, std::vector<booking::guard_row>>>
    guard_rows(booking::session_id id) override
    {
        if (error)
            return error;
        if (before_rows)
            before_rows();
        auto guard = forwarding_inventory::guard_rows(id);
        if (guard && rows)
            rows(guard->second);
        return guard;
    }

private:
    booking::store_result<booking::store_reply>
    do_load(std::span<const booking::load_request> requests,
            std::span<booking::store_result<booking::session_load>> out) override
    {
        auto reply = forwarding_inventory::do_load(requests, out);
        for (auto& loaded : out)
            if (auto* whole = loaded ? std::get_if<booking::session_snapshot>(&*loaded) : nullptr;
                whole != nullptr && snapshot)
                snapshot(*whole);
        return reply;
    }
};

/// The same for documents.
class lying_reservations final : public booking::forwarding_reservations
{
public:
    using forwarding_reservations::forwarding_reservations;

    std::function<void(booking::reservation_ptr&)> document; ///< Changes each document found.
    std::function<void()> before_find;                       ///< Comes before one is read.
    booking::error_code error;                               ///< Of find().

    [[nodiscard]] booking::store_result<booking::reservation_ptr>
    find(const booking::reservation_id& id) override
    {
        if (error)
            return error;
        if (before_find)
            before_find();
        auto found = forwarding_reservations::find(id);
        if (found && *found && document)
            document(*found);
        return found;
    }
};

} // namespace cinema::tests
