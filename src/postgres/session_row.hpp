#pragma once

#include <cinema/booking/domain/session.hpp>

#include "rows.hpp"

namespace cinema::booking::postgres
{

/// How many columns a session takes in the statements that give sessions.
inline constexpr int session_columns = 9;

/// The session in these columns, without its blocked seats. Throws `failure` (store_failed) if it
/// is in another form than we write.
[[nodiscard]] session session_from(const row& from, int first_column);

} // namespace cinema::booking::postgres
