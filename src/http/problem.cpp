#include "problem.hpp"

#include "text.hpp"

namespace cinema::booking::http
{

problem_kind kind_of(errc code) noexcept
{
    switch (code)
    {
    case errc::invalid_request: return {400, slug(code), "Invalid request"};
    case errc::session_not_found: return {404, slug(code), "No such session"};
    case errc::hall_not_found: return {404, slug(code), "No such hall"};
    case errc::reservation_not_found: return {404, slug(code), "No such reservation"};
    case errc::user_not_found: return {404, slug(code), "No such user"};
    case errc::seat_taken: return {409, slug(code), "Seat taken"};
    case errc::seat_blocked: return {409, slug(code), "Seat not on sale"};
    case errc::wrong_status: return {409, slug(code), "Not possible in this status"};
    case errc::hall_busy: return {409, slug(code), "Hall occupied"};
    case errc::already_exists: return {409, slug(code), "Name in use"};
    case errc::too_few_seats: return {409, slug(code), "Too few seats left"};
    case errc::hold_expired: return {410, slug(code), "Hold expired"};
    case errc::stale_version: return {412, slug(code), "Session has changed"};
    case errc::seat_not_found: return {422, slug(code), "No such seat"};
    case errc::single_seat_left: return {422, slug(code), "A seat would be left alone"};
    case errc::price_type_not_found: return {422, slug(code), "No such price type"};
    case errc::sales_closed: return {422, slug(code), "Sales have closed"};
    case errc::key_reused: return {422, slug(code), "Idempotency key used before"};
    case errc::store_unavailable: return {503, slug(code), "Store not reached", 1};
    case errc::outcome_unknown: return {503, slug(code), "Outcome unknown", 1};
    case errc::version_conflict:
    case errc::busy: return {503, slug(code), "Too busy", 1};
    case errc::storage_full: return {503, slug(code), "Store full", 60};
    case errc::session_full: return {503, slug(code), "Session's record full", 60};
    case errc::stopped: return {503, slug(code), "Shutting down", 1};
    case errc::store_failed: return {503, slug(code), "Store failed", 5};
    case errc::pricing_failed: return {503, slug(code), "Pricing failed", 5};
    case errc::canceled: return {503, slug(code), "Given up", 1};
    case errc::schema_mismatch: return {503, slug(code), "Store not migrated", 60};
    }
    return {503, slug(code), "Store failed", 5};
}

problem_kind kind_of(http_problem problem) noexcept
{
    switch (problem)
    {
    case http_problem::malformed_request: return {400, "malformed-request", "Malformed request"};
    case http_problem::not_found: return {404, "not-found", "Not found"};
    case http_problem::method_not_allowed: return {405, "method-not-allowed", "Method not allowed"};
    case http_problem::request_timeout: return {408, "request-timeout", "Request too slow"};
    case http_problem::body_too_large: return {413, "body-too-large", "Body too large"};
    case http_problem::target_too_long: return {414, "target-too-long", "Address too long"};
    case http_problem::media_type: return {415, "media-type", "Media type not supported"};
    case http_problem::expectation: return {417, "expectation", "Expectation not met"};
    case http_problem::header_too_large: return {431, "header-too-large", "Header too large"};
    case http_problem::server_error: return {503, "server-error", "Server failed", 5};
    case http_problem::too_many_connections: return {503, "busy", "Too busy", 1};
    case http_problem::too_much_data: return {503, "busy", "Too busy", 1};
    case http_problem::deadline: return {503, "busy", "Too busy", 1};
    }
    return {503, "server-error", "Server failed", 5};
}

std::string_view message_of(http_problem problem) noexcept
{
    switch (problem)
    {
    case http_problem::malformed_request: return "the request is not well-formed HTTP/1.1";
    case http_problem::not_found: return "there is nothing at this address";
    case http_problem::method_not_allowed: return "this address does not know the method";
    case http_problem::request_timeout: return "the request took too long to arrive";
    case http_problem::body_too_large: return "the request's body is too large";
    case http_problem::target_too_long: return "the request's address is too long";
    case http_problem::media_type: return "the body has to be application/json";
    case http_problem::expectation: return "only 100-continue can be expected";
    case http_problem::header_too_large: return "the request's header is too large";
    case http_problem::server_error: return "the server failed; nothing is known of the outcome";
    case http_problem::too_many_connections: return "too many connections; retry shortly";
    case http_problem::too_much_data: return "too much data is under way; retry shortly";
    case http_problem::deadline:
        return "the answer took too long; retry with the same idempotency key, if any";
    }
    return "the request failed";
}

namespace
{

void append_head(std::string& out, const problem_kind& kind, std::string_view detail,
                 std::string_view request_id)
{
    out += "{\"type\":\"urn:cinema:";
    out += kind.slug;
    out += "\",\"title\":\"";
    out += kind.title;
    out += "\",\"status\":";
    append_number(out, kind.status);
    out += ",\"detail\":";
    append_json(out, detail);
    out += ",\"error\":";
    append_json(out, detail);
    if (!request_id.empty())
    {
        out += ",\"request_id\":";
        append_json(out, request_id);
    }
}

} // namespace

void append_problem(std::string& out, const refusal& why, std::string_view request_id)
{
    const std::string_view general = message(why.code);
    append_head(out, kind_of(why.code), why.detail.empty() ? general : why.detail, request_id);
    if (!why.seats.empty())
    {
        out += ",\"seats\":";
        char separator = '[';
        for (const auto number : why.seats)
        {
            out += separator;
            append_number(out, raw(number));
            separator = ',';
        }
        out += ']';
    }
    if (why.version != session_version{})
    {
        out += ",\"version\":";
        append_number(out, raw(why.version));
    }
    out += '}';
}

void append_problem(std::string& out, http_problem problem, std::string_view detail,
                    std::string_view request_id)
{
    append_head(out, kind_of(problem), detail.empty() ? message_of(problem) : detail, request_id);
    out += '}';
}

std::string_view reason_of(unsigned status) noexcept
{
    switch (status)
    {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    default: return "";
    }
}

} // namespace cinema::booking::http
