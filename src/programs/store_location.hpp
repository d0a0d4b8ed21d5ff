#pragma once

#include <cinema/booking/store/stores.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace cinema
{

/// Where stores are, as `--store` names it.
struct store_location
{
    std::string text{}; ///< As it was given, without passwords.
    std::string file{}; ///< The SQLite file; empty: in memory.

    [[nodiscard]] bool is_memory() const noexcept { return file.empty(); }
};

/// Understands `memory:` and `sqlite:FILE`. Errors: throws usage_error, also where this build has
/// no such store.
[[nodiscard]] store_location parse_store(const std::string& text);

/// Where an SQLite file cannot be opened for a reason that does not pass by waiting (no such
/// folder, no permission, a folder in its place), throws usage_error. `must_exist`: also where it
/// is not there.
void check_place(const store_location& where, bool must_exist);

using log_function = std::function<void(std::string_view)>;

/// Opens the stores; `migrate` brings an older schema up to date, else that is an error.
/// Errors: as open_sqlite_stores; `log` gets a line that says more.
[[nodiscard]] booking::store_result<booking::stores>
open_stores(const store_location& where, bool migrate, const log_function& log);

} // namespace cinema
