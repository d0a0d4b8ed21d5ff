#include "style/source_tree.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace cinema::style
{

source_tree read_source_tree(const std::filesystem::path& root)
{
    static constexpr std::array<std::string_view, 4> skipped = {".cache", ".git", "build",
                                                                "node_modules"};
    source_tree tree;
    for (auto entry = std::filesystem::recursive_directory_iterator{root};
         entry != std::filesystem::recursive_directory_iterator{}; ++entry)
    {
        const std::string name = entry->path().filename().string();
        if (entry->is_directory() && std::ranges::find(skipped, name) != skipped.end())
            entry.disable_recursion_pending();
        if (!entry->is_regular_file())
            continue;
        std::ifstream file{entry->path(), std::ios::binary};
        tree.emplace(entry->path().lexically_relative(root).generic_string(),
                     std::string{std::istreambuf_iterator<char>{file}, {}});
    }
    return tree;
}

std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty())
    {
        const auto length = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, length));
        text.remove_prefix(std::min(length + 1, text.size()));
    }
    return lines;
}

std::string_view folder_of(std::string_view path)
{
    const auto slash = path.rfind('/');
    return slash == path.npos ? std::string_view{} : path.substr(0, slash);
}

bool is_kind(std::string_view path, std::initializer_list<std::string_view> kinds)
{
    const std::string_view name = path.substr(path.rfind('/') + 1);
    return std::ranges::any_of(kinds,
                               [name](std::string_view kind) {
                                   return name == kind || (kind[0] == '.' && name.ends_with(kind));
                               });
}

} // namespace cinema::style
