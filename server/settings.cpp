#include "settings.hpp"

#include "options.hpp"
#include "programs/store_location.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <utility>
#include <vector>

namespace cinema::server
{
namespace
{

constexpr std::string_view command_line_origin = "command line";
constexpr std::string_view environment_origin = "environment ";

/// How many letters must be changed, added or left out to make one word of the other.
std::size_t edit_distance(std::string_view left, std::string_view right)
{
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= left.size(); ++i)
    {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= right.size(); ++j)
        {
            const std::size_t changed = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

/// In the form in which configuration files give it.
std::string quoted(const std::string& value)
{
    const bool is_plain =
        value == "true" || value == "false"
        || (!value.empty() && value.find_first_not_of("-0123456789") == std::string::npos);
    return is_plain ? value : '"' + value + '"';
}

} // namespace

settings::settings(CLI::App& app)
{
    for (CLI::Option* const option : app.get_options())
    {
        const std::string name = option->get_single_name();
        if (name != "help" && name != "version" && name != "config" && name != "print-config")
            settings_.emplace(name, setting{.option = option});
    }
}

void settings::note_command_line()
{
    for (auto& [name, its] : settings_)
        if (its.option->count() > 0)
            its.origin = command_line_origin;
}

void settings::offer(const std::string& name, const std::string& value, const std::string& origin)
{
    setting& its = settings_.find(name)->second;
    if (!its.origin.empty())
        return;
    try
    {
        its.option->add_result(value);
        its.option->run_callback();
    }
    catch (const CLI::Error& error)
    {
        throw usage_error{origin + ": " + error.what()};
    }
    its.origin = origin;
}

settings::values settings::read_file(const std::string& path) const
{
    std::ifstream file{path};
    std::error_code ignored;
    if (file && std::filesystem::is_directory(path, ignored))
        throw usage_error{"--config: " + path + " is a folder, not a file"};
    if (!file)
        throw usage_error{"--config: cannot read " + path + ": " + std::strerror(errno)};
    std::vector<CLI::ConfigItem> items;
    try
    {
        items = CLI::ConfigTOML{}.from_config(file);
    }
    catch (const CLI::Error& error)
    {
        throw usage_error{path + ": " + error.what()};
    }
    values read;
    for (const auto& item : items)
    {
        if (!item.parents.empty())
            throw usage_error{path + ": there are no sections; remove [" + item.parents.front()
                              + ']'};
        if (!settings_.contains(item.name))
            throw usage_error{path + ": there is no option " + item.name
                              + suggestion(item.name, "")};
        if (item.inputs.size() != 1)
            throw usage_error{path + ": " + item.name + " needs one value, once, in quotes"};
        if (item.inputs.front().starts_with('"'))
            throw usage_error{path + ": " + item.name
                              + " is cut off; a value here cannot contain the sign #"};
        if (!read.emplace(item.name, item.inputs.front()).second)
            throw usage_error{path + ": " + item.name + " comes twice"};
    }
    return read;
}

bool settings::is_given(std::string_view name) const
{
    return !settings_.find(name)->second.origin.empty();
}

std::string settings::value(std::string_view name) const
{
    const CLI::Option& option = *settings_.find(name)->second.option;
    return option.count() > 0 ? option.results().back() : option.get_default_str();
}

std::string settings::origin(std::string_view name) const
{
    const std::string& its = settings_.find(name)->second.origin;
    if (its.starts_with(environment_origin))
        return its.substr(environment_origin.size());
    if (its.empty() || its == command_line_origin)
        return "--" + std::string{name};
    return its + ": " + std::string{name};
}

std::string settings::suggestion(std::string_view name, std::string_view prefix) const
{
    const std::string* best = nullptr;
    std::size_t least = std::min<std::size_t>(3, name.size());
    for (const auto& [known, its] : settings_)
        if (const auto distance = edit_distance(name, known); distance < least)
        {
            least = distance;
            best = &known;
        }
    return best == nullptr ? "" : " (did you mean " + std::string{prefix} + *best + "?)";
}

std::string settings::text() const
{
    std::string out;
    for (const auto& [name, its] : settings_)
    {
        const std::string text = value(name);
        const bool is_flag = its.option->get_expected_max() == 0;
        std::string line = is_flag && text.empty() ? name + " = false"
                           : text.empty()          ? "# " + name + " ="
                                                   : name + " = " + quoted(without_password(text));
        line.resize(std::max<std::size_t>(line.size(), 40), ' ');
        out += line + " # " + (its.origin.empty() ? "default" : its.origin) + '\n';
    }
    return out;
}

} // namespace cinema::server
