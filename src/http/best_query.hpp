#pragma once

#include <cinema/booking/engine/request.hpp>

#include "url.hpp"

namespace cinema::booking::http
{

/// What `GET /sessions/:id/seats/best` asks for. Names that nobody knows are ignored.
/// Errors: invalid_request, saying what is wrong.
[[nodiscard]] result<best_seats> parse_best_query(const query_fields& fields);

} // namespace cinema::booking::http
