#pragma once

#include <cinema/booking/adapters/sqlite.hpp>
#include <cinema/booking/testing/box_office.hpp>

#include "support/temporary_folder.hpp"

#include <sqlite3.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cinema::tests
{

/// A connection to a file that goes past the stores.
class raw_connection
{
public:
    explicit raw_connection(const std::string& file)
    {
        sqlite3* handle = nullptr;
        const int result = sqlite3_open(file.c_str(), &handle);
        handle_.reset(handle);
        if (result != SQLITE_OK)
            throw std::runtime_error{"cannot open " + file};
    }

    /// The first column of the first row; empty if there is none. Throws what SQLite says.
    std::string operator()(const std::string& sql)
    {
        std::string first;
        char* error = nullptr;
        const auto keep = [](void* to, int columns, char** values, char**)
        {
            auto& kept = *static_cast<std::string*>(to);
            if (kept.empty() && columns > 0 && values[0] != nullptr)
                kept = values[0];
            return 0;
        };
        if (sqlite3_exec(handle_.get(), sql.c_str(), keep, &first, &error) == SQLITE_OK)
            return first;
        const std::string what = error == nullptr ? "unknown error" : error;
        sqlite3_free(error);
        throw std::runtime_error{what};
    }

private:
    struct closer
    {
        void operator()(sqlite3* handle) const noexcept { sqlite3_close(handle); }
    };
    std::unique_ptr<sqlite3, closer> handle_;
};

/// A folder with a file for stores, and what they have logged.
class sqlite_place
{
public:
    [[nodiscard]] std::string file() const { return (folder_.path() / "cinema.db").string(); }
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_.path(); }

    /// Calls that must fail do so soon.
    [[nodiscard]] booking::sqlite_params params() const
    {
        return {.file = file(),
                .timeout = std::chrono::milliseconds{50},
                .log = [lines = lines_](std::string_view line)
                {
                    const std::lock_guard lock{lines->mutex};
                    lines->all.append(line).append("\n");
                }};
    }

    /// For calls that must succeed, however slow the machine is.
    [[nodiscard]] booking::sqlite_params patient() const
    {
        auto params = this->params();
        params.timeout = std::chrono::minutes{1};
        return params;
    }

    [[nodiscard]] booking::stores open() const
    {
        return booking::open_sqlite_stores(patient()).value();
    }

    [[nodiscard]] raw_connection raw() const { return raw_connection{file()}; }

    [[nodiscard]] bool has_logged(std::string_view part) const
    {
        const std::lock_guard lock{lines_->mutex};
        return lines_->all.find(part) != std::string::npos;
    }

private:
    struct lines
    {
        std::mutex mutex;
        std::string all;
    };
    temporary_folder folder_;
    std::shared_ptr<lines> lines_ = std::make_shared<lines>();
};

/// Adds a hall of 40 seats and a session in it.
[[nodiscard]] inline booking::session_id add_session(booking::inventory_store& store)
{
    static int halls = 0;
    const auto hall = store
                          .add_hall({.name = "Hall " + std::to_string(++halls),
                                     .layout = booking::seat_layout::grid(5, 8)})
                          .value();
    return store
        .add_session({.hall = hall->id,
                      .movie_title = "Metropolis",
                      .showtime = booking::from_unix_ms(1'893'528'000'000)})
        .value()
        .id;
}

} // namespace cinema::tests
