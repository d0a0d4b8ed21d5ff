#pragma once

#include <cinema/booking/engine/session_draft.hpp>

#include "unit/engine/plain_store.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cinema::tests
{

inline constexpr booking::session_id show_id{12};
inline constexpr auto showtime = booking::from_unix_ms(1'782'936'000'000);
inline constexpr auto opening = showtime - std::chrono::hours{48};

inline booking::hall_ptr make_hall(booking::seat_layout layout)
{
    return std::make_shared<const booking::hall>(
        booking::hall{booking::hall_id{1}, "Hall A", "UTC", std::move(layout)});
}

inline booking::session make_show()
{
    return {.id = show_id,
            .hall = booking::hall_id{1},
            .movie_title = "Metropolis",
            .showtime = showtime,
            .ends_at = showtime + std::chrono::hours{2},
            .prices = {{"standard", booking::minor_units{900}},
                       {"premium", booking::minor_units{1'400}}},
            .currency = *booking::currency_code::parse("CHF"),
            .blocked = {}};
}

/// The ticket of the operation number `n`.
inline booking::operation_ticket ticket_number(std::uint64_t n)
{
    return {booking::operation_id{n}, booking::uuid::version_7(opening, n, n << 2)};
}

inline booking::reserve_request seats(std::vector<booking::seat_ref> refs,
                                      std::chrono::seconds hold = std::chrono::seconds{0})
{
    return {.session = show_id, .user = "anna", .seats = std::move(refs), .hold = hold};
}

/// Sells one session: a book, a draft on top of it, a plain store behind it. By default a hall of
/// 5 rows of 8 seats, 48 hours before the film begins, at version 1.
class box_office
{
public:
    explicit box_office(booking::seat_layout layout = booking::seat_layout::grid(5, 8),
                        booking::booking_rules rules = {})
        : rules_{rules},
          hall_{make_hall(std::move(layout))},
          store_{make_show(),
                 {booking::session_version{1}, booking::change_id{1}, booking::config_version{1}}}
    {
        reload();
    }

    /// The time of the operations to come.
    booking::time_point now{opening};

    /// Decides a request as the next operation, in the present draft.
    template <class Request>
    booking::decision ask(const Request& request)
    {
        last_ticket_ = ticket_number(++operations_);
        return draft_->decide(request, last_ticket_, now);
    }

    /// Decides it as the operation that `ticket` names.
    template <class Request>
    booking::decision ask_again(const Request& request, const booking::operation_ticket& ticket)
    {
        return draft_->decide(request, ticket, now);
    }

    /// Reserves and gives the reservation's id; throws if it is refused.
    booking::reservation_id take(std::vector<booking::seat_ref> refs,
                                 std::chrono::seconds hold = std::chrono::seconds{0})
    {
        return ask(seats(std::move(refs), hold)).value().reservation->id;
    }

    /// Commits what the draft holds, and begins the next one. Gives what was committed.
    booking::session_change commit()
    {
        auto change = std::move(*draft_).take(booking::change_id{++changes_});
        store_.apply(change);
        if (!change.is_check())
            book_->adopt(change);
        begin();
        return change;
    }

    /// Forgets what the draft holds.
    void drop() { begin(); }

    /// Loads the book anew from the store; the draft is lost.
    void reload(bool with_ended = true)
    {
        book_.emplace(booking::session_book::open(hall_, store_.snapshot(with_ended)).value());
        begin();
    }

    /// As a service does: lets the draft see what the request's key was used for, if only the store
    /// knows.
    template <class Request>
    void recall_key(const Request& request)
    {
        if constexpr (requires { request.idempotency_key; })
            if (const auto key = draft_->key_to_look_up(request))
                draft_->recall(*key, store_.find_key(*key));
    }

    [[nodiscard]] booking::session_draft& draft() { return *draft_; }
    [[nodiscard]] booking::session_book& book() { return *book_; }
    [[nodiscard]] plain_store& store() { return store_; }
    [[nodiscard]] const booking::hall_ptr& hall() const { return hall_; }
    [[nodiscard]] const booking::operation_ticket& last_ticket() const { return last_ticket_; }
    [[nodiscard]] booking::session_version version() const { return draft_->version(); }

    /// A reservation's status as the draft sees it; throws if there is none.
    [[nodiscard]] booking::reservation_status status(const booking::reservation_id& id) const
    {
        const auto* known = draft_->find(id.id);
        return known ? (*known)->status() : throw std::logic_error{"no such reservation"};
    }

private:
    void begin() { draft_.emplace(*book_, rules_); }

    booking::booking_rules rules_;
    booking::hall_ptr hall_;
    plain_store store_;
    std::optional<booking::session_book> book_;
    std::optional<booking::session_draft> draft_;
    booking::operation_ticket last_ticket_{};
    std::uint64_t operations_{};
    std::uint64_t changes_{1};
};

} // namespace cinema::tests
