#pragma once

#include <cinema/booking/domain/error.hpp>

#include <string_view>

namespace cinema::booking::postgres
{

/// The server ended a connection that kept a transaction open without doing anything.
inline constexpr std::string_view idle_too_long = "25P03";

/// What an error of this SQLSTATE means on a connection that lives on. The server has undone the
/// statement's transaction.
[[nodiscard]] errc meaning(std::string_view sqlstate) noexcept;

/// What it means where a connection is opened.
[[nodiscard]] errc meaning_at_connecting(std::string_view sqlstate) noexcept;

/// Whether the transaction may be done after an error of this SQLSTATE.
[[nodiscard]] bool leaves_doubt(std::string_view sqlstate) noexcept;

/// Whether a connection is of no more use after an error of this SQLSTATE.
[[nodiscard]] bool breaks_connection(std::string_view sqlstate) noexcept;

/// What people can do about it; empty if nothing in particular.
[[nodiscard]] const char* advice(std::string_view sqlstate) noexcept;

} // namespace cinema::booking::postgres
