#pragma once

#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/store/stores.hpp>

#include "programs/store_location.hpp"
#include "rush/options.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace cinema::rush
{

/// A line on stderr.
void complain(std::string_view line);

/// The one database that all services of a rush sell from.
class rush_stores
{
public:
    /// Errors: throws usage_error.
    explicit rush_stores(const options& given);
    /// Removes the file if it was made for this run.
    ~rush_stores();
    rush_stores(const rush_stores&) = delete;
    rush_stores& operator=(const rush_stores&) = delete;

    /// Another set of stores on the database, as another process would open it.
    /// Errors: throws usage_error.
    [[nodiscard]] booking::stores open() const;

    /// For people.
    [[nodiscard]] const std::string& place() const noexcept { return place_; }

private:
    std::filesystem::path own_folder_; // empty: none
    store_location where_;
    bool is_broken_{};
    std::shared_ptr<booking::memory_database> memory_; // null: in a file
    std::string place_;
};

} // namespace cinema::rush
