#include "static_files.hpp"

#include <cinema/booking/domain/sha256.hpp>

#include "text.hpp"

#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

namespace cinema::booking::http
{

namespace fs = std::filesystem;

namespace
{

constexpr std::size_t files_max = 10'000;

std::string tag_of(std::size_t size, fs::file_time_type changed)
{
    std::array<char, 40> text{};
    auto* end =
        std::to_chars(text.data(), text.data() + 20, changed.time_since_epoch().count(), 16).ptr;
    *end++ = '-';
    end = std::to_chars(end, text.data() + text.size(), size, 16).ptr;
    return '"' + std::string(text.data(), end) + '"';
}

std::optional<std::string> read_whole(const fs::path& path, std::size_t bytes_max)
{
    std::ifstream in{path, std::ios::binary};
    std::string content;
    std::array<char, 1U << 16> part{};
    while (in.read(part.data(), part.size()) || in.gcount() > 0)
    {
        content.append(part.data(), static_cast<std::size_t>(in.gcount()));
        if (content.size() > bytes_max)
            return std::nullopt;
    }
    if (!in.eof())
        return std::nullopt;
    return content;
}

bool is_hidden(const fs::path& relative)
{
    for (const auto& part : relative)
        if (part.native().starts_with('.'))
            return true;
    return false;
}

/// Whether links lead from `root` to a place outside of it.
bool is_inside(const fs::path& root, const fs::path& path)
{
    std::error_code error;
    const auto real = fs::canonical(path, error);
    if (error)
        return false;
    const auto relative = real.lexically_relative(root);
    return !relative.empty() && *relative.begin() != "..";
}

class reader
{
public:
    reader(std::size_t bytes_max, const file_table* before, const log_function& log)
        : bytes_left_{bytes_max}, before_{before}, log_{log}
    {
    }

    std::shared_ptr<file_table> table = std::make_shared<file_table>();

    void add(const fs::directory_entry& entry, std::string name)
    {
        std::error_code error;
        const auto changed = entry.last_write_time(error);
        const auto size = error ? std::uintmax_t{0} : entry.file_size(error);
        if (error)
            return;
        if (size > bytes_left_ || table->size() == files_max)
            return warn("there is no room left for the file " + name);
        const auto etag = tag_of(static_cast<std::size_t>(size), changed);
        const auto known = before_ == nullptr ? file_table::const_iterator{} : before_->find(name);
        if (before_ != nullptr && known != before_->end() && known->second.etag == etag)
        {
            bytes_left_ -= known->second.content->size();
            table->insert(*known);
            return;
        }
        auto content = read_whole(entry.path(), bytes_left_);
        if (!content)
            return warn("the file " + name + " cannot be read");
        bytes_left_ -= content->size();
        const auto type = type_of(name);
        table->emplace(
            std::move(name),
            static_file{std::make_shared<const std::string>(*std::move(content)), type, etag});
    }

private:
    void warn(const std::string& what) const { booking::detail::tell(log_, what); }

    std::size_t bytes_left_;
    const file_table* before_;
    const log_function& log_;
};

} // namespace

std::string_view type_of(std::string_view path) noexcept
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 19> types{{
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".map", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".gif", "image/gif"},
        {".webp", "image/webp"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".woff", "font/woff"},
        {".txt", "text/plain; charset=utf-8"},
        {".md", "text/markdown; charset=utf-8"},
        {".pdf", "application/pdf"},
    }};
    for (const auto& [ending, type] : types)
        if (path.size() > ending.size()
            && same_name(path.substr(path.size() - ending.size()), ending))
            return type;
    return "application/octet-stream";
}

file_table_ptr read_files(const fs::path& root, std::size_t bytes_max, const file_table* before,
                          const log_function& log)
{
    reader files{bytes_max, before, log};
    std::error_code error;
    const auto real_root = fs::canonical(root, error);
    if (error)
        return files.table;
    constexpr auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator at{real_root, options, error}, end; !error && at != end;
         at.increment(error))
    {
        std::error_code ignored;
        const auto relative = at->path().lexically_relative(real_root);
        if (at->is_regular_file(ignored) && !is_hidden(relative)
            && is_inside(real_root, at->path()))
            files.add(*at, '/' + relative.generic_string());
    }
    return files.table;
}

file_table_ptr built_in_files(std::span<const web_file> files)
{
    auto table = std::make_shared<file_table>();
    for (const auto& [path, content] : files)
    {
        constexpr std::string_view digits = "0123456789abcdef";
        std::string etag = "\"";
        for (const auto byte : sha256(content))
        {
            etag += digits[byte >> 4];
            etag += digits[byte & 0xFU];
        }
        etag += '"';
        table->emplace(path, static_file{std::make_shared<const std::string>(content),
                                         type_of(path), std::move(etag)});
    }
    return table;
}

const static_file* find_file(const file_table& files, std::string_view path)
{
    auto found = files.find(path);
    if (path.ends_with('/'))
        found = files.find(std::string{path} + "index.html");
    return found == files.end() ? nullptr : &found->second;
}

} // namespace cinema::booking::http
