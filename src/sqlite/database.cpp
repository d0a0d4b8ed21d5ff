#include "database.hpp"

#include "migrations.hpp"

#include <cstdio>
#include <filesystem>
#include <mutex>
#include <thread>

namespace cinema::booking::sqlite
{
namespace
{

namespace fs = std::filesystem;

constexpr auto timeout_max = std::chrono::hours{1};
constexpr unsigned readers_max = 64;

/// Makes an empty file that its owner alone may read: it will hold hashes of passwords. Does
/// nothing if there is one.
void make_private(const std::string& file)
{
    // One at a time: to close a file drops the locks that this process has on it.
    static std::mutex one;
    const std::lock_guard lock{one};
    if (std::FILE* const made = std::fopen(file.c_str(), "wbx"))
    {
        (void)std::fclose(made);
        std::error_code ignored; // some file systems have no permissions
        fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, ignored);
    }
}

/// Switching to the write-ahead log does not wait for locks by itself.
void switch_to_log(connection& file, deadline until)
{
    std::minstd_rand jitter{std::random_device{}()};
    for (int tries = 0;; ++tries)
    {
        try
        {
            if (file.value_of("PRAGMA journal_mode = WAL") == "wal")
                return;
            throw failure{errc::store_failed, "the file system allows no write-ahead log"};
        }
        catch (const failure& failed)
        {
            if (failed.code() != errc::store_unavailable || !pause(until, tries, jitter))
                throw;
        }
    }
}

} // namespace

store_result<void> check(const sqlite_params& params, reporter& report)
{
    std::string_view wrong;
    if (params.file.empty() || params.file.find('\0') != std::string::npos)
        wrong = "the name of the SQLite file is empty or has a zero byte";
    else if (params.timeout < std::chrono::milliseconds{1} || params.timeout > timeout_max)
        wrong = "the timeout of the SQLite stores must be within 1 ms to 1 h";
    else if (params.readers_max < 1 || params.readers_max > readers_max)
        wrong = "the SQLite stores need 1 to 64 readers";
    else if (!params.clock)
        wrong = "the SQLite stores need a clock";
    if (wrong.empty())
        return {};
    report.say(wrong);
    return make_error_code(errc::invalid_request);
}

std::unique_ptr<connection> open_file(const sqlite_params& params, deadline until)
{
    std::error_code ignored;
    if (fs::is_directory(params.file, ignored))
        throw failure{errc::store_failed, params.file + ": it is a folder: name a file"};
    auto file = std::make_unique<connection>(params.file, until);
    file->execute("PRAGMA foreign_keys = ON;"
                  "PRAGMA trusted_schema = OFF;"
                  "PRAGMA temp_store = MEMORY;"
                  "PRAGMA cache_size = -16384"); // KiB
    return file;
}

std::unique_ptr<connection> open_writer(const sqlite_params& params, deadline until)
{
    auto file = open_file(params, until);
    file->execute("PRAGMA synchronous = FULL;"
                  "PRAGMA fullfsync = ON;"
                  "PRAGMA wal_autocheckpoint = 4000;"      // pages
                  "PRAGMA journal_size_limit = 67108864"); // bytes
    if (params.pages_max > 0)
        file->execute(("PRAGMA max_page_count = " + std::to_string(params.pages_max)).c_str());
    return file;
}

std::unique_ptr<connection> make_file(const sqlite_params& params, bool migrate)
{
    const auto until = std::chrono::steady_clock::now() + params.timeout;
    make_private(params.file);
    auto file = open_writer(params, until);
    const auto steps = schema_of(*file, params.file, migrations()); // before anything is changed
    if (sqlite3_db_readonly(file->handle(), "main") != 0)
        file->fail(SQLITE_READONLY);
    switch_to_log(*file, until);
    if (migrate && adapters::lacks_step(steps))
        sqlite::migrate(*file, params.file, migrations(), params.clock());
    require_schema(*file, params.file, migrations());
    return file;
}

database::database(sqlite_params params, std::unique_ptr<connection> first)
    : params_{std::move(params)},
      report_{params_.log},
      writer_{1,
              lender(params_.file, [this](deadline until) { return open_writer(params_, until); })},
      readers_{params_.readers_max, lender(params_.file,
                                           [this](deadline until)
                                           {
                                               auto file = open_file(params_, until);
                                               file->execute("PRAGMA query_only = ON");
                                               return file;
                                           })}
{
    writer_.add(std::move(first));
}

} // namespace cinema::booking::sqlite
