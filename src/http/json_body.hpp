#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/seat.hpp>
#include <cinema/booking/engine/request.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Request bodies: JSON objects, at most 16 deep, of at most 64 members each, no name twice, in
/// proper UTF-8. Members that nobody knows are ignored; null counts as absent, but for `seats`.
namespace cinema::booking::http
{

inline constexpr std::size_t json_depth_max = 16;
inline constexpr std::size_t json_members_max = 64;
inline constexpr std::size_t json_seats_max = 64; ///< More than anybody may reserve at once.

/// What a body can say, whatever was asked.
struct command_body
{
    std::string user;            ///< `userId`: a string, or a number as it was written.
    std::vector<seat_ref> seats; ///< `seats`
    bool has_seats{};
    std::optional<best_seats> best;       ///< `best`, with `category`, `accessible` and `split`.
    std::vector<std::string> price_types; ///< `price_types`
    std::optional<std::chrono::seconds> hold; ///< `hold`; true is `hold_default`, false is 0.
    std::optional<session_version> expected;  ///< `expectedVersion`
};

/// Reads a body. Errors: invalid_request, saying what is wrong.
[[nodiscard]] result<command_body> parse_command_body(std::string_view body);

/// Whether a Content-Type field names application/json, in UTF-8 if it names a charset.
[[nodiscard]] bool is_json_type(std::string_view content_type) noexcept;

} // namespace cinema::booking::http
