#pragma once

#include <cinema/booking/http/api.hpp>
#include <cinema/booking/service/relay.hpp>

namespace cinema::server
{

/// Shows what a relay does in /metrics and, as something that the server can do without, in
/// /readyz. The relay must outlive the api.
void show(const booking::relay& relay, booking::api_params& in);

} // namespace cinema::server
