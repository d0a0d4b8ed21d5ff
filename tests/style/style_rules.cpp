#include "style/style_rules.hpp"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <regex>
#include <set>

namespace cinema::style
{
namespace
{

constexpr std::size_t columns_max = 100;
constexpr std::string_view public_folder = "include/cinema/booking/";

using line_rule =
    std::function<std::optional<std::string>(std::string_view path, std::string_view line)>;

/// Applies `rule` to each line of the files of these kinds.
complaints check_lines(const source_tree& tree, std::initializer_list<std::string_view> kinds,
                       const line_rule& rule)
{
    complaints found;
    for (const auto& [path, text] : tree)
    {
        if (!is_kind(path, kinds))
            continue;
        const auto lines = lines_of(text);
        for (std::size_t i = 0; i < lines.size(); ++i)
            if (const auto what = rule(path, lines[i]))
                found.push_back(at(path, i, *what));
    }
    return found;
}

/// What a line includes, with its brackets or quotes: `<vector>`; empty if it includes nothing.
std::string included_by(std::string_view line)
{
    static const std::regex include{R"(^\s*#\s*include\s*([<"][^>"]+[>"]).*)"};
    std::cmatch match;
    return std::regex_match(line.begin(), line.end(), match, include) ? match.str(1) : "";
}

/// The layer of a public header by its path below include/cinema/booking; headers that lie in no
/// folder are "front" (booking.hpp lies one level higher), but for version.hpp, free to all.
std::string layer_of_header(std::string_view header)
{
    if (header == "cinema/booking.hpp")
        return "front";
    header.remove_prefix(std::string_view{"cinema/booking/"}.size());
    const auto slash = header.find('/');
    return slash == header.npos ? "" : std::string{header.substr(0, slash)};
}

/// The layer a file must respect; empty if it is free.
std::string layer_of_file(std::string_view path)
{
    if (path.starts_with("include/cinema/"))
        return layer_of_header(path.substr(std::string_view{"include/"}.size()));
    if (path.starts_with("src/http/"))
        return "http";
    if (path.starts_with("src/net/"))
        return "net";
    if (path.starts_with("src/compiled/"))
        return "";
    if (path.starts_with("src/"))
        return "adapters";
    return "";
}

const std::map<std::string, std::set<std::string>>& allowed_layers()
{
    static const std::map<std::string, std::set<std::string>> allowed = {
        {"domain", {"domain"}},
        {"engine", {"domain", "engine"}},
        {"store", {"domain", "engine", "store"}},
        {"adapters", {"domain", "engine", "store", "adapters"}},
        {"service", {"domain", "engine", "store", "service"}},
        {"http", {"domain", "engine", "store", "service", "http"}},
        {"net", {}},
        {"front", {"domain", "engine", "store", "service", "adapters"}},
        {"testing", {"domain", "engine", "store", "service", "adapters", "testing"}},
    };
    return allowed;
}

bool is_project_code(std::string_view path)
{
    return path.starts_with("src/") || path.starts_with("server/") || path.starts_with("tests/")
           || path.starts_with("examples/");
}

/// Whether a CMakeLists.txt in the file's folder or above names it by its path from there.
bool is_listed(const source_tree& tree, std::string_view path)
{
    for (std::string_view folder = folder_of(path);; folder = folder_of(folder))
    {
        const std::string prefix = folder.empty() ? "" : std::string{folder} + '/';
        std::string name{path.substr(prefix.size())};
        if (name.ends_with(".mjs")) // the functions that take scripts add this themselves
            name.resize(name.size() - 4);
        if (folder_of(path) == "examples")
            name.resize(name.size() - 4);
        const auto list = tree.find(prefix + "CMakeLists.txt");
        if (list != tree.end())
            for (const auto line : lines_of(list->second))
            {
                const auto comment = std::min(line.find('#'), line.size());
                const std::string code = ' ' + std::string{line.substr(0, comment)} + ' ';
                for (auto found = code.find(name); found != code.npos;
                     found = code.find(name, found + 1))
                {
                    static constexpr std::string_view ends = " ()\t";
                    if (ends.find(code[found - 1]) != ends.npos
                        && ends.find(code[found + name.size()]) != ends.npos)
                        return true;
                }
            }
        if (folder.empty())
            return false;
    }
}

} // namespace

std::string at(std::string_view path, std::size_t line_index, std::string_view what)
{
    return std::string{path} + ':' + std::to_string(line_index + 1) + ": " + std::string{what};
}

complaints check_layers(const source_tree& tree)
{
    return check_lines(
        tree, {".hpp", ".ipp", ".cpp"},
        [](std::string_view path, std::string_view line) -> std::optional<std::string>
        {
            const std::string included = included_by(line);
            if (included.starts_with("\"") && path.starts_with("include/"))
                return "a public header includes by <cinema/booking/...>";
            if (included.starts_with("\"..") || included.find("/../") != included.npos)
                return "an include does not leave its folder by ..";
            const auto allowed = allowed_layers().find(layer_of_file(path));
            if (!included.starts_with("<cinema/") || allowed == allowed_layers().end())
                return std::nullopt;
            const std::string layer = layer_of_header(included.substr(1, included.size() - 2));
            if (layer.empty() || allowed->second.contains(layer))
                return std::nullopt;
            return allowed->first + " may not include " + included;
        });
}

complaints check_foreign_includes(const source_tree& tree)
{
    static const std::regex driver{
        R"(<(sqlite3|libpq|postgres_ext|pqxx|mongoc|mongocxx|bsoncxx|bson)\b.*)"};
    static const std::regex beast{R"(<boost/beast\b.*)"};
    static const std::regex asio{R"(<boost/(asio|beast)\b.*)"};
    return check_lines(
        tree, {".hpp", ".ipp"},
        [](std::string_view path, std::string_view line) -> std::optional<std::string>
        {
            const std::string included = included_by(line);
            if (!path.starts_with("include/"))
                return std::nullopt;
            const std::string layer = layer_of_file(path);
            if (std::regex_match(included, driver))
                return "a public header includes no driver's header, " + included;
            const bool is_pure = layer == "domain" || layer == "engine" || layer == "store";
            if (std::regex_match(included, is_pure ? asio : beast) && layer != "http")
                return layer + " may not include " + included;
            return std::nullopt;
        });
}

complaints check_pragma_once(const source_tree& tree)
{
    complaints found;
    for (const auto& [path, text] : tree)
    {
        if (!is_kind(path, {".hpp", ".ipp"}))
            continue;
        const auto lines = lines_of(text);
        const auto first = std::ranges::find_if(
            lines, [](std::string_view line) { return !line.empty() && !line.starts_with("//"); });
        if (first == lines.end() || *first != "#pragma once")
            found.push_back(at(path, 0, "a header begins with #pragma once"));
    }
    return found;
}

complaints check_columns(const source_tree& tree)
{
    return check_lines(
        tree,
        {".hpp", ".ipp", ".cpp", ".cmake", "CMakeLists.txt", ".sql", ".mjs", ".js", ".py", ".sh",
         "dev"},
        [](std::string_view, std::string_view line) -> std::optional<std::string>
        {
            // Bytes 10xxxxxx continue a character of UTF-8.
            const auto columns = static_cast<std::size_t>(std::ranges::count_if(
                line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
            if (columns <= columns_max)
                return std::nullopt;
            return std::to_string(columns) + " columns";
        });
}

complaints check_leftovers(const source_tree& tree)
{
    // Written so that this line is not one of them.
    static const std::regex leftover{".*\\b(FIX"
                                     "ME|TO"
                                     "DO|XX"
                                     "X)\\b.*"};
    return check_lines(tree,
                       {".hpp", ".ipp", ".cpp", ".cmake", "CMakeLists.txt", ".sql", ".mjs", ".js",
                        ".css", ".html", ".md", ".py", ".sh", ".yaml", ".yml", ".in", "dev", "run"},
                       [](std::string_view, std::string_view line) -> std::optional<std::string>
                       {
                           if (!std::regex_match(line.begin(), line.end(), leftover))
                               return std::nullopt;
                           return "a leftover note";
                       });
}

complaints check_sources_listed(const source_tree& tree)
{
    complaints found;
    for (const auto& [path, text] : tree)
    {
        const bool is_source = is_kind(path, {".cpp"}) && is_project_code(path);
        if ((is_source || path.ends_with("_test.mjs")) && !is_listed(tree, path))
            found.push_back(at(path, 0, "no CMakeLists.txt names it"));
    }
    return found;
}

complaints check_headers_listed(const source_tree& tree)
{
    static constexpr std::string_view list_path = "cmake/headers.cmake";
    complaints found;
    std::set<std::string, std::less<>> listed;
    if (const auto list = tree.find(list_path); list != tree.end())
        for (auto line : lines_of(list->second))
        {
            line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
            if (line.starts_with("include/"))
                listed.emplace(line);
        }
    for (const auto& [path, text] : tree)
        if (path.starts_with("include/") && is_kind(path, {".hpp", ".ipp"})
            && !listed.contains(path))
            found.push_back(at(path, 0, "cmake/headers.cmake does not name it"));
    for (const auto& path : listed)
        if (!tree.contains(path))
            found.push_back(at(list_path, 0, "there is no " + path));
    return found;
}

complaints check_version(const source_tree& tree, std::string_view version)
{
    static constexpr std::string_view log_path = "docs/CHANGELOG.md";
    static constexpr std::string_view header_path = "include/cinema/booking/version.hpp";
    complaints found;

    const auto log = tree.find(log_path);
    std::string_view heading;
    if (log != tree.end())
        for (const auto line : lines_of(log->second))
            if (line.starts_with("## "))
            {
                heading = line.substr(3);
                break;
            }
    if (heading != version && !heading.starts_with(std::string{version} + ' '))
        found.push_back(
            at(log_path, 0, "the first heading is not version " + std::string{version}));

    const auto header = tree.find(header_path);
    if (header == tree.end()
        || header->second.find('"' + std::string{version} + '"') == std::string::npos)
        found.push_back(at(header_path, 0, "does not state version " + std::string{version}));
    return found;
}

} // namespace cinema::style
