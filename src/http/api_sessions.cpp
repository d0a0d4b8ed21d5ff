#include "api_core.hpp"
#include "best_query.hpp"
#include "etag.hpp"
#include "render.hpp"
#include "reply.hpp"
#include "request_fields.hpp"
#include "text.hpp"

// GET /sessions, /sessions/:id, /sessions/:id/seats, /sessions/:id/seats/best
namespace cinema::booking::detail
{

using http::caching;
using http::endpoint;
using http::http_problem;

namespace
{

constexpr std::string_view json = "application/json";

std::optional<session_id> parse_session(std::string_view text)
{
    const auto number = http::parse_number<std::int64_t>(text);
    if (!number || *number < 1)
        return std::nullopt;
    return session_id{*number};
}

/// Errors: invalid_request.
result<http::query_fields> query_of(const api_call& call)
{
    if (auto fields = http::parse_query(http::split_target(call.request.target).query))
        return *std::move(fields);
    return invalid("the query is not well-formed");
}

/// What the seats cost now, without price types; none if the house's own pricing does not say.
std::optional<minor_units> total_of(const seat_pick& pick, const seat_map& map,
                                    const pricing_function& own, time_point now)
{
    const auto& layout = map.hall->layout;
    minor_units total{};
    for (const auto number : pick.seats)
    {
        const auto& seat = layout.seats()[*layout.find(number)];
        const auto cost = price(own, {*map.session, *map.hall, seat, {}, now});
        if (!cost)
            return std::nullopt;
        total = total + cost->amount;
    }
    return total;
}

} // namespace

// ---- one session

bool api_core::show_map(const call_ptr& call, std::string_view id, endpoint what)
{
    const auto session = parse_session(id);
    if (!session)
        return http::reply_refusal(call, {.code = errc::session_not_found});
    auto& state = call_access::state(*call);
    state.if_none_match = http::list_of(call->request, "If-None-Match").value_or("");
    if (const auto map = service_.recent_seats(*session))
        return answer_map(call, *map, what);
    state.endpoint = what;
    state.next = [](api_core& core, const call_ptr& woken)
    {
        auto& its = call_access::state(*woken);
        return its.decided ? core.answer_map(woken, *its.map, its.endpoint)
                           : http::reply_refusal(woken, its.decided.error());
    };
    state.request = map_request{*session};
    return submit(call);
}

bool api_core::answer_map(const call_ptr& call, const seat_map& map, endpoint what)
{
    auto& response = call->response;
    auto& state = call_access::state(*call);
    if (what == endpoint::best_seats && service_.options().rules.price)
        state.if_none_match.clear(); // the total may be another one, whatever the version
    const auto etag = http::etag_of(map.stamp.version);
    if (http::is_unchanged(state, response, etag, caching::revalidate))
        return true;
    if (what == endpoint::best_seats)
        return answer_best(call, map);
    http::start_reply(response, 200, json, caching::revalidate);
    response.shared = what == endpoint::show_seats ? cache_.seats(map) : cache_.session(map);
    return true;
}

// ---- the best seats

bool api_core::show_best(const call_ptr& call, std::string_view id)
{
    const auto fields = query_of(*call);
    if (!fields)
        return http::reply_refusal(call, fields.error());
    auto wish = http::parse_best_query(*fields);
    if (!wish)
        return http::reply_refusal(call, wish.error());
    call_access::state(*call).wish = *std::move(wish);
    return show_map(call, id, endpoint::best_seats);
}

bool api_core::answer_best(const call_ptr& call, const seat_map& map)
{
    const auto pick = pick_seats(map, call_access::state(*call).wish);
    if (!pick)
    {
        auto why = pick.error();
        why.version = map.stamp.version;
        return http::reply_refusal(call, why);
    }
    http::start_reply(call->response, 200, json, caching::revalidate);
    const auto now = service_.stores().inventory->clock().value_or(host_now());
    http::append_best_seats(call->response.text, map, *pick,
                            total_of(*pick, map, service_.options().rules.price, now));
    return true;
}

// ---- the list

bool api_core::list_sessions(const call_ptr& call)
{
    const auto fields = query_of(*call);
    if (!fields)
        return http::reply_refusal(call, fields.error());
    auto query = http::parse_session_query(*fields);
    if (!query)
        return http::reply_refusal(call, query.error());
    auto& state = call_access::state(*call);
    state.query = *std::move(query);
    state.if_none_match = http::list_of(call->request, "If-None-Match").value_or("");
    state.page = catalogue_.recent(state.query.key());
    if (state.page)
        return gather_maps(call);
    state.next = [](api_core& core, const call_ptr& woken)
    {
        auto& its = call_access::state(*woken);
        return its.page ? core.gather_maps(woken) : http::reply_refusal(woken, its.trouble);
    };
    if (!catalogue_.fetch(state.query, call))
        return http::reply_refusal(call, {.code = errc::busy});
    return false;
}

/// Gets the seats of each session on the page: from the views, else from the lanes.
bool api_core::gather_maps(const call_ptr& call)
{
    auto& state = call_access::state(*call);
    const auto& sessions = state.page->sessions;
    state.maps.resize(sessions.size());
    state.map_troubles.assign(sessions.size(), refusal{.code = errc::session_not_found});
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < sessions.size(); ++i)
        if (!(state.maps[i] = service_.recent_seats(sessions[i])))
            missing.push_back(i);
    if (missing.empty())
        return answer_list(call);
    state.next = [](api_core& core, const call_ptr& woken) { return core.answer_list(woken); };
    state.maps_awaited = missing.size();
    for (const auto i : missing)
        service_.submit(map_request{sessions[i]},
                        [call, i](decision&& what, seat_map_ptr&& map)
                        {
                            auto& its = call_access::state(*call);
                            if (what)
                                its.maps[i] = std::move(map);
                            else
                                its.map_troubles[i] = std::move(what).error();
                            if (its.maps_awaited.fetch_sub(1) == 1)
                                call_access::wake(*call);
                        });
    return false;
}

bool api_core::answer_list(const call_ptr& call)
{
    auto& state = call_access::state(*call);
    auto& response = call->response;
    http::page_tag tag;
    for (std::size_t i = 0; i < state.maps.size(); ++i)
        if (state.maps[i])
            tag.add(*state.maps[i]);
        else if (state.map_troubles[i].code != errc::session_not_found) // removed meanwhile
            return http::reply_refusal(call, state.map_troubles[i]);
    if (state.page->next)
    {
        const auto after = http::cursor_text(*state.page->next);
        tag.add(after);
        http::set_field(response, "Link",
                        "</sessions?" + state.query.text() + "&after=" + after + ">; rel=\"next\"");
    }
    const auto etag = tag.text();
    if (http::is_unchanged(state, response, etag, caching::revalidate))
        return true;
    http::start_reply(response, 200, json, caching::revalidate);
    response.shared = pages_.find(etag);
    if (!response.shared)
        response.shared = pages_.keep(etag, list_text(state.maps));
    return true;
}

/// A list of sessions; null stands for none.
std::string api_core::list_text(const std::vector<seat_map_ptr>& maps)
{
    std::string text = "[";
    for (const auto& map : maps)
        if (map)
        {
            if (text.size() > 1)
                text += ',';
            text += *cache_.session(*map);
        }
    text += ']';
    return text;
}

} // namespace cinema::booking::detail
