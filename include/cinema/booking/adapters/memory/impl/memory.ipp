#pragma once

#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/adapters/memory/inventory.hpp>
#include <cinema/booking/adapters/memory/reservations_and_accounts.hpp>
#include <cinema/booking/config.hpp>

#include <utility>

namespace cinema::booking
{

CINEMA_DECL stores make_memory_stores_on(std::shared_ptr<memory_database> database)
{
    return {.inventory = std::make_shared<detail::memory_inventory>(database),
            .reservations = std::make_shared<detail::memory_reservations>(database),
            .accounts = std::make_shared<detail::memory_accounts>(database),
            .name = "memory"};
}

CINEMA_DECL stores make_memory_stores(memory_params params)
{
    return make_memory_stores_on(std::make_shared<memory_database>(std::move(params)));
}

} // namespace cinema::booking
