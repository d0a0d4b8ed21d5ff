#pragma once

#include <cinema/booking/config.hpp>
#include <cinema/booking/engine/seat_picker.hpp>
#include <cinema/booking/engine/session_draft.hpp>

#include <algorithm>
#include <array>

namespace cinema::booking
{

CINEMA_DECL session_draft::session_draft(const session_book& book, booking_rules rules)
    : book_{book},
      rules_{std::move(rules)},
      version_{book.stamp().version},
      now_{book.changed_at()},
      memory_{std::make_unique<std::pmr::monotonic_buffer_resource>()},
      holders_{book.holders().begin(), book.holders().end()},
      change_of_{memory_.get()},
      key_of_{memory_.get()},
      blocked_{book.blocked()}
{
}

CINEMA_DECL time_point session_draft::advance(time_point now) noexcept
{
    return now_ = now_ - now > clock_step_max ? now : std::max(now_, now);
}

CINEMA_DECL refusal session_draft::refuse(errc code, std::string detail) const
{
    return {.code = code, .version = version_, .detail = std::move(detail)};
}

CINEMA_DECL result<void>
session_draft::check_version(const std::optional<session_version>& expected) const
{
    if (expected && *expected != version_)
        return refuse(errc::stale_version);
    return {};
}

CINEMA_DECL const reservation_ptr* session_draft::find(const uuid& id) const
{
    if (const auto changed = change_of_.find(id); changed != change_of_.end())
        return &changes_[changed->second].now;
    if (const auto* known = book_.find(id))
        return known;
    const auto recalled = recalled_.find(id);
    return recalled == recalled_.end() ? nullptr : &recalled->second;
}

CINEMA_DECL void session_draft::recall(reservation_ptr ended)
{
    if (find(ended->id.id) == nullptr)
        recalled_.emplace(ended->id.id, std::move(ended));
}

// ---- reserving

/// The seats the hall has, in ascending order; also those that are named twice.
CINEMA_DECL session_draft::seat_indices
session_draft::find_seats(const std::vector<seat_ref>& refs) const
{
    seat_indices seats;
    for (const auto& ref : refs)
        if (const auto index = book_.layout().find(ref))
            seats.push_back(static_cast<std::uint32_t>(*index));
    std::sort(seats.begin(), seats.end());
    return seats;
}

CINEMA_DECL result<session_draft::seat_indices>
session_draft::resolve(const std::vector<seat_ref>& refs) const
{
    auto seats = find_seats(refs);
    if (seats.size() < refs.size())
    {
        std::string unknown;
        for (const auto& ref : refs)
            if (!book_.layout().find(ref))
                unknown.append(unknown.empty() ? "" : ", ")
                    .append(shortened(ref.text(), seat_label_bytes_max));
        return refuse(errc::seat_not_found, "the hall has no seat " + unknown);
    }
    if (const auto twice = std::adjacent_find(seats.begin(), seats.end()); twice != seats.end())
        return refuse(errc::invalid_request,
                      "seat " + book_.layout().seats()[*twice].label + " is named twice");
    return seats;
}

namespace detail
{

/// Which price type goes with the seat of this index. Seats that were picked get theirs by `place`.
[[nodiscard]] inline std::string_view type_for(const reserve_request& request,
                                               const seat_layout& layout, std::size_t index,
                                               std::size_t place)
{
    const auto& types = request.price_types;
    if (types.size() <= 1)
        return types.empty() ? std::string_view{} : types.front();
    if (request.best)
        return types[place];
    for (std::size_t i = 0; i < request.seats.size(); ++i)
        if (layout.find(request.seats[i]) == index)
            return types[i];
    return {};
}

/// Marks the first number of a fingerprint of a request that asks for more than seats and a hold.
inline constexpr std::uint64_t asks_more = std::uint64_t{1} << 32;

} // namespace detail

/// Seats count as a set, and by what they name: [7, "C8"] and ["C8", "C7"] ask the same.
CINEMA_DECL fingerprint session_draft::fingerprint_of_reserve(const reserve_request& request,
                                                              const seat_indices& seats) const
{
    boost::container::small_vector<std::uint64_t, 4 + reserve_seats_max> numbers{
        request.seats.size(), // differs from the granted request's if there are unknown ones
        static_cast<std::uint64_t>(request.hold.count()), request.expected.has_value() ? 1U : 0U,
        raw(request.expected.value_or(session_version{}))};
    numbers.insert(numbers.end(), seats.begin(), seats.end());
    if (!request.best && request.price_types.empty())
        return fingerprint_of({numbers.data(), numbers.size()}, request.user);
    numbers[0] += detail::asks_more;
    const auto wish = request.best.value_or(best_seats{.count = 0});
    for (const std::size_t number : {wish.count, wish.accessible, std::size_t{wish.split}})
        numbers.push_back(number);
    detail::canonical_bytes text;
    text.append(request.user);
    text.append(wish.category);
    for (std::size_t i = 0; i < std::max(seats.size(), wish.count); ++i)
        text.append(
            detail::type_for(request, book_.layout(), i < seats.size() ? seats[i] : no_seat, i));
    return fingerprint_of({numbers.data(), numbers.size()}, text.view());
}

CINEMA_DECL result<void> session_draft::check_free(const seat_indices& seats, time_point now) const
{
    const auto all = book_.layout().seats();
    refusal blocked{.code = errc::seat_blocked, .version = version_};
    refusal taken{.code = errc::seat_taken, .version = version_};
    for (const auto index : seats)
    {
        if (blocked_[index])
            blocked.seats.push_back(all[index].number);
        if (holders_[index] != nullptr && !holders_[index]->has_lapsed(now))
            taken.seats.push_back(all[index].number);
    }
    if (!blocked.seats.empty())
        return blocked;
    if (!taken.seats.empty())
        return taken;
    return {};
}

CINEMA_DECL decision session_draft::decide(const reserve_request& request,
                                           const operation_ticket& ticket, time_point time)
{
    const auto now = advance(time);
    if (auto ok = check(request); !ok)
        return ok.error();
    if (const auto* own = find(ticket.reservation))
        if (auto answer = done_before(*own, ticket.operation))
            return *std::move(answer);
    const auto key = key_of(request);
    const auto print = [&] { return fingerprint_of_reserve(request, find_seats(request.seats)); };
    if (auto answer = replay(key, now, print))
        return *std::move(answer);
    if (auto ok = check_version(request.expected); !ok)
        return ok.error();
    std::vector<seat_number> alone;
    auto made = prepare(request, ticket.reservation, now, alone);
    if (!made)
        return refuse_finally(made.error(), now);
    if (auto ok = room_for_key(key); !ok)
        return ok.error();

    for (const auto& seat : made->seats)
        if (const auto* const holder = holders_[*book_.layout().find(seat.number)])
            expire(*holder, now);
    const bool hold = request.hold != std::chrono::seconds{0};
    made->events.push_back(
        event(hold ? reservation_status::held : reservation_status::confirmed, ticket, now));
    if (hold)
        made->events.back().held_until = now + request.hold;
    const auto& stored = put(*std::move(made));
    if (key)
        keep_key(*key, print(), *stored);
    return grant{stored, version_, false, std::move(alone)};
}

/// The reservation that is asked for, still without events, and the seats that it leaves alone.
CINEMA_DECL result<reservation> session_draft::prepare(const reserve_request& request,
                                                       const uuid& id, time_point now,
                                                       std::vector<seat_number>& left_alone) const
{
    const auto seats = choose(request, now);
    if (!seats)
        return seats.error();
    auto alone = check_gaps(*seats, now);
    if (!alone)
        return alone.error();
    left_alone = *std::move(alone);
    return make(request, *seats, id, now);
}

/// True if the request might have been granted at another time, though nothing else differs.
CINEMA_DECL bool session_draft::rests_on_time(errc refused) const
{
    if (refused == errc::sales_closed)
        return book_.changed_at() < book_.session().showtime + *rules_.sales_close;
    if (refused == errc::pricing_failed || refused == errc::price_type_not_found)
        return bool{rules_.price};
    return refused == errc::hold_expired
           || refused == errc::single_seat_left; // a hold that ran out may have filled the gap
}

/// Refuses, and makes sure that a grant which was decided earlier cannot be committed any more.
CINEMA_DECL decision session_draft::refuse_finally(refusal why, time_point now)
{
    if (!rests_on_time(why.code))
        return why;
    expire_lapsed(now);
    if (!is_changed() && why.code != errc::single_seat_left)
        fence();
    return here(std::move(why));
}

/// The seats named, if they can be had, or the best ones; in ascending order.
CINEMA_DECL result<session_draft::seat_indices>
session_draft::choose(const reserve_request& request, time_point now) const
{
    auto seats = resolve(request.seats);
    if (!seats)
        return seats.error();
    if (rules_.sales_close && now >= book_.session().showtime + *rules_.sales_close)
        return refuse(errc::sales_closed);
    if (!request.best)
    {
        if (auto ok = check_free(*seats, now); !ok)
            return ok.error();
        return seats;
    }
    const auto pick = pick_seats(book_.layout(), free_at(now), *request.best);
    if (!pick)
        return here(pick.error());
    for (const auto number : pick->seats)
        seats->push_back(static_cast<std::uint32_t>(*book_.layout().find(number)));
    return seats;
}

/// What nobody has, or only by a hold that has run out, and the house sells.
CINEMA_DECL std::vector<bool> session_draft::free_at(time_point now) const
{
    std::vector<bool> free(holders_.size());
    for (std::size_t i = 0; i < free.size(); ++i)
        free[i] = !blocked_[i] && (holders_[i] == nullptr || holders_[i]->has_lapsed(now));
    return free;
}

/// The seats that would be left alone, if the house wants to know.
CINEMA_DECL result<std::vector<seat_number>> session_draft::check_gaps(const seat_indices& seats,
                                                                       time_point now) const
{
    std::vector<seat_number> alone;
    if (rules_.gaps == gap_rule::off)
        return alone;
    const auto& layout = book_.layout();
    const auto free = free_at(now);
    std::string labels;
    for (const auto index : left_alone(layout, free, seats))
    {
        alone.push_back(layout.seats()[index].number);
        labels.append(labels.empty() ? "" : ", ").append(layout.seats()[index].label);
    }
    if (rules_.gaps == gap_rule::warn || !leaves_gap_needlessly(layout, free, seats))
        return alone;
    return refusal{.code = errc::single_seat_left,
                   .seats = std::move(alone),
                   .version = version_,
                   .detail = "this would leave " + labels
                             + " without a free neighbour; choose seats that leave none alone"};
}

CINEMA_DECL refusal session_draft::here(refusal why) const
{
    why.version = version_;
    return why;
}

/// A reservation of these seats at today's prices, still without events.
CINEMA_DECL result<reservation> session_draft::make(const reserve_request& request,
                                                    const seat_indices& seats, const uuid& id,
                                                    time_point now) const
{
    const auto& session = book_.session();
    const auto& layout = book_.layout();
    reservation made{.id = {session.id, id},
                     .user = request.user,
                     .account = request.account,
                     .currency = session.currency};
    for (std::size_t i = 0; i < seats.size(); ++i)
    {
        const auto& seat = layout.seats()[seats[i]];
        const auto type = detail::type_for(request, layout, seats[i], i);
        auto cost = price(rules_.price, {session, *book_.hall(), seat, type, now});
        if (!cost)
            return here(cost.error());
        made.seats.push_back({seat.number, cost->amount, std::move(cost->type)});
    }
    return made;
}

// ---- what all of them write

CINEMA_DECL reservation_event session_draft::event(reservation_status status,
                                                   const operation_ticket& ticket, time_point now)
{
    version_ = later(version_);
    return {.status = status, .version = version_, .at = now, .operation = ticket.operation};
}

CINEMA_DECL const reservation_ptr& session_draft::put(reservation next)
{
    auto stored = std::make_shared<const reservation>(std::move(next));
    const auto& id = stored->id.id;
    auto [slot, is_first] = change_of_.try_emplace(id, changes_.size());
    if (is_first)
    {
        const auto* known = book_.find(id);
        changes_.push_back({.now = stored,
                            .is_new = known == nullptr,
                            .was_live = known != nullptr && (*known)->is_live()});
    }
    auto& change = changes_[slot->second];
    for (const auto& seat : stored->seats)
        holders_[*book_.layout().find(seat.number)] = stored->is_live() ? stored.get() : nullptr;
    change.now = std::move(stored);
    return change.now;
}

CINEMA_DECL void session_draft::expire(const reservation& lapsed, time_point now)
{
    auto next = lapsed;
    next.events.push_back(event(reservation_status::expired, {}, now));
    (void)put(std::move(next));
}

CINEMA_DECL void session_draft::expire_lapsed(time_point now)
{
    for (std::size_t i = 0; i < holders_.size(); ++i)
        if (holders_[i] != nullptr && holders_[i]->has_lapsed(now))
            expire(*holders_[i], now);
}

// ---- seats alone

CINEMA_DECL decision session_draft::decide(const block_request& request, const operation_ticket&,
                                           time_point time)
{
    const auto now = advance(time);
    if (auto ok = check(request); !ok)
        return ok.error();
    const auto seats = resolve(request.seats);
    if (!seats)
        return seats.error();
    if (std::all_of(seats->begin(), seats->end(),
                    [&](std::size_t index) { return blocked_[index] == request.blocked; }))
        return grant{nullptr, version_, false};
    if (auto ok = check_version(request.expected); !ok)
        return ok.error();
    refusal taken{.code = errc::seat_taken, .version = version_};
    for (const auto index : *seats)
        if (request.blocked && holders_[index] != nullptr && !holders_[index]->has_lapsed(now))
            taken.seats.push_back(book_.layout().seats()[index].number);
    if (!taken.seats.empty())
        return taken;
    bool changed = false;
    for (const auto index : *seats)
    {
        if (request.blocked && holders_[index] != nullptr)
            expire(*holders_[index], now);
        changed = changed || blocked_[index] != request.blocked;
        blocked_[index] = request.blocked;
    }
    if (changed)
        version_ = later(version_);
    blocks_changed_ = blocks_changed_ || changed;
    return grant{nullptr, version_, false};
}

CINEMA_DECL decision session_draft::decide(const expire_request&, const operation_ticket&,
                                           time_point time)
{
    expire_lapsed(advance(time));
    return grant{nullptr, version_, false};
}

CINEMA_DECL session_change session_draft::take(change_id change) &&
{
    session_change out{.session = book_.session().id,
                       .expected = book_.stamp(),
                       .next = book_.stamp(),
                       .at = now_};
    if (!is_changed())
        return out;
    out.next.version = version_;
    out.next.change = change;
    out.reservations = std::move(changes_);
    out.keys = std::move(keys_);
    if (blocks_changed_)
    {
        out.next.config = config_version{raw(out.next.config) + 1};
        out.blocked.emplace();
        for (std::size_t i = 0; i < blocked_.size(); ++i)
            if (blocked_[i])
                out.blocked->push_back(book_.layout().seats()[i].number);
    }
    return out;
}

} // namespace cinema::booking
