#pragma once

#include <cinema/booking/domain/time.hpp>

#include "common/reporter.hpp"
#include "failure.hpp"
#include "sql.hpp"

#include <sqlite3.h>

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>

namespace cinema::booking::sqlite
{

using adapters::deadline;

/// Bytes that are no text.
struct blob
{
    std::span<const std::uint8_t> bytes;
};

class connection;

/// The rows of one run of a statement. What a column gives is valid until `next`; the statement is
/// free for its next run when the cursor goes.
class cursor
{
public:
    cursor(connection& of, sqlite3_stmt* statement) noexcept : of_{of}, statement_{statement} {}
    ~cursor() { sqlite3_reset(statement_); }
    cursor(const cursor&) = delete;
    cursor& operator=(const cursor&) = delete;

    /// Goes to the next row; false if there is none.
    [[nodiscard]] bool next();

    [[nodiscard]] bool is_null(int column) const noexcept
    {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    [[nodiscard]] std::int64_t integer(int column) const noexcept
    {
        return sqlite3_column_int64(statement_, column);
    }
    [[nodiscard]] std::string_view text(int column) const noexcept;
    [[nodiscard]] std::span<const std::uint8_t> bytes(int column) const noexcept;
    [[nodiscard]] time_point time(int column) const noexcept
    {
        return from_unix_ms(integer(column));
    }
    [[nodiscard]] std::optional<time_point> optional_time(int column) const noexcept
    {
        return is_null(column) ? std::nullopt : std::optional{time(column)};
    }

    /// A blob of exactly this size. Throws `failure` (store_failed) if it is another.
    template <std::size_t Size>
    [[nodiscard]] std::array<std::uint8_t, Size> array(int column) const
    {
        const auto from = bytes(column);
        std::array<std::uint8_t, Size> to{};
        if (from.size() != Size)
            throw failure{errc::store_failed, "a blob has another size than it must have"};
        std::copy(from.begin(), from.end(), to.begin());
        return to;
    }

private:
    connection& of_;
    sqlite3_stmt* statement_;
};

/// An open file with its prepared statements. Every call throws `failure`. Used by one thread at a
/// time. Waits for locks of other connections until `wait_until`.
class connection
{
public:
    /// Opens a file that is there.
    connection(const std::string& file, deadline until);
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    void wait_until(deadline until) noexcept { deadline_ = until; }

    /// Runs a statement to its end and returns how many rows it changed.
    template <class... Values>
    std::int64_t run(query which, const Values&... values)
    {
        cursor all{*this, bound(which, values...)};
        while (all.next())
            continue;
        return sqlite3_changes(handle());
    }

    /// Starts a statement that gives rows.
    /// Pre: it is not running yet; the texts and blobs that it is given outlive the cursor.
    template <class... Values>
    [[nodiscard]] cursor rows(query which, const Values&... values)
    {
        return cursor{*this, bound(which, values...)};
    }

    /// Runs SQL that is used once, several statements perhaps.
    void execute(const char* sql);

    /// The first column of the first row that `sql` gives; empty if there is none.
    [[nodiscard]] std::string value_of(const std::string& sql);

    /// Makes what this transaction wrote durable.
    void commit();

    /// Undoes what this transaction wrote, if there still is one.
    void roll_back() noexcept;

    [[nodiscard]] std::int64_t last_id() const noexcept
    {
        return sqlite3_last_insert_rowid(handle());
    }

    /// Not to be used any more.
    [[nodiscard]] bool is_broken() const noexcept { return is_broken_; }

    /// The file's name leads to another file now, or to none.
    [[nodiscard]] bool has_moved() const noexcept;

    [[noreturn]] void fail(int result_code);

    [[nodiscard]] sqlite3* handle() const noexcept { return handle_.get(); }

private:
    struct closer
    {
        void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };

    template <class... Values>
    sqlite3_stmt* bound(query which, const Values&... values)
    {
        sqlite3_stmt* const statement = prepared(which);
        int index = 0;
        (check(bind(statement, ++index, values)), ...);
        return statement;
    }

    // No copies are made of texts and blobs.
    static int bind(sqlite3_stmt*, int, std::string_view) noexcept;
    static int bind(sqlite3_stmt*, int, blob) noexcept;
    static int bind(sqlite3_stmt*, int, time_point) noexcept;
    template <std::integral Integer>
    static int bind(sqlite3_stmt* to, int index, Integer value) noexcept
    {
        return sqlite3_bind_int64(to, index, static_cast<std::int64_t>(value)); // keeps all bits
    }
    template <class Id>
    requires std::is_enum_v<Id>
    static int bind(sqlite3_stmt* to, int index, Id value) noexcept
    {
        return bind(to, index, static_cast<std::underlying_type_t<Id>>(value));
    }
    template <class Value>
    static int bind(sqlite3_stmt* to, int index, const std::optional<Value>& value) noexcept
    {
        return value ? bind(to, index, *value) : sqlite3_bind_null(to, index);
    }

    [[nodiscard]] sqlite3_stmt* prepared(query which);
    void check(int result_code)
    {
        if (result_code != SQLITE_OK)
            fail(result_code);
    }
    [[nodiscard]] std::string describe(int result_code) const;
    [[nodiscard]] static int on_busy(void* self, int tries) noexcept;

    std::unique_ptr<sqlite3, closer> handle_;
    std::array<std::unique_ptr<sqlite3_stmt, closer>, static_cast<std::size_t>(query::count)>
        statements_;
    std::string file_;
    deadline deadline_;
    std::minstd_rand jitter_;
    bool is_broken_{};
};

/// Waits a moment, somewhat random so that several who wait do not keep step, longer at later
/// tries. False, at once, if `until` has passed.
[[nodiscard]] bool pause(deadline until, int tries, std::minstd_rand& jitter) noexcept;

} // namespace cinema::booking::sqlite
