#pragma once

#include <cinema/booking/domain/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// Errors as HTTP answers them: problem documents (RFC 9457).
namespace cinema::booking::http
{

/// What a kind of problem is called and answered with. Its `type` is "urn:cinema:" and the slug.
struct problem_kind
{
    unsigned status;
    std::string_view slug;
    std::string_view title;
    unsigned retry_after_seconds{}; ///< 0: no Retry-After field.
};

/// Problems of HTTP itself, which the library knows nothing of.
enum class http_problem : std::uint8_t
{
    malformed_request,    ///< 400
    not_found,            ///< 404
    method_not_allowed,   ///< 405
    request_timeout,      ///< 408
    body_too_large,       ///< 413
    target_too_long,      ///< 414
    media_type,           ///< 415
    expectation,          ///< 417
    header_too_large,     ///< 431
    server_error,         ///< 503: never a bare 500
    too_many_connections, ///< 503
    too_much_data,        ///< 503
    deadline,             ///< 503
};

[[nodiscard]] problem_kind kind_of(errc code) noexcept;
[[nodiscard]] problem_kind kind_of(http_problem problem) noexcept;
/// The sentence that goes with it where there is nothing more exact to say.
[[nodiscard]] std::string_view message_of(http_problem problem) noexcept;

/// Appends the problem document of a refusal: type, title, status, detail, error, seats, version.
void append_problem(std::string& out, const refusal& why, std::string_view request_id);
void append_problem(std::string& out, http_problem problem, std::string_view detail,
                    std::string_view request_id);

/// "Conflict" for 409; empty for a status that is never answered.
[[nodiscard]] std::string_view reason_of(unsigned status) noexcept;

} // namespace cinema::booking::http
