#pragma once

#include "call_state.hpp"
#include "problem.hpp"

#include <string_view>

/// Ways to answer. Each returns true: the call is done.
namespace cinema::booking::http
{

/// What caches may do with an answer.
enum class caching
{
    revalidate, ///< Keep it, but ask each time whether it still holds.
    never,
};

void set_field(api_response& response, std::string_view name, std::string_view value);
void set_caching(api_response& response, caching how);

/// The status line and Content-Type; the body is for the caller to fill.
void start_reply(api_response& response, unsigned status, std::string_view type, caching how);

/// 304 if the request's If-None-Match names `etag`, so that there is nothing more to do; with the
/// caching that the whole answer would have. Sets ETag.
[[nodiscard]] bool is_unchanged(detail::call_state& state, api_response& response,
                                std::string_view etag, caching how);

bool reply_refusal(const detail::call_ptr& call, const refusal& why);
bool reply_problem(const detail::call_ptr& call, http_problem problem,
                   std::string_view detail = {});

} // namespace cinema::booking::http
