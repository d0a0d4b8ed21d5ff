#include "reply.hpp"

#include "etag.hpp"
#include "text.hpp"

namespace cinema::booking::http
{

using detail::call_access;

void set_field(api_response& response, std::string_view name, std::string_view value)
{
    response.fields += name;
    response.fields += ": ";
    response.fields += value;
    response.fields += "\r\n";
}

void set_caching(api_response& response, caching how)
{
    response.fields +=
        how == caching::never ? "Cache-Control: no-store\r\n" : "Cache-Control: no-cache\r\n";
}

void start_reply(api_response& response, unsigned status, std::string_view type, caching how)
{
    response.status = status;
    set_field(response, "Content-Type", type);
    set_caching(response, how);
}

bool is_unchanged(detail::call_state& state, api_response& response, std::string_view etag,
                  caching how)
{
    set_field(response, "ETag", etag);
    if (state.if_none_match.empty() || !names_etag(state.if_none_match, etag))
        return false;
    response.status = 304;
    set_caching(response, how);
    return true;
}

namespace
{

void start_problem(api_response& response, const problem_kind& kind)
{
    const auto route = response.route;
    response.clear();
    response.route = route;
    start_reply(response, kind.status, "application/problem+json", caching::never);
    if (kind.retry_after_seconds != 0)
    {
        response.fields += "Retry-After: ";
        append_number(response.fields, kind.retry_after_seconds);
        response.fields += "\r\n";
    }
}

} // namespace

bool reply_refusal(const detail::call_ptr& call, const refusal& why)
{
    auto& response = call->response;
    start_problem(response, kind_of(why.code));
    if (why.version != session_version{})
    {
        response.fields += "ETag: ";
        append_etag(response.fields, why.version);
        response.fields += "\r\n";
    }
    append_problem(response.text, why, call_access::state(*call).request_id);
    return true;
}

bool reply_problem(const detail::call_ptr& call, http_problem problem, std::string_view detail)
{
    start_problem(call->response, kind_of(problem));
    append_problem(call->response.text, problem, detail, call_access::state(*call).request_id);
    return true;
}

} // namespace cinema::booking::http
