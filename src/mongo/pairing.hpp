#pragma once

#include "database.hpp"

namespace cinema::booking::mongo
{

/// Makes sure that the documents are those of the inventory that `params.claim` speaks for: each of
/// the two databases has a name and has noted the other's. Throws `failure`: store_failed if one
/// of them has noted another; what `claim` has as errors.
void pair(database& in, const mongo_params& params);

} // namespace cinema::booking::mongo
