#pragma once

#include "database.hpp"

#include <memory>

namespace cinema::booking::mongo
{

/// What a database is for.
enum class role
{
    all,
    documents, ///< Reservations and accounts, whose inventory is elsewhere.
};

/// Errors: invalid_request. Says which parameter.
[[nodiscard]] store_result<void> check(const mongo_params& params, adapters::reporter& report);

/// Makes the indexes that are missing. Throws `failure`, also schema_mismatch if a newer program
/// made what is there.
void prepare(database& in, role roles);

/// Pre: `check(params)`. Throws `failure` as `open_mongo_stores` has errors.
[[nodiscard]] std::shared_ptr<database> open(const mongo_params& params, role roles);

} // namespace cinema::booking::mongo
