#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/store/inventory_store.hpp>

#include "url.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Which sessions `GET /sessions` lists.
namespace cinema::booking::http
{

/// The request's conditions, as yet without what only the halls' time zones tell.
struct session_query
{
    session_filter filter{};
    std::optional<std::chrono::year_month_day> date{}; ///< In the time zone of each session's hall.
    std::optional<session_cursor> after{};
    std::size_t limit{page_size_default};

    /// The same conditions as a query, without `after`: equal for equal conditions.
    [[nodiscard]] std::string text() const;
    /// With `after`: what tells lists apart.
    [[nodiscard]] std::string key() const;
};

/// Reads `date, movie, hall, from, before, after, limit`. Other names are ignored, empty values
/// count as absent. Errors: invalid_request, saying which and why.
[[nodiscard]] result<session_query> parse_session_query(const query_fields& fields);

/// A cursor as it stands in `after`, and back. To clients it is opaque.
[[nodiscard]] std::string cursor_text(const session_cursor& cursor);
[[nodiscard]] std::optional<session_cursor> parse_cursor(std::string_view text);

/// The sessions of one page, and where the next begins if there is one.
struct session_page
{
    std::vector<session_id> sessions;
    std::optional<session_cursor> next{};
    std::chrono::steady_clock::time_point asked{};
};

using session_page_ptr = std::shared_ptr<const session_page>;

} // namespace cinema::booking::http
