#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cinema::booking::http
{

/// The methods that some route answers. HEAD and OPTIONS follow from the others.
enum class verb : std::uint8_t
{
    get,
    post,
    del,
};

/// What a route does; a switch over it calls the handler.
enum class endpoint : std::uint8_t
{
    list_sessions,
    show_session,
    show_seats,
    best_seats,
    reserve,
    show_reservation,
    cancel,
    confirm,
    extend,
    kpi,
    metrics,
    live,
    ready,
};

struct route
{
    http::verb verb;
    std::string_view pattern; ///< A segment that begins with a colon matches any one.
    http::endpoint endpoint;
};

/// Every route. 404, 405 with its Allow field, HEAD, OPTIONS and the labels of metrics follow
/// from this table.
[[nodiscard]] std::span<const route> routes() noexcept;

/// Whether a method is of those that HTTP/1.1 defines or adds as PATCH, except CONNECT. Others are
/// answered 400; these 405 where no route has them.
[[nodiscard]] bool is_known_method(std::string_view method) noexcept;

/// What the route table says of a request.
struct route_match
{
    const route* found{};       ///< Null if path or method does not fit.
    std::string_view pattern{}; ///< Of any route whose path fits; else empty.
    std::string_view capture{}; ///< The segment that matched the pattern's colon.
    std::uint8_t verbs{};       ///< Bits 1 << verb of the routes whose path fits.
    bool is_head{};
    bool is_options{};
};

[[nodiscard]] route_match match_route(std::string_view method, std::string_view path) noexcept;

/// The value of Allow for these verbs: "GET, HEAD, OPTIONS".
[[nodiscard]] std::string allowed_methods(std::uint8_t verbs);

} // namespace cinema::booking::http
