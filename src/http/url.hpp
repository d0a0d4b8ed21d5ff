#pragma once

#include <cinema/booking/domain/error.hpp>

#include <algorithm>
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

/// Calls `read(name, value)`, which gives a result<void>, for each field with a value, until one is
/// refused. Errors: those of `read`; invalid_request, if a name is given twice.
template <class Read>
[[nodiscard]] result<void> read_fields(const query_fields& fields, Read read)
{
    for (auto field = fields.begin(); field != fields.end(); ++field)
    {
        const auto& [name, value] = *field;
        const auto is_same = [&name = name](const auto& other) { return other.first == name; };
        if (std::any_of(fields.begin(), field, is_same))
            return invalid(name.substr(0, 64) + " is given twice");
        if (value.empty())
            continue;
        if (result<void> ok = read(name, value); !ok)
            return ok;
    }
    return {};
}

/// Appends `text` so that it may stand in a query.
void append_encoded(std::string& out, std::string_view text);

} // namespace cinema::booking::http
