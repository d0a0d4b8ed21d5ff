#pragma once

#include <cinema/booking/engine/session_draft.hpp>
#include <cinema/booking/store/inventory_store.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace cinema::booking::testing
{

/// A session with all that belongs to it. Throws boost::system::system_error on any error.
[[nodiscard]] inline session_snapshot load_whole(inventory_store& store, session_id session)
{
    const load_request request{.session = session, .with_ended = true};
    store_result<session_load> loaded;
    (void)store.load({&request, 1}, {&loaded, 1}).value();
    return std::get<session_snapshot>(std::move(loaded).value());
}

/// What load() gives for one session; the error of the call or of the session.
[[nodiscard]] inline store_result<session_load> load_one(inventory_store& store, session_id session,
                                                         const session_stamp& known)
{
    const load_request request{.session = session, .known = known};
    store_result<session_load> loaded;
    if (const auto reply = store.load({&request, 1}, {&loaded, 1}); !reply)
        return reply.error();
    return loaded;
}

/// Commits one change. The error is that of the call or of the change.
[[nodiscard]] inline commit_outcome commit_one(inventory_store& store, const session_change& change)
{
    commit_outcome outcome;
    if (const auto reply = store.commit({&change, 1}, {&outcome, 1}); !reply)
        return {.error = reply.error()};
    return outcome;
}

/// The reservation that a change made or moved on last. Pre: there is one.
[[nodiscard]] inline reservation_ptr made_by(const session_change& change)
{
    return change.reservations.back().now;
}

/// `change` as if it had been decided on `stamp`. Pre: it makes or moves on one reservation.
[[nodiscard]] inline session_change as_decided_on(const session_stamp& stamp, session_change change)
{
    auto state = *made_by(change);
    change.expected = stamp;
    change.next.version = later(stamp.version);
    state.events.back().version = change.next.version;
    change.reservations.back().now = std::make_shared<const reservation>(std::move(state));
    return change;
}

/// Sells the seats of one session straight through an inventory store, one step at a time: it
/// loads, decides by the engine's rules, and commits when told to. So tests choose what happens
/// between the steps. Its random numbers are the same for the same seed. Not thread-safe.
///
/// What goes wrong is thrown: boost::system::system_error by the store, booking_error by the rules.
class box_office
{
public:
    /// Loads the session. The store outlives it.
    box_office(inventory_store& store, session_id session, std::uint64_t seed = next_seed())
        : store_{&store}, session_{session}, random_{seed}
    {
        refresh();
    }

    /// When it decides; unless set, 2030-01-01 12:00 UTC.
    time_point now{from_unix_ms(1'893'499'200'000)};

    /// Loads the session whole.
    void refresh()
    {
        auto snapshot = load_whole(*store_, session_);
        auto hall = store_->find_hall(snapshot.session.hall).value();
        book_.emplace(session_book::open(std::move(hall), std::move(snapshot)).value());
    }

    /// Loads what changed since, and takes it over.
    void catch_up() { adopt(load_one(*store_, session_, book().stamp()).value()); }

    /// Takes over what a load or a conflict gave.
    void adopt(session_load loaded)
    {
        if (const auto* delta = std::get_if<session_delta>(&loaded))
            book_->adopt(*delta).value();
        else if (auto* whole = std::get_if<session_snapshot>(&loaded))
            book_.emplace(session_book::open(book_->hall(), std::move(*whole)).value());
    }

    [[nodiscard]] const session_book& book() const noexcept { return *book_; }

    /// Numbers of the seats that can be sold, ascending.
    [[nodiscard]] std::vector<seat_number> free_seats() const
    {
        std::vector<seat_number> out;
        const auto map = book().map();
        for (std::size_t i = 0; i < map.status.size(); ++i)
            if (map.status[i] == seat_status::free)
                out.push_back(map.hall->layout.seats()[i].number);
        return out;
    }

    /// Random ids for one operation.
    [[nodiscard]] operation_ticket ticket()
    {
        return {operation_id{random_() | 1U}, uuid::version_7(now, random_(), random_())};
    }

    /// What a draft decided, with a random change id.
    [[nodiscard]] session_change take(session_draft&& draft)
    {
        return std::move(draft).take(change_id{random_()});
    }

    /// Decides one request, and nothing else. The change is not committed.
    template <class Request>
    [[nodiscard]] session_change change_for(const Request& request)
    {
        session_draft draft{book()};
        (void)draft.decide(request, ticket(), now).value();
        return take(std::move(draft));
    }

    /// Decides to sell seats to a guest, with an idempotency key if one is given. As with all that
    /// follow, the change is not committed.
    [[nodiscard]] session_change sells(std::vector<seat_ref> seats, std::string key = {})
    {
        return change_for(reserve_request{.session = session_,
                                          .user = "label",
                                          .seats = std::move(seats),
                                          .idempotency_key = std::move(key)});
    }
    /// Decides to sell seats to an account.
    [[nodiscard]] session_change sells_to(user_id account, std::vector<seat_ref> seats)
    {
        return change_for(reserve_request{
            .session = session_, .seats = std::move(seats), .account = std::move(account)});
    }
    /// Decides to hold seats for a guest.
    [[nodiscard]] session_change holds(std::vector<seat_ref> seats, std::chrono::seconds hold,
                                       std::string key = {})
    {
        return change_for(reserve_request{.session = session_,
                                          .user = "label",
                                          .seats = std::move(seats),
                                          .hold = hold,
                                          .idempotency_key = std::move(key)});
    }
    /// Decides to confirm a hold.
    [[nodiscard]] session_change confirms(const reservation_id& id, std::string key = {})
    {
        return change_for(confirm_request{.reservation = id, .idempotency_key = std::move(key)});
    }
    /// Decides to give a reservation's seats back.
    [[nodiscard]] session_change cancels(const reservation_id& id, std::string key = {})
    {
        return change_for(cancel_request{.reservation = id, .idempotency_key = std::move(key)});
    }
    /// Decides to take seats off sale, or to put them back on sale.
    [[nodiscard]] session_change blocks(std::vector<seat_ref> seats, bool blocked = true)
    {
        return change_for(
            block_request{.session = session_, .seats = std::move(seats), .blocked = blocked});
    }
    /// Decides to end the holds that have run out by `now`.
    [[nodiscard]] session_change expires()
    {
        return change_for(expire_request{.session = session_});
    }

    /// Raises the version and changes nothing else.
    [[nodiscard]] session_change raises()
    {
        session_draft draft{book()};
        draft.fence();
        return take(std::move(draft));
    }

    /// Asks whether the session is still as the book says.
    [[nodiscard]] session_change checks() { return take(session_draft{book()}); }

    /// Commits, and takes the change over if it was done.
    error_code commit(const session_change& change)
    {
        const auto outcome = commit_one(*store_, change);
        if (!outcome.error && !change.is_check())
            book_->adopt(change);
        return outcome.error;
    }

    /// Commits what must succeed. Returns what the change made or moved on, if it did.
    reservation_ptr done(const session_change& change)
    {
        if (const auto error = commit(change))
            throw boost::system::system_error{error, "a commit that must succeed"};
        return change.reservations.empty() ? nullptr : made_by(change);
    }

private:
    [[nodiscard]] static std::uint64_t next_seed() noexcept
    {
        static std::atomic<std::uint64_t> seeds{0};
        return ++seeds;
    }

    inventory_store* store_;
    session_id session_;
    std::mt19937_64 random_;
    std::optional<session_book> book_;
};

} // namespace cinema::booking::testing
