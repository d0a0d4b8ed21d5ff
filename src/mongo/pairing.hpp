#pragma once

#include "database.hpp"

namespace cinema::booking::mongo
{

/// What the database has noted of itself and of the inventory whose documents it has; nothing if it
/// has no name yet. Throws `failure`.
[[nodiscard]] std::optional<documents_claim> find_pairing(database& in);

/// Makes sure that the documents are those of the inventory that `params.claim` speaks for: each of
/// the two databases has a name and has noted the other's. Throws `failure`: store_failed if one
/// of them has noted another; what `claim` has as errors.
void pair(database& in, const mongo_params& params);

} // namespace cinema::booking::mongo
