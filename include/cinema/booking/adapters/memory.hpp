#pragma once

#include <cinema/booking/adapters/memory/database.hpp>
#include <cinema/booking/adapters/memory/inventory.hpp>
#include <cinema/booking/adapters/memory/reservations_and_accounts.hpp>

#include <memory>
#include <utility>

namespace cinema::booking
{

/// Stores in memory on a database that others may use, too. They keep it alive.
[[nodiscard]] inline stores make_memory_stores_on(std::shared_ptr<memory_database> database)
{
    return {.inventory = std::make_shared<detail::memory_inventory>(database),
            .reservations = std::make_shared<detail::memory_reservations>(database),
            .accounts = std::make_shared<detail::memory_accounts>(database),
            .name = "memory"};
}

/// Stores in memory, for tests and demonstrations: fast, forgotten at the end of the program. They
/// are the reference for the contracts of the three roles. They never lose contact: their epoch
/// never changes, and no call ends with store_unavailable, storage_full or outcome_unknown.
[[nodiscard]] inline stores make_memory_stores(memory_params params = {})
{
    return make_memory_stores_on(std::make_shared<memory_database>(std::move(params)));
}

} // namespace cinema::booking
