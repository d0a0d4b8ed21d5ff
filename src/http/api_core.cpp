#include "api_core.hpp"

#include "reply.hpp"
#include "text.hpp"
#include "url.hpp"

#include <exception>

namespace cinema::booking::detail
{

using http::endpoint;
using http::http_problem;

api_core::api_core(booking_service& service, api_params params)
    : service_{service},
      params_{std::move(params)},
      cache_{params_.cache_bytes_max},
      kpi_{service, params_.kpi_age_max},
      key_{*service.stores().inventory, pool_},
      catalogue_{service, pool_, params_.list_age_max},
      files_{params_, pool_},
      pool_{params_.blocking_threads, params_.blocking_calls_max}
{
}

bool api_core::is_ready() const
{
    if (!is_ready_ || !service_.is_ready())
        return false;
    for (const auto& check : params_.health_checks)
        if (check.is_required && !check.is_ok())
            return false;
    return true;
}

void api_core::warm_up()
{
    (void)key_.fetch(nullptr); // if it fails, the first request that needs it tries again
    if (files_.is_used())
        (void)files_.fetch(nullptr);
}

bool api_core::begin(const call_ptr& call)
{
    try
    {
        auto& state = call_access::state(*call);
        state.clear();
        state.request_id = call->request.request_id;
        call->response.clear();
        return dispatch(call);
    }
    catch (...)
    {
        tell_failure(params_.log, "a request");
        return http::reply_problem(call, http_problem::server_error);
    }
}

bool api_core::resume(const call_ptr& call)
{
    try
    {
        return call_access::state(*call).next(*this, call);
    }
    catch (...)
    {
        tell_failure(params_.log, "a request");
        return http::reply_problem(call, http_problem::server_error);
    }
}

bool api_core::dispatch(const call_ptr& call)
{
    const auto& request = call->request;
    const auto path = http::split_target(request.target).path;
    if (path.find('%') == path.npos)
    {
        const auto match = http::match_route(request.method, path);
        call->response.route = match.pattern;
        return match.found != nullptr ? serve(call, match.found->endpoint, match.capture)
                                      : serve_elsewhere(call, match, path);
    }
    const auto decoded = http::decode_path(path);
    if (!decoded)
        return http::reply_problem(call, http_problem::not_found);
    const auto match = http::match_route(request.method, *decoded);
    call->response.route = match.pattern;
    return match.found != nullptr ? serve(call, match.found->endpoint, match.capture)
                                  : serve_elsewhere(call, match, *decoded);
}

bool api_core::serve(const call_ptr& call, endpoint what, std::string_view capture)
{
    switch (what)
    {
    case endpoint::list_sessions: return list_sessions(call);
    case endpoint::best_seats: return show_best(call, capture);
    case endpoint::show_session:
    case endpoint::show_seats: return show_map(call, capture, what);
    case endpoint::reserve: return reserve(call, capture);
    case endpoint::show_reservation:
    case endpoint::cancel:
    case endpoint::confirm:
    case endpoint::extend: return on_reservation(call, capture, what);
    case endpoint::kpi: return show_kpi(call);
    case endpoint::metrics: return show_metrics(call);
    case endpoint::live: return show_live(call);
    case endpoint::ready: return show_ready(call);
    }
    return http::reply_problem(call, http_problem::not_found);
}

/// Files, OPTIONS, and what is answered 404 or 405.
bool api_core::serve_elsewhere(const call_ptr& call, const http::route_match& match,
                               std::string_view path)
{
    auto& response = call->response;
    if (match.is_options && (match.verbs != 0 || path == "*"))
    {
        response.status = 204;
        http::set_field(response, "Allow",
                        path == "*" ? "GET, HEAD, POST, DELETE, OPTIONS"
                                    : http::allowed_methods(match.verbs));
        return true;
    }
    if (match.verbs == 0 && files_.is_used())
    {
        call_access::state(*call).path = path;
        return serve_file(call);
    }
    if (match.verbs == 0)
        return http::reply_problem(call, http_problem::not_found);
    http::reply_problem(call, http_problem::method_not_allowed);
    http::set_field(response, "Allow", http::allowed_methods(match.verbs));
    return true;
}

} // namespace cinema::booking::detail
