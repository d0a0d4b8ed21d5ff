#pragma once

#include <cinema/booking/http/api.hpp>

#include "problem.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace cinema::booking::http
{

struct head_limits
{
    std::size_t target_bytes_max;
    std::size_t fields_max;
    std::size_t body_bytes_max;
};

/// The header of a request, read strictly. Its texts point into what was read.
struct request_head
{
    std::string_view method; ///< A known one; empty where the request line is malformed.
    std::string_view target; ///< In origin form, or "*".
    std::vector<api_field> fields;
    std::uint64_t content_length{};
    bool is_1_0{};
    bool is_chunked{};
    bool keeps_alive{};
    bool expects_continue{};

    void clear() noexcept;
};

/// Reads a header, from the request line to the empty line inclusive, into `head`.
///
/// What RFC 9112 lets a recipient tolerate is an error here, as is whatever two programs on the way
/// could understand differently: line ends other than CRLF, folded lines, spaces before a colon,
/// control characters, unknown methods, another version than 1.0 and 1.1; no Host or an odd one;
/// twice a field that there can be once; a Transfer-Encoding other than "chunked", on HTTP/1.0, or
/// beside a Content-Length. Afterwards the connection has to be closed.
[[nodiscard]] std::optional<http_problem> read_head(std::string_view block,
                                                    const head_limits& limits, request_head& head);

/// Whether there is a line feed without its carriage return, so that the header, as yet incomplete,
/// cannot become a proper one.
[[nodiscard]] bool has_bare_line_feed(std::string_view part) noexcept;

} // namespace cinema::booking::http
