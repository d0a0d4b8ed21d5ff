#pragma once

#include "programs/usage_error.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cinema
{

/// What options accept; each says what is wrong in words that fit behind the option's name.
[[nodiscard]] CLI::Validator whole_number(long long low, long long high);
[[nodiscard]] CLI::Validator one_of(std::vector<std::string> words);
[[nodiscard]] CLI::Validator not_empty();
[[nodiscard]] CLI::Validator hall_size_text();

/// Reads the command line into the app's options. Returns what is to be printed instead of doing
/// anything else, if that was asked for (--help, --version). Errors: throws usage_error.
[[nodiscard]] std::optional<std::string> parse(CLI::App& app, int argc, const char* const* argv);

/// The exit code of `run`; 2, after a line on stderr, if it throws.
[[nodiscard]] int run_program(const char* name, const std::function<int()>& run);

} // namespace cinema
