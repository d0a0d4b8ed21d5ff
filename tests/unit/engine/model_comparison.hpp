#pragma once

#include <cinema/booking/engine/session_draft.hpp>

#include "unit/engine/box_office.hpp"
#include "unit/engine/model_step.hpp"
#include "unit/engine/naive_model.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cinema::tests
{

using namespace std::chrono_literals;

inline constexpr int seat_count = 8;
using question = naive_model::question;
using answer = naive_model::answer;

inline std::uint64_t number_of(const booking::uuid& id)
{
    std::uint64_t low = 0;
    for (std::size_t i = 8; i < id.bytes.size(); ++i)
        low = low << 8 | id.bytes[i];
    return low & 0x3FFF'FFFF'FFFF'FFFFU;
}

inline booking::reservation_id id_of(std::uint64_t number)
{
    return {show_id, ticket_number(number).reservation};
}

inline std::vector<naive_model::event> events_of(const booking::reservation& reservation)
{
    std::vector<naive_model::event> events;
    for (const auto& event : reservation.events)
        events.push_back({static_cast<naive_model::state>(event.status), raw(event.version),
                          booking::to_unix_ms(event.at),
                          event.held_until ? booking::to_unix_ms(*event.held_until) : 0,
                          raw(event.operation)});
    return events;
}

inline naive_model::booked booked_of(const booking::reservation& reservation)
{
    naive_model::booked made{{}, reservation.account.value, events_of(reservation)};
    for (const auto& seat : reservation.seats)
        made.seats.insert(raw(seat.number));
    return made;
}

inline answer answer_of(const booking::decision& decided)
{
    answer made;
    if (!decided)
    {
        made.code = decided.error().code;
        made.version = raw(decided.error().version);
        for (const auto seat : decided.error().seats)
            made.seats.insert(raw(seat));
        return made;
    }
    made.version = raw(decided->version);
    made.replayed = decided->replayed;
    if (decided->reservation)
    {
        made.reservation = number_of(decided->reservation->id.id);
        made.events = events_of(*decided->reservation);
    }
    return made;
}

/// The engine and the model, led through the same steps.
class comparison
{
public:
    explicit comparison(bool sales_close)
        : office_{booking::seat_layout::grid(2, 4),
                  sales_close ? booking::booking_rules{.sales_close = std::chrono::minutes{0}}
                              : booking::booking_rules{}},
          follower_{open()}
    {
        base_.seat_count = seat_count;
        base_.session_end = booking::to_unix_ms(*make_show().ends_at);
        if (sales_close)
            base_.sales_end = booking::to_unix_ms(showtime);
        model_ = base_;
    }

    void take(const step& step)
    {
        switch (step.what)
        {
        case kind::reserve:
        case kind::confirm:
        case kind::extend:
        case kind::cancel:
        case kind::check_in:
        case kind::block:
        case kind::unblock:
        case kind::expire: ask(question_of(step)); break;
        case kind::retry:
            if (!asked_.empty())
                ask(recent(asked_, step));
            break;
        case kind::replay:
            if (!asked_.empty())
                ask(as_new(recent(asked_, step)));
            break;
        case kind::advance: office_.now += time_of(step.length); break;
        case kind::set_back: // not by so much that what was forgotten would count again
            office_.now = std::max(office_.now - time_of(step.length),
                                   booking::from_unix_ms(forgotten_at_) - booking::clock_step_max);
            break;
        case kind::fence:
            office_.draft().fence();
            ++model_.version;
            ++other_changes_;
            break;
        case kind::commit: commit(); break;
        case kind::drop: drop(); break;
        case kind::reload:
            drop();
            office_.reload(step.more % 2 == 0);
            break;
        case kind::follow: follow(); break;
        case kind::forget:
            drop();
            forgotten_at_ = std::min(base_.now, booking::to_unix_ms(office_.now));
            office_.book().forget_ended(booking::from_unix_ms(forgotten_at_));
            office_.drop();
            break;
        }
        check_draft();
    }

    /// Commits what is left, and compares book, follower and a book loaded anew.
    void finish()
    {
        commit();
        follow();
        check_book(open());
    }

private:
    static std::chrono::milliseconds time_of(unsigned length)
    {
        constexpr std::chrono::milliseconds times[] = {0ms, 1ms,    999ms, 1s,  29s,     60s,
                                                       1h,  119min, 24h,   48h, 7 * 24h, 10 * 24h};
        return times[length];
    }

    static std::int64_t hold_of(unsigned length)
    {
        constexpr std::chrono::milliseconds holds[] = {0s,  1s,   1s,     2s,     30s,    60s,
                                                       60s, 600s, 3'600s, 3'600s, 3'601s, -1s};
        return holds[length].count();
    }

    static std::vector<int> seats_of(const step& step)
    {
        std::vector<int> seats{static_cast<int>(step.which % (seat_count + 1)) + 1}; // 9: not there
        if (step.more % 4 == 1)
            seats.push_back(static_cast<int>(step.more % seat_count) + 1);
        if (step.more % 8 == 1)
            seats.push_back(static_cast<int>(step.more / 8 % seat_count) + 1);
        if (step.more == 63)
            seats.clear();
        return seats;
    }

    /// One of the latest.
    template <class T>
    static const T& recent(const std::vector<T>& all, const step& step)
    {
        return all[all.size() - 1 - step.which % std::min<std::size_t>(all.size(), 12)];
    }

    question question_of(const step& step)
    {
        question made{.operation = step_names[static_cast<int>(step.what)],
                      .number = ++operations_};
        if (step.expected == 1 || step.expected == 2)
            made.expected = model_.version + 1 - step.expected;
        if (step.what == kind::expire)
            return {.operation = "expire", .number = made.number};
        if (step.what == kind::block || step.what == kind::unblock)
        {
            made.operation = "block";
            made.blocked = step.what == kind::block;
            made.seats = seats_of(step);
            return made;
        }
        if (step.what == kind::check_in)
            made.operation = "check-in";
        if (step.key > 4)
            made.key = "key " + std::to_string(step.key);
        std::erase(made.key, ' ');
        if (step.what == kind::extend || step.what == kind::reserve)
            made.hold = hold_of(step.length);
        made.reservation = made_.empty() ? 999'999 : recent(made_, step);
        if (step.what != kind::reserve)
            return made;
        made.seats = seats_of(step);
        made.user = step.more % 16 == 3 ? "ben" : "anna";
        made.account = step.more % 5 == 2 ? "account" : "";
        made.reservation = made.number;
        return made;
    }

    question as_new(question earlier)
    {
        earlier.number = ++operations_;
        if (earlier.operation == "reserve")
            earlier.reservation = earlier.number;
        return earlier;
    }

    booking::decision decide(const question& asked)
    {
        std::vector<booking::seat_ref> refs;
        for (const int seat : asked.seats)
            if (asked.number % 2 == 0 && seat <= seat_count)
                refs.emplace_back((seat <= 4 ? "a" : "B") + std::to_string((seat - 1) % 4 + 1));
            else
                refs.emplace_back(seat);
        const auto id = id_of(asked.reservation);
        const auto hold =
            std::chrono::duration_cast<std::chrono::seconds>(std::chrono::milliseconds{asked.hold});
        std::optional<booking::session_version> expected;
        if (asked.expected)
            expected = booking::session_version{*asked.expected};
        const booking::operation_ticket ticket{booking::operation_id{asked.number}, id.id};
        const auto answer_to = [&](const auto& request)
        {
            office_.recall_key(request);
            return office_.ask_again(request, ticket);
        };
        if (asked.operation == "reserve")
            return answer_to(booking::reserve_request{
                show_id, asked.user, refs, hold, {asked.account}, expected, asked.key});
        if (asked.operation == "confirm")
            return answer_to(booking::confirm_request{id, expected, asked.key});
        if (asked.operation == "extend")
            return answer_to(booking::extend_request{id, hold, expected, asked.key});
        if (asked.operation == "cancel")
            return answer_to(booking::cancel_request{id, expected, asked.key});
        if (asked.operation == "check-in")
            return answer_to(booking::check_in_request{id, expected, asked.key});
        if (asked.operation == "block")
            return answer_to(booking::block_request{show_id, refs, asked.blocked, expected});
        return answer_to(booking::expire_request{show_id});
    }

    void ask(const question& asked)
    {
        recall(asked.reservation);
        const auto before = model_;
        const auto wanted = model_.ask(asked, booking::to_unix_ms(office_.now));
        const auto given = answer_of(decide(asked));
        RC_ASSERT(given == wanted);
        if (asked.operation == "reserve" && wanted.reservation == asked.reservation)
            made_.push_back(asked.reservation);
        const bool is_fence = // a refusal that rests on the time
            model_.version != before.version && model_.reservations == before.reservations;
        if (is_fence || model_.blocked != before.blocked)
            ++other_changes_;
        if (wanted.code != errc{} && wanted.code != errc::hold_expired
            && wanted.code != errc::sales_closed)
            RC_ASSERT(model_.version == before.version);
        asked_.push_back(asked);
    }

    /// As a service does: lets the draft see what the book has forgotten.
    void recall(std::uint64_t reservation)
    {
        const auto id = id_of(reservation).id;
        if (office_.draft().find(id) == nullptr)
            if (const auto stored = office_.store().find(id))
                office_.draft().recall(stored);
    }

    void commit()
    {
        const auto change = office_.commit();
        RC_ASSERT(change.is_check() == (model_.version == base_.version));
        if (!change.is_check())
        {
            check_change(change);
            base_ = model_;
            base_.version_before = base_.version;
            base_.changed_at = base_.now;
        }
        drop();
        check_book(office_.book());
    }

    void drop()
    {
        office_.drop();
        model_ = base_;
        other_changes_ = 0;
    }

    void follow()
    {
        if (follower_.stamp().config == office_.store().stamp().config)
            RC_ASSERT(
                follower_.adopt(office_.store().since(follower_.stamp().version)).has_value());
        else
            follower_ = open();
        check_book(follower_);
    }

    booking::session_book open()
    {
        return booking::session_book::open(office_.hall(), office_.store().snapshot(false)).value();
    }

    /// Each raised version belongs to one event, one change of blocked seats or one fence.
    void check_change(const booking::session_change& change)
    {
        const auto from = raw(change.expected.version);
        const auto to = raw(change.next.version);
        std::set<std::uint64_t> versions;
        for (const auto& entry : change.reservations)
            for (const auto& event : entry.now->events)
                if (raw(event.version) > from)
                    RC_ASSERT(versions.insert(raw(event.version)).second);
        RC_ASSERT((versions.empty() || *versions.rbegin() <= to));
        RC_ASSERT(to - from == versions.size() + other_changes_);
        RC_ASSERT(to == model_.version);
        RC_ASSERT(booking::to_unix_ms(change.at) == model_.now);
    }

    void check_draft()
    {
        RC_ASSERT(raw(office_.version()) == model_.version);
        for (const auto number : made_)
        {
            recall(number);
            const auto* known = office_.draft().find(id_of(number).id);
            const auto wanted = model_.reservations.find(number);
            RC_ASSERT((known != nullptr) == (wanted != model_.reservations.end()));
            if (known != nullptr)
                RC_ASSERT((booked_of(**known) == wanted->second));
        }
    }

    /// A book at the store's version knows who has each seat, as the guard and the model do.
    void check_book(const booking::session_book& book)
    {
        RC_ASSERT(book.stamp() == office_.store().stamp());
        RC_ASSERT(raw(book.stamp().version) == base_.version);
        RC_ASSERT(office_.store().guard().size() == base_.holder.size());
        for (int seat = 1; seat <= seat_count; ++seat)
        {
            const auto index = static_cast<std::size_t>(seat) - 1;
            const auto* holder = book.holders()[index];
            const auto wanted = base_.holder.find(seat);
            RC_ASSERT((holder != nullptr) == (wanted != base_.holder.end()));
            RC_ASSERT(book.blocked()[index] == base_.blocked.contains(seat));
            if (holder == nullptr)
                continue;
            RC_ASSERT(number_of(holder->id.id) == wanted->second);
            RC_ASSERT(holder->is_live());
            RC_ASSERT(office_.store().guard().at(booking::seat_number{seat}) == holder->id.id);
        }
        if (base_.now != 0)
            RC_ASSERT(booking::to_unix_ms(book.changed_at()) == base_.now);
    }

    box_office office_;
    booking::session_book follower_;
    naive_model base_;  // what is committed
    naive_model model_; // what the draft has made of it
    std::vector<question> asked_;
    std::vector<std::uint64_t> made_;
    std::uint64_t operations_{};
    std::uint64_t other_changes_{};
    std::int64_t forgotten_at_{};
};

} // namespace cinema::tests
