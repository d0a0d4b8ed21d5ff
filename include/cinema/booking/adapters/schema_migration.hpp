#pragma once

#include <cinema/booking/domain/time.hpp>

#include <optional>
#include <string>

namespace cinema::booking
{

/// One step of a database's schema.
struct schema_migration
{
    int version{};                          ///< 1, 2, …
    std::string name;                       ///< As in "0001_initial".
    std::optional<time_point> applied_at{}; ///< None: the database does not have it yet.
};

} // namespace cinema::booking
