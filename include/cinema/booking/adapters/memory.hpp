#pragma once

#include <cinema/booking/adapters/memory/database.hpp>

#include <memory>

namespace cinema::booking
{

/// Stores in memory on a database that others may use, too. They keep it alive.
[[nodiscard]] stores make_memory_stores_on(std::shared_ptr<memory_database> database);

/// Stores in memory, for tests and demonstrations: fast, forgotten at the end of the program. They
/// are the reference for the contracts of the three roles. They never lose contact:
/// no call ends with store_unavailable, storage_full or outcome_unknown.
[[nodiscard]] stores make_memory_stores(memory_params params = {});

} // namespace cinema::booking

#ifndef CINEMA_SEPARATE_COMPILATION
#include <cinema/booking/adapters/memory/impl/memory.ipp>
#endif
