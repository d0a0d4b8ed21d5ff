#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cinema::style
{

/// The files of the project, by their paths below its folder, as in "docs/CHANGELOG.md".
using source_tree = std::map<std::string, std::string, std::less<>>;

/// Reads the files below `root`, without what git does not keep: builds and installed modules.
[[nodiscard]] source_tree read_source_tree(const std::filesystem::path& root);

[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

[[nodiscard]] std::string_view folder_of(std::string_view path);

/// Whether `path` has one of these names or, for those that begin with a dot, ends in it.
[[nodiscard]] bool is_kind(std::string_view path, std::initializer_list<std::string_view> kinds);

} // namespace cinema::style
