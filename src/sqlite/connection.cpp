#include "connection.hpp"

#include <algorithm>
#include <thread>

static_assert(SQLITE_VERSION_NUMBER >= 3'038'000, "SQLite 3.38 or newer is needed");

namespace cinema::booking::sqlite
{
namespace
{

/// SQLite reads some names as something else than a file: these do not.
std::string literal_name(const std::string& file)
{
    return file.starts_with("file:") || file.starts_with(":") ? "./" + file : file;
}

/// Empty values need an address too, or they would be bound as NULL.
const char* address_of(const void* data) noexcept
{
    return data == nullptr ? "" : static_cast<const char*>(data);
}

} // namespace

bool pause(deadline until, int tries, std::minstd_rand& jitter) noexcept
{
    const auto now = std::chrono::steady_clock::now();
    if (now >= until)
        return false;
    const auto longest = std::chrono::microseconds{std::min(200 + 100 * tries, 2'000)};
    std::uniform_int_distribution<std::int64_t> wait{50, longest.count()};
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(
        std::chrono::microseconds{wait(jitter)}, until - now));
    return true;
}

bool cursor::next()
{
    const int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW)
        return true;
    if (result != SQLITE_DONE)
        of_.fail(result);
    return false;
}

std::string_view cursor::text(int column) const noexcept
{
    const auto* const data = sqlite3_column_text(statement_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return {address_of(data), size};
}

std::span<const std::uint8_t> cursor::bytes(int column) const noexcept
{
    const auto* const data = sqlite3_column_blob(statement_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return {static_cast<const std::uint8_t*>(data), size};
}

connection::connection(const std::string& file, deadline until)
    : file_{file}, deadline_{until}, jitter_{std::random_device{}()}
{
    sqlite3* handle = nullptr;
    const int result = sqlite3_open_v2(literal_name(file).c_str(), &handle,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(handle);
    check(result);
    check(sqlite3_extended_result_codes(handle, 1));
    check(sqlite3_busy_handler(handle, on_busy, this));
}

connection::~connection() = default;

int connection::on_busy(void* self, int tries) noexcept
{
    auto& waiting = *static_cast<connection*>(self);
    return pause(waiting.deadline_, tries, waiting.jitter_) ? 1 : 0;
}

int connection::bind(sqlite3_stmt* to, int index, std::string_view value) noexcept
{
    return sqlite3_bind_text64(to, index, address_of(value.data()), value.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
}

int connection::bind(sqlite3_stmt* to, int index, blob value) noexcept
{
    return sqlite3_bind_blob64(to, index, address_of(value.bytes.data()), value.bytes.size(),
                               SQLITE_STATIC);
}

int connection::bind(sqlite3_stmt* to, int index, time_point value) noexcept
{
    return sqlite3_bind_int64(to, index, to_unix_ms(value));
}

sqlite3_stmt* connection::prepared(query which)
{
    auto& kept = statements_[static_cast<std::size_t>(which)];
    if (!kept)
    {
        sqlite3_stmt* statement = nullptr;
        check(sqlite3_prepare_v3(handle(), text_of(which), -1, SQLITE_PREPARE_PERSISTENT,
                                 &statement, nullptr));
        kept.reset(statement);
    }
    return kept.get();
}

void connection::execute(const char* sql)
{
    check(sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr));
}

std::string connection::value_of(const std::string& sql)
{
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(handle(), sql.c_str(), -1, &statement, nullptr));
    const std::unique_ptr<sqlite3_stmt, closer> owner{statement};
    cursor row{*this, statement};
    return row.next() ? std::string{row.text(0)} : std::string{};
}

void connection::commit()
{
    sqlite3_stmt* const statement = prepared(query::commit);
    const int result = sqlite3_step(statement);
    const int system_error = result == SQLITE_DONE ? 0 : sqlite3_system_errno(handle());
    const std::string what = result == SQLITE_DONE ? std::string{} : describe(result);
    sqlite3_reset(statement);
    if (result == SQLITE_DONE)
        return;
    is_broken_ = is_broken_ || breaks_connection(result);
    throw failure{meaning_at_commit(result, system_error), what};
}

void connection::roll_back() noexcept
{
    if (sqlite3_get_autocommit(handle()) != 0)
        return;
    try
    {
        (void)run(query::rollback);
    }
    catch (...)
    {
        is_broken_ = true;
    }
}

bool connection::has_moved() const noexcept
{
    int moved = 0;
    return sqlite3_file_control(handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK
           && moved != 0;
}

std::string connection::describe(int result_code) const
{
    std::string what = file_ + ": ";
    const std::string_view hint = advice(result_code);
    what.append(hint).append(hint.empty() ? "" : " ");
    what.append("(").append(sqlite3_errmsg(handle())).append(", SQLite code ");
    return what + std::to_string(result_code) + ")";
}

void connection::fail(int result_code)
{
    const int system_error = handle() == nullptr ? 0 : sqlite3_system_errno(handle());
    is_broken_ = is_broken_ || breaks_connection(result_code);
    throw failure{meaning(result_code, system_error), describe(result_code)};
}

} // namespace cinema::booking::sqlite
