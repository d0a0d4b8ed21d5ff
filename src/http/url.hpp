#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Request targets in origin form: path and query.
namespace cinema::booking::http
{

struct target_parts
{
    std::string_view path;
    std::string_view query; ///< Without its question mark.
};

[[nodiscard]] target_parts split_target(std::string_view target) noexcept;

/// `path` with its percent-encoded bytes decoded. Nothing if an encoding is malformed, or hides a
/// slash, a backslash or a control character.
[[nodiscard]] std::optional<std::string> decode_path(std::string_view path);

/// Names and values of a query, decoded; a plus sign is a space.
using query_fields = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::size_t query_fields_max = 32;

/// Nothing if an encoding is malformed, what it gives is no UTF-8 or has control characters, or
/// there are more than `query_fields_max`.
[[nodiscard]] std::optional<query_fields> parse_query(std::string_view query);

/// Appends `text` so that it may stand in a query.
void append_encoded(std::string& out, std::string_view text);

} // namespace cinema::booking::http
