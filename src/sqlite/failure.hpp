#pragma once

#include "common/failure.hpp"

namespace cinema::booking::sqlite
{

using adapters::failure;

/// What the result code of a call means while nothing was asked to be durable yet: whatever it is,
/// nothing changed. `system_error` is the operating system's, 0 if there is none.
[[nodiscard]] errc meaning(int result_code, int system_error) noexcept;

/// What the result code of COMMIT means. Nothing changed only where the transaction's last page,
/// which makes it count, cannot have been written. Else a crash may still bring it to life.
[[nodiscard]] errc meaning_at_commit(int result_code, int system_error) noexcept;

/// Whether a connection is of no more use after this result code and better opened anew.
[[nodiscard]] bool breaks_connection(int result_code) noexcept;

/// What people can do about it; empty if nothing in particular.
[[nodiscard]] const char* advice(int result_code) noexcept;

} // namespace cinema::booking::sqlite
