#pragma once

#include "seats/options.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cinema::seats
{

/// What CLI11 fills in, before it is understood.
struct raw_options
{
    std::string color{"auto"};
    std::int64_t session{};
    std::vector<std::string> seats;
    std::string reservation;
    long hold_seconds{booking::hold_default.count()};
    std::string showtime;
};

/// The verbs of the command line, and what each of them takes.
class grammar
{
public:
    /// Adds all of it to the app. All three outlive the grammar.
    grammar(CLI::App& app, options& to, raw_options& raw);

    /// After parsing.
    [[nodiscard]] verb parsed() const;
    /// The same. Errors: throws usage_error if an option came without the one it goes with.
    void check_together() const;

private:
    CLI::App& add(const char* name, const char* what, verb its);
    void add_common();
    void add_verbs();
    void add_session(CLI::App& to);
    void add_seats(CLI::App& to);
    void add_user(CLI::App& to);
    void add_seconds(CLI::App& to);
    void add_id(CLI::App& to);
    void add_best(CLI::App& to);

    CLI::App& app_;
    options& to_;
    raw_options& raw_;
    std::vector<std::pair<const CLI::App*, verb>> verbs_;
    const CLI::App* best_{};
};

} // namespace cinema::seats
