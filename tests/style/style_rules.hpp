#pragma once

#include "style/source_tree.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What a compiler does not check. Each rule returns its complaints as "path:line: what is wrong".
namespace cinema::style
{

using complaints = std::vector<std::string>;

/// A complaint about a line, which is counted from 0 here.
[[nodiscard]] std::string at(std::string_view path, std::size_t line_index, std::string_view what);

/// Public headers and sources include only the layers to their left:
///
///     domain -> engine -> store -> service -> http -> server
///                           \-> adapters
///
/// testing may include all of them but http and server. Tests and examples are free.
[[nodiscard]] complaints check_layers(const source_tree& tree);

/// No public header includes a database driver; domain, engine and store neither Asio nor Beast,
/// service no Beast.
[[nodiscard]] complaints check_foreign_includes(const source_tree& tree);

/// Every header begins with #pragma once, below comments at most.
[[nodiscard]] complaints check_pragma_once(const source_tree& tree);

/// No line of code is longer than 100 columns.
[[nodiscard]] complaints check_columns(const source_tree& tree);

/// No note to come back later is left.
[[nodiscard]] complaints check_leftovers(const source_tree& tree);

/// Every source is named in a CMakeLists.txt in its folder or above, every script named *_test.mjs
/// likewise: else it would silently not be built, or not be run.
[[nodiscard]] complaints check_sources_listed(const source_tree& tree);

/// cmake/headers.cmake names every public header, and nothing else.
[[nodiscard]] complaints check_headers_listed(const source_tree& tree);

/// The change log begins with this version, and version.hpp states it.
[[nodiscard]] complaints check_version(const source_tree& tree, std::string_view version);

/// Relative links in Markdown files lead to files of the project, and to headings that are there.
[[nodiscard]] complaints check_links(const source_tree& tree);

} // namespace cinema::style
