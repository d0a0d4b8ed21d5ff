#pragma once

#include <cinema/booking/adapters/postgres.hpp>

#include "connection.hpp"

#include <memory>
#include <string>

namespace cinema::booking::postgres
{

/// Opens a connection to the first host that takes writes, prepared for our use: its settings, and
/// that the server's are as they must be. Each host has its share of the time until `until`.
/// Throws `failure`: store_unavailable if no host answers so; store_failed if waiting is no help.
[[nodiscard]] std::unique_ptr<connection> connect(const postgres_params& params, deadline until);

/// Throws `failure` (store_failed) if two connections share a process of the server: then a pooler
/// in between gives each transaction another one, and prepared statements are lost.
void require_own_process(connection& first, connection& second);

} // namespace cinema::booking::postgres
