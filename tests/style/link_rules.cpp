#include "style/style_rules.hpp"

#include <filesystem>
#include <map>
#include <regex>
#include <set>

namespace cinema::style
{
namespace
{

/// The path of `target` below the project's folder, seen from the folder of `path`.
std::string resolved(std::string_view path, std::string_view target)
{
    const auto full = (std::filesystem::path{folder_of(path)} / target).lexically_normal();
    std::string out = full.generic_string();
    if (out.ends_with('/'))
        out.pop_back();
    return out;
}

/// Whether the project has this file or folder.
bool is_there(const source_tree& tree, const std::string& wanted)
{
    if (wanted == "." || tree.contains(wanted))
        return true;
    const auto inside = tree.lower_bound(wanted + '/');
    return inside != tree.end() && inside->first.starts_with(wanted + '/');
}

/// The lines of a page that are no code, by their index.
std::map<std::size_t, std::string> prose_of(std::string_view text)
{
    std::map<std::size_t, std::string> prose;
    const auto lines = lines_of(text);
    bool is_code = false;
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (lines[i].starts_with("```"))
            is_code = !is_code;
        else if (!is_code)
            prose.emplace(i, lines[i]);
    return prose;
}

/// What links to a heading say behind the #: small letters, hyphens for spaces, no punctuation.
std::string anchor_of(std::string_view heading)
{
    std::string out;
    for (const char c : heading)
        if (c == ' ')
            out += '-';
        else if (c >= 'A' && c <= 'Z')
            out += static_cast<char>(c - 'A' + 'a');
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c < 0)
            out += c;
    return out;
}

/// The anchors of a page's headings; of equal ones, the second ends in -1, and so on.
std::set<std::string> anchors_of(std::string_view text)
{
    static const std::regex heading{"#+ +(.*?) *"};
    std::set<std::string> anchors;
    std::map<std::string, int> times;
    for (const auto& [index, line] : prose_of(text))
        if (std::smatch match; std::regex_match(line, match, heading))
        {
            const auto anchor = anchor_of(match.str(1));
            const int before = times[anchor]++;
            anchors.insert(before == 0 ? anchor : anchor + '-' + std::to_string(before));
        }
    return anchors;
}

} // namespace

complaints check_links(const source_tree& tree)
{
    static const std::regex link{R"(\]\(([^)\s#]*)(#([^)\s]*))?\))"};
    static const std::regex code{"`[^`]*`"};
    static const std::regex has_scheme{"[a-z]+:.*"};
    complaints found;
    for (const auto& [path, text] : tree)
    {
        if (!is_kind(path, {".md"}))
            continue;
        for (const auto& [index, prose] : prose_of(text))
        {
            const std::string line = std::regex_replace(prose, code, "");
            for (auto match = std::sregex_iterator{line.begin(), line.end(), link};
                 match != std::sregex_iterator{}; ++match)
            {
                if (std::regex_match(match->str(1), has_scheme))
                    continue;
                const auto target =
                    match->length(1) == 0 ? std::string{path} : resolved(path, match->str(1));
                if (!is_there(tree, target))
                    found.push_back(at(path, index, "the link leads nowhere: " + match->str(1)));
                else if (is_kind(target, {".md"}) && (*match)[2].matched
                         && !anchors_of(tree.find(target)->second).contains(match->str(3)))
                    found.push_back(at(path, index, "no such heading: " + match->str(2)));
            }
        }
    }
    return found;
}

} // namespace cinema::style
