#pragma once

#include <cinema/booking/domain/ids.hpp>

#include <optional>
#include <string>
#include <string_view>

/// Entity tags (RFC 9110). A session's tag is its version: "v17".
namespace cinema::booking::http
{

/// `"v17"`, with its quotes.
void append_etag(std::string& out, session_version version);
[[nodiscard]] std::string etag_of(session_version version);

/// The version that an opaque tag (v17, without quotes) stands for; nothing if it is none of ours.
[[nodiscard]] std::optional<session_version> version_of(std::string_view opaque) noexcept;

/// Whether an If-None-Match field names `etag` (with quotes, as sent), so that 304 is the answer.
/// Weak comparison; `*` names everything; what is malformed names nothing.
[[nodiscard]] bool names_etag(std::string_view if_none_match, std::string_view etag) noexcept;

/// What an If-Match field asks for.
struct if_match
{
    bool is_well_formed{};
    /// Nothing: any version. Of several tags the latest version counts: a client has seen no later
    /// one. Tags that are weak or none of ours match no version, which is `no_version`.
    std::optional<session_version> expected{};

    static constexpr session_version no_version{~std::uint64_t{0} >> 1};
};

[[nodiscard]] if_match parse_if_match(std::string_view field) noexcept;

} // namespace cinema::booking::http
