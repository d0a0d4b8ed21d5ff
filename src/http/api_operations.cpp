#include "api_core.hpp"
#include "metrics_text.hpp"
#include "reply.hpp"
#include "request_fields.hpp"
#include "text.hpp"

// Files, GET /kpi, /metrics, /livez, /readyz
namespace cinema::booking::detail
{

using http::caching;
using http::http_problem;

// ---- files

bool api_core::serve_file(const call_ptr& call)
{
    auto& state = call_access::state(*call);
    state.if_none_match = http::list_of(call->request, "If-None-Match").value_or("");
    state.method = call->request.method;
    state.files = files_.recent();
    if (state.files)
        return answer_file(call);
    state.next = [](api_core& core, const call_ptr& woken) { return core.answer_file(woken); };
    if (!files_.fetch(call))
        return http::reply_refusal(call, {.code = errc::busy});
    return false;
}

bool api_core::answer_file(const call_ptr& call)
{
    auto& state = call_access::state(*call);
    auto& response = call->response;
    const auto* const file = http::find_file(*state.files, state.path);
    if (file == nullptr)
        return http::reply_problem(call, http_problem::not_found);
    response.route = "/*";
    if (state.method == "OPTIONS")
    {
        response.status = 204;
        http::set_field(response, "Allow", "GET, HEAD, OPTIONS");
        return true;
    }
    if (state.method != "GET" && state.method != "HEAD")
    {
        http::reply_problem(call, http_problem::method_not_allowed);
        http::set_field(response, "Allow", "GET, HEAD, OPTIONS");
        return true;
    }
    if (http::is_unchanged(state, response, file->etag, caching::revalidate))
        return true;
    http::start_reply(response, 200, file->type, caching::revalidate);
    response.shared = file->content;
    return true;
}

// ---- operations

bool api_core::show_kpi(const call_ptr& call)
{
    http::start_reply(call->response, 200, "application/json", caching::never);
    http::append_kpi(call->response.text, *kpi_.get());
    return true;
}

bool api_core::show_metrics(const call_ptr& call)
{
    http::start_reply(call->response, 200, "text/plain; version=0.0.4; charset=utf-8",
                      caching::never);
    call->response.text = http::metrics_text({.kpi = *kpi_.get(),
                                              .http = metrics_,
                                              .store = service_.stores().name,
                                              .is_ready = is_ready(),
                                              .cache_bytes = cache_.bytes(),
                                              .gauges = params_.gauges});
    return true;
}

bool api_core::show_live(const call_ptr& call)
{
    http::start_reply(call->response, 200, "application/json", caching::never);
    call->response.text = R"({"status":"live"})";
    return true;
}

bool api_core::show_ready(const call_ptr& call)
{
    auto& response = call->response;
    const bool ready = is_ready();
    http::start_reply(response, ready ? 200 : 503, "application/json", caching::never);
    if (!ready)
        http::set_field(response, "Retry-After", "1");
    response.text = ready ? R"({"status":"ready")" : R"({"status":"not ready")";
    const auto query = http::parse_query(http::split_target(call->request.target).query);
    bool is_verbose = false;
    if (query)
        for (const auto& field : *query)
            is_verbose = is_verbose || field.first == "verbose";
    if (is_verbose)
    {
        const auto append = [&](std::string_view name, bool is_ok, bool is_required)
        {
            http::append_json(response.text, name);
            response.text += is_ok ? ":\"ok\"" : is_required ? ":\"failed\"" : ":\"degraded\"";
        };
        response.text += ",\"checks\":{";
        append("serving", is_ready_, true);
        response.text += ',';
        append("inventory", service_.is_ready(), true);
        for (const auto& check : params_.health_checks)
        {
            response.text += ',';
            append(check.name, check.is_ok(), check.is_required);
        }
        response.text += '}';
    }
    response.text += '}';
    return true;
}

} // namespace cinema::booking::detail
