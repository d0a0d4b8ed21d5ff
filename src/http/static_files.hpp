#pragma once

#include <cinema/booking/http/api.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace cinema::booking::http
{

/// A file as it is served.
struct static_file
{
    std::shared_ptr<const std::string> content;
    std::string_view type; ///< Content-Type.
    std::string etag;      ///< With its quotes; of size and time of change, or of the content.
};

/// Files by their path in a URL, as in "/css/page.css". What is not in here is not served: there is
/// no way from a request to the file system.
using file_table = std::map<std::string, static_file, std::less<>>;
using file_table_ptr = std::shared_ptr<const file_table>;

/// Reads the regular files below `root` except hidden ones and those that links lead outside of it.
/// What `before` has and did not change is taken from there. Files that do not fit into `bytes_max`
/// in all are left out, saying so to `log`. Blocks.
[[nodiscard]] file_table_ptr read_files(const std::filesystem::path& root, std::size_t bytes_max,
                                        const file_table* before, const log_function& log);

/// The same of files that are part of the program.
[[nodiscard]] file_table_ptr built_in_files(std::span<const web_file> files);

/// The Content-Type that a file's ending stands for.
[[nodiscard]] std::string_view type_of(std::string_view path) noexcept;

/// The file of a decoded path: "/" and "/dir/" are their index.html. Null if there is none.
[[nodiscard]] const static_file* find_file(const file_table& files, std::string_view path);

} // namespace cinema::booking::http
