#pragma once

#include <cinema/booking/config.hpp>
#include <cinema/booking/engine/session_draft.hpp>

#include <algorithm>
#include <array>

/// Steps of a reservation that exists: confirming, extending, cancelling, checking in.
namespace cinema::booking
{

template <class Request, class Step>
decision session_draft::move_on(const Request& request, std::uint64_t argument,
                                const operation_ticket& ticket, time_point now, Step step)
{
    const auto& id = request.reservation;
    const auto& expected = request.expected;
    const auto* known = find(id.id);
    if (known == nullptr || id.session != book_.session().id)
        return refuse(errc::reservation_not_found);
    if (auto answer = done_before(*known, ticket.operation))
        return *std::move(answer);
    const auto key = key_of(request);
    const auto print = [&]
    {
        return fingerprint_of(std::array{argument, std::uint64_t{expected ? 1U : 0U},
                                         raw(expected.value_or(session_version{}))});
    };
    if (auto answer = replay(key, now, print))
        return *std::move(answer);
    if (auto ok = check_version(expected); !ok)
        return ok.error();
    const result<std::optional<reservation_event>> next = step(**known);
    if (!next)
        return (*known)->has_lapsed(now) ? refuse_finally(next.error(), now) : next.error();
    if (!*next)
        return grant{*known, version_, false};
    auto moved = **known;
    auto made = event((*next)->status, ticket, now);
    made.held_until = (*next)->held_until;
    moved.events.push_back(made);
    const auto& stored = put(std::move(moved));
    if (key)
        keep_key(*key, print(), *stored);
    return grant{stored, version_, false};
}

namespace detail
{

using next_event = result<std::optional<reservation_event>>;

[[nodiscard]] inline std::optional<reservation_event> becomes(reservation_status status)
{
    return reservation_event{.status = status};
}

} // namespace detail

CINEMA_DECL decision session_draft::decide(const confirm_request& request,
                                           const operation_ticket& ticket, time_point time)
{
    const auto now = advance(time);
    if (auto ok = check(request); !ok)
        return ok.error();
    return move_on(request, 0, ticket, now,
                   [&](const reservation& known) -> detail::next_event
                   {
                       if (known.status() == reservation_status::expired || known.has_lapsed(now))
                           return refuse(errc::hold_expired);
                       if (known.status() == reservation_status::cancelled)
                           return refuse(errc::wrong_status, "the reservation is cancelled");
                       if (known.status() != reservation_status::held)
                           return std::optional<reservation_event>{};
                       return detail::becomes(reservation_status::confirmed);
                   });
}

CINEMA_DECL decision session_draft::decide(const extend_request& request,
                                           const operation_ticket& ticket, time_point time)
{
    const auto now = advance(time);
    if (auto ok = check(request); !ok)
        return ok.error();
    return move_on(
        request, static_cast<std::uint64_t>(request.hold.count()), ticket, now,
        [&](const reservation& known) -> detail::next_event
        {
            if (known.status() == reservation_status::expired || known.has_lapsed(now))
                return refuse(errc::hold_expired);
            if (known.status() != reservation_status::held)
                return refuse(errc::wrong_status, std::string{"the reservation is "}
                                                      + to_string(known.status())
                                                      + ", only a hold can be extended");
            const auto until = std::min(now + request.hold, known.created_at() + hold_total_max);
            if (until <= *known.held_until() && now + request.hold <= *known.held_until())
                return std::optional<reservation_event>{};
            if (until <= *known.held_until() || known.events.size() >= reservation_events_max)
                return refuse(errc::wrong_status, "the hold cannot be extended any further");
            auto next = detail::becomes(reservation_status::held);
            next->held_until = until;
            return next;
        });
}

CINEMA_DECL decision session_draft::decide(const cancel_request& request,
                                           const operation_ticket& ticket, time_point time)
{
    const auto now = advance(time);
    if (auto ok = check(request); !ok)
        return ok.error();
    return move_on(request, 0, ticket, now,
                   [&](const reservation& known) -> detail::next_event
                   {
                       if (known.status() == reservation_status::checked_in)
                           return refuse(errc::wrong_status,
                                         "the reservation's visitors have come already");
                       if (!known.is_live())
                           return std::optional<reservation_event>{};
                       return detail::becomes(reservation_status::cancelled);
                   });
}

CINEMA_DECL decision session_draft::decide(const check_in_request& request,
                                           const operation_ticket& ticket, time_point time)
{
    const auto now = advance(time);
    if (auto ok = check(request); !ok)
        return ok.error();
    return move_on(request, 0, ticket, now,
                   [&](const reservation& known) -> detail::next_event
                   {
                       if (known.status() != reservation_status::confirmed)
                           return refuse(errc::wrong_status,
                                         std::string{"the reservation is "}
                                             + to_string(known.status())
                                             + ", only a confirmed one can be checked in");
                       return detail::becomes(reservation_status::checked_in);
                   });
}

} // namespace cinema::booking
