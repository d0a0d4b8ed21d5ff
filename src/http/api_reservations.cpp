#include "api_core.hpp"
#include "etag.hpp"
#include "json_body.hpp"
#include "render.hpp"
#include "reply.hpp"
#include "request_fields.hpp"
#include "text.hpp"

// POST /sessions/:id/seats/reserve, and everything below /reservations
namespace cinema::booking::detail
{

using http::caching;
using http::endpoint;
using http::field_of;
using http::http_problem;

namespace
{

/// What a request says beside its address: body, If-Match, Idempotency-Key.
struct command
{
    http::command_body body;
    std::optional<session_version> expected;
    std::string key;
};

/// Nothing if it was answered: something is malformed.
std::optional<command> read_command(const call_ptr& call, bool needs_body)
{
    const auto& request = call->request;
    command read;
    if (request.body.empty() && needs_body)
    {
        http::reply_refusal(call, invalid("the body has to be a JSON object"));
        return std::nullopt;
    }
    if (!request.body.empty())
    {
        if (!http::is_json_type(field_of(request, "Content-Type").value_or("")))
        {
            http::reply_problem(call, http_problem::media_type);
            return std::nullopt;
        }
        auto body = http::parse_command_body(request.body);
        if (!body)
        {
            http::reply_refusal(call, body.error());
            return std::nullopt;
        }
        read.body = *std::move(body);
    }
    read.expected = read.body.expected;
    if (const auto field = http::list_of(request, "If-Match"))
    {
        const auto match = http::parse_if_match(*field);
        if (!match.is_well_formed
            || (read.expected && match.expected && *read.expected != *match.expected))
        {
            http::reply_refusal(call, invalid(match.is_well_formed
                                                  ? "If-Match and expectedVersion differ"
                                                  : "If-Match has no well-formed entity tag"));
            return std::nullopt;
        }
        if (match.expected)
            read.expected = match.expected;
    }
    if (const auto key = field_of(request, "Idempotency-Key"))
    {
        if (key->empty())
        {
            http::reply_refusal(call, invalid("the Idempotency-Key is empty"));
            return std::nullopt;
        }
        read.key = *key;
    }
    return read;
}

} // namespace

bool api_core::reserve(const call_ptr& call, std::string_view id)
{
    const auto session = http::parse_number<std::int64_t>(id);
    if (!session || *session < 1)
        return http::reply_refusal(call, {.code = errc::session_not_found});
    auto asked = read_command(call, true);
    if (!asked)
        return true;
    auto& state = call_access::state(*call);
    state.is_reserve = true;
    state.request = reserve_request{.session = session_id{*session},
                                    .user = std::move(asked->body.user),
                                    .seats = std::move(asked->body.seats),
                                    .hold = asked->body.hold.value_or(std::chrono::seconds{0}),
                                    .account = {},
                                    .expected = asked->expected,
                                    .idempotency_key = std::move(asked->key),
                                    .best = std::move(asked->body.best),
                                    .price_types = std::move(asked->body.price_types)};
    return with_key(call, [](api_core& core, const call_ptr& woken) { return core.submit(woken); });
}

bool api_core::on_reservation(const call_ptr& call, std::string_view id, endpoint what)
{
    const auto reservation = reservation_id::parse(id);
    if (!reservation)
        return http::reply_refusal(call, {.code = errc::reservation_not_found});
    auto& state = call_access::state(*call);
    state.secret = field_of(call->request, "Authorization").value_or("");
    if (what == endpoint::show_reservation)
    {
        state.if_none_match = http::list_of(call->request, "If-None-Match").value_or("");
        state.request = find_request{*reservation};
    }
    else
    {
        auto asked = read_command(call, false);
        if (!asked)
            return true;
        if (what == endpoint::confirm)
            state.request = confirm_request{*reservation, asked->expected, std::move(asked->key)};
        else if (what == endpoint::cancel)
            state.request = cancel_request{*reservation, asked->expected, std::move(asked->key)};
        else
            state.request = extend_request{*reservation, asked->body.hold.value_or(hold_default),
                                           asked->expected, std::move(asked->key)};
    }
    return with_key(call,
                    [](api_core& core, const call_ptr& woken) { return core.check_owner(woken); });
}

/// Whoever does not show the secret learns nothing, not even whether there is such a reservation.
bool api_core::check_owner(const call_ptr& call)
{
    auto& state = call_access::state(*call);
    const auto id = std::visit(
        [](const auto& request) -> reservation_id
        {
            if constexpr (requires { request.reservation; })
                return request.reservation;
            else
                return {};
        },
        state.request);
    const bool is_owner = http::bears_secret(state.secret, *key_.get(), id);
    state.secret.clear();
    if (!is_owner)
        return http::reply_refusal(call, {.code = errc::reservation_not_found});
    return submit(call);
}

/// Goes on with `then` once the installation's key is there.
bool api_core::with_key(const call_ptr& call, step then)
{
    auto& state = call_access::state(*call);
    if (key_.get() != nullptr)
        return then(*this, call);
    state.trouble = {};
    state.after_key = then;
    state.next = [](api_core& core, const call_ptr& woken)
    {
        auto& its = call_access::state(*woken);
        return core.key_.get() != nullptr ? its.after_key(core, woken)
                                          : http::reply_refusal(woken, its.trouble);
    };
    if (!key_.fetch(call))
        return http::reply_refusal(call, {.code = errc::busy});
    return false;
}

/// Gives the request to its lane. Goes on with `state.next`, or else by answering the decision.
bool api_core::submit(const call_ptr& call)
{
    auto& state = call_access::state(*call);
    if (!std::holds_alternative<map_request>(state.request))
        state.next = [](api_core& core, const call_ptr& woken)
        { return core.answer_decision(woken); };
    state.begun = std::chrono::steady_clock::now();
    service_.submit(std::move(state.request),
                    [call](decision&& what, seat_map_ptr&& map)
                    {
                        auto& its = call_access::state(*call);
                        its.decided = std::move(what);
                        its.map = std::move(map);
                        call_access::wake(*call);
                    });
    return false;
}

bool api_core::answer_decision(const call_ptr& call)
{
    auto& state = call_access::state(*call);
    if (state.is_reserve)
        metrics_.count_booking(std::chrono::steady_clock::now() - state.begun);
    if (!state.decided)
    {
        auto why = std::move(state.decided).error();
        const bool is_gone = why.code == errc::reservation_not_found
                             || (!state.is_reserve && why.code == errc::session_not_found);
        return http::reply_refusal(call,
                                   is_gone ? refusal{.code = errc::reservation_not_found} : why);
    }
    const auto session = state.decided->reservation->id.session;
    if (const auto hall = hall_of(session))
        return answer_reservation(call, hall);
    state.reservation = std::move(state.decided).value();
    state.next = [](api_core& core, const call_ptr& woken)
    {
        auto& its = call_access::state(*woken);
        const auto hall = its.decided && its.map ? its.map->hall : nullptr;
        its.decided = std::move(its.reservation);
        return core.answer_reservation(woken, hall);
    };
    state.request = map_request{session};
    return submit(call);
}

/// The hall of a session that was shown or sold lately; else null.
hall_ptr api_core::hall_of(session_id session) const
{
    if (auto hall = cache_.hall_of(session))
        return hall;
    const auto map = service_.recent_seats(session);
    return map ? map->hall : nullptr;
}

/// Without a hall the answer lacks the labels: that the seats are sold matters more.
bool api_core::answer_reservation(const call_ptr& call, const hall_ptr& hall)
{
    auto& state = call_access::state(*call);
    auto& response = call->response;
    const auto& granted = *state.decided;
    const auto& reservation = *granted.reservation;
    const auto etag = http::etag_of(granted.version);
    if (http::is_unchanged(state, response, etag, caching::never))
        return true;
    http::start_reply(response, state.is_reserve ? 201 : 200, "application/json", caching::never);
    std::string secret;
    if (state.is_reserve)
    {
        http::set_field(response, "Location", "/reservations/" + reservation.id.text());
        if (reservation.account.empty())
            secret = http::guest_secret(*key_.get(), reservation.id);
    }
    if (granted.replayed)
        http::set_field(response, "Idempotency-Replayed", "true");
    http::append_reservation(response.text, {.what = reservation,
                                             .version = granted.version,
                                             .layout = hall ? &hall->layout : nullptr,
                                             .secret = secret,
                                             .left_alone = granted.left_alone});
    state.decided = refusal{};
    return true;
}

} // namespace cinema::booking::detail
