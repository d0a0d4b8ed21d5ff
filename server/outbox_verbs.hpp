#pragma once

#include "options.hpp"

namespace cinema::server
{

/// The verbs about documents that follow the inventory. Each returns the program's exit code.
/// Errors: throws usage_error, also where the store has no outbox.

/// 0: nothing is set aside; 1: something is; 2: it could not be told.
[[nodiscard]] int list_outbox(const options& given);

/// 0: what was set aside is tried again; 1: there is no such reservation; 2: it could not be done.
[[nodiscard]] int retry_outbox(const options& given);

/// 0: given up; 1: there is no such reservation; 2: it could not be done.
[[nodiscard]] int drop_from_outbox(const options& given);

/// 0: inventory and documents agree, or do now; 1: something does not; 2: it could not be told.
[[nodiscard]] int reconcile(const options& given);

} // namespace cinema::server
