#pragma once

#include "demo_data.hpp"
#include "late_stores.hpp"
#include "options.hpp"
#include "programs/store_location.hpp"
#include "store_log.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace cinema::server
{

/// What comes between the start and the first customer: the stores are opened, tried again while
/// they are away, and the demo data is made complete.
class opening
{
public:
    /// Tries to open the stores once. Errors: throws usage_error if waiting does not help.
    explicit opening(const options& given);

    /// May be there late; see late_stores.
    [[nodiscard]] booking::stores stores() const;

    /// Where the stores are, for people.
    [[nodiscard]] const std::string& place() const noexcept { return where_.text; }

    /// Whether the stores could not be opened yet.
    [[nodiscard]] bool is_waiting() const noexcept { return !stores_; }

    /// Goes on until all is ready or `stop` is asked for; returns whether all is ready.
    /// Errors: throws usage_error if waiting does not help.
    [[nodiscard]] bool complete(std::stop_token stop);

private:
    [[nodiscard]] store_opening how() const;
    booking::error_code is_worth_waiting(const booking::error_code& error) const;
    [[nodiscard]] bool open_late(const std::stop_token& stop);
    [[nodiscard]] bool add_demo(const std::stop_token& stop);

    const options& given_;
    store_location where_;
    std::shared_ptr<store_log> log_;
    std::optional<booking::stores> stores_;
    late_stores late_;
};

} // namespace cinema::server
