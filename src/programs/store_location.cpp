#include "programs/store_location.hpp"

#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/adapters/sqlite.hpp>

#include "programs/usage_error.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace cinema
{
namespace
{

constexpr std::string_view sqlite_scheme = "sqlite:";

[[noreturn]] void refuse(const std::string& file, const std::string& why)
{
    throw usage_error{"--store: cannot use the file " + file + ": " + why};
}

bool begins_with_any(std::string_view text, std::initializer_list<std::string_view> schemes)
{
    for (const auto scheme : schemes)
        if (text.starts_with(scheme))
            return true;
    return false;
}

} // namespace

store_location parse_store(const std::string& text)
{
    if (text == "memory:" || text == "memory")
        return {.text = "memory:"};
    if (text.starts_with(sqlite_scheme) && text.size() > sqlite_scheme.size())
        return {.text = text, .file = text.substr(sqlite_scheme.size())};
    // Such an address may hold a password: it is not repeated.
    if (begins_with_any(text, {"postgres:", "postgresql:"}))
        throw usage_error{"this build has no PostgreSQL store; use --store sqlite:FILE or memory:"};
    if (begins_with_any(text, {"mongodb:", "mongodb+srv:"}))
        throw usage_error{"this build has no MongoDB store; use --store sqlite:FILE or memory:"};
    if (text == sqlite_scheme)
        throw usage_error{"--store: sqlite: needs the name of a file, as in sqlite:cinema.db"};
    const auto scheme = text.substr(0, text.find(':'));
    const bool is_word = scheme.size() < text.size() && scheme.size() <= 20
                         && scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz+") == scheme.npos;
    throw usage_error{"--store: " + (is_word ? '\'' + scheme + '\'' : "this")
                      + " is no store; use sqlite:FILE or memory:"};
}

void check_place(const store_location& where, bool must_exist)
{
    namespace fs = std::filesystem;
    if (where.is_memory())
        return;
    const fs::path file{where.file};
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path{"."};
    std::error_code error;
    if (!fs::is_directory(folder, error))
        refuse(where.file, "there is no folder " + folder.string());
    const auto status = fs::status(file, error);
    if (!fs::exists(status))
    {
        if (must_exist)
            refuse(where.file, "it does not exist");
        if (::access(folder.c_str(), W_OK | X_OK) != 0)
            refuse(where.file, "the folder " + folder.string() + ": " + std::strerror(errno));
        return;
    }
    if (!fs::is_regular_file(status))
        refuse(where.file, "it is no regular file");
    if (::access(file.c_str(), R_OK | W_OK) != 0)
        refuse(where.file, std::strerror(errno));
}

booking::store_result<booking::stores> open_stores(const store_location& where, bool migrate,
                                                   const log_function& log)
{
    if (where.is_memory())
        return booking::make_memory_stores();
    return booking::open_sqlite_stores({.file = where.file, .migrate = migrate, .log = log});
}

} // namespace cinema
