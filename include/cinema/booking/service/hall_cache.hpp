#pragma once

#include <cinema/booking/store/inventory_store.hpp>

#include <mutex>
#include <unordered_map>

namespace cinema::booking::detail
{

/// Halls by id; they never change, so that each is asked for once. Safe from any thread.
class hall_cache
{
public:
    /// A hall, from memory if it was asked for before.
    /// Errors: as `inventory_store::find_hall`.
    [[nodiscard]] store_result<hall_ptr> get(inventory_store& inventory, hall_id id)
    {
        {
            const std::lock_guard lock{mutex_};
            if (const auto known = halls_.find(id); known != halls_.end())
                return known->second;
        }
        auto found = inventory.find_hall(id);
        if (found)
        {
            const std::lock_guard lock{mutex_};
            halls_.emplace(id, *found);
        }
        return found;
    }

private:
    std::mutex mutex_;
    std::unordered_map<hall_id, hall_ptr> halls_;
};

} // namespace cinema::booking::detail
