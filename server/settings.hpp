#pragma once

#include <map>
#include <string>
#include <string_view>

namespace CLI
{
class App;
class Option;
} // namespace CLI

namespace cinema::server
{

/// The options of a CLI::App as settings, each with the place its value comes from. The library's
/// own reading of configuration files lets them go before the environment, so this one is ours.
class settings
{
public:
    /// Pre: the app has all its options and outlives the settings.
    explicit settings(CLI::App& app);

    /// After parsing: what was given there goes before anything else.
    void note_command_line();

    /// Sets the option of this name unless a place that goes before gave it a value.
    /// Errors: throws usage_error.
    void offer(const std::string& name, const std::string& value, const std::string& origin);

    /// What a configuration file says, by option.
    using values = std::map<std::string, std::string, std::less<>>;

    /// Errors: throws usage_error, also for keys that are no option.
    [[nodiscard]] values read_file(const std::string& path) const;

    /// Whether the option of this name has a value that is not the default.
    [[nodiscard]] bool is_given(std::string_view name) const;
    [[nodiscard]] std::string value(std::string_view name) const;
    /// Where its value comes from, for people: "--store", "POSTGRES_URL" or "shop.toml: store".
    [[nodiscard]] std::string origin(std::string_view name) const;

    /// " (did you mean PREFIXname?)" if an option's name is close to this one; else nothing.
    [[nodiscard]] std::string suggestion(std::string_view name, std::string_view prefix) const;

    /// A line for each setting in the form of a configuration file, its origin as a comment.
    /// Passwords in URIs are not shown.
    [[nodiscard]] std::string text() const;

private:
    struct setting
    {
        CLI::Option* option{};
        std::string origin{}; // empty: the default
    };

    std::map<std::string, setting, std::less<>> settings_;
};

} // namespace cinema::server
