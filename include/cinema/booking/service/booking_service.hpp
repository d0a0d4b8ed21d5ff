#pragma once

#include <cinema/booking/engine/seat_picker.hpp>
#include <cinema/booking/service/kpi.hpp>
#include <cinema/booking/service/lane.hpp>
#include <cinema/booking/service/operation.hpp>
#include <cinema/booking/service/service_options.hpp>
#include <cinema/booking/store/stores.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace cinema::booking
{

/// Sells seats: decides in memory, commits by compare-and-swap, answers when it is durable.
///
/// Answers, refusals included, are linearizable, also among several services on one database. Each
/// operation comes as a waiting function and as an asynchronous one that takes an Asio completion
/// token (declared here, defined in <cinema/booking/service/async.hpp>); halls and sessions are
/// made and found by waiting functions alone. An asynchronous operation completes once, on its
/// handler's associated executor; cancelling it counts only while it has not been begun. A waiting
/// call must not be made from a completion handler of `submit`.
///
/// Errors of every operation, beside those of the rule it asks for (see `session_draft`):
/// invalid_request, session_not_found, busy, store_unavailable, storage_full, session_full,
/// store_failed, stopped, canceled (an asynchronous one that its caller gave up) - in each case
/// nothing changed - and outcome_unknown: retry with the same idempotency key, or look whether it
/// was done.
///
/// Halls and sessions stay as they were made, but for the seats that `block` takes off sale: there
/// is no way yet to change or remove them.
///
/// Thread safety: safe from any thread, except construction and destruction. The stores outlive the
/// service, since it shares them; `service_options::random` must be safe from any thread.
class booking_service
{
public:
    /// Pre: all three stores are there. Starts threads; does not touch the stores yet.
    explicit booking_service(booking::stores stores, service_options options = {});

    /// Stops.
    ~booking_service();

    booking_service(const booking_service&) = delete;
    booking_service& operator=(const booking_service&) = delete;

    /// Refuses what comes from now on (errc::stopped), answers all that was accepted, then returns.
    /// May be called again. Must not be called from a completion handler of `submit`.
    void stop();

    // ---- halls and sessions; these ask the store directly and block

    /// Makes a hall. Blocks.
    /// Errors: invalid_request (saying what), already_exists (the name).
    [[nodiscard]] result<hall> create_hall(const hall_spec& spec);
    /// Makes a session, at version 1, with the hall's blocked seats. If it names prices, it names
    /// one at least for each of the hall's categories. Blocks.
    /// Errors: invalid_request (saying what), hall_not_found, hall_busy.
    [[nodiscard]] result<session> create_session(const session_spec& spec);
    /// A hall as it was made. Blocks unless it was asked for before.
    /// Errors: hall_not_found.
    [[nodiscard]] result<hall_ptr> find_hall(hall_id id);
    /// Sessions in order of showtime. Errors: invalid_request (limit).
    [[nodiscard]] result<std::vector<session>> sessions(const session_page_request& page = {});

    // ---- operations, waiting

    /// Takes seats, all or none: held with `hold`, else sold.
    /// Errors beside those of every operation: see `session_draft::decide`.
    [[nodiscard]] decision reserve(reserve_request request);
    /// Sells what is held. Errors beside those of every operation: see `session_draft::decide`.
    [[nodiscard]] decision confirm(confirm_request request);
    /// Keeps a hold for longer.
    /// Errors beside those of every operation: see `session_draft::decide`.
    [[nodiscard]] decision extend(extend_request request);
    /// Gives seats back. Errors beside those of every operation: see `session_draft::decide`.
    [[nodiscard]] decision cancel(cancel_request request);
    /// Lets visitors in, once. Errors beside those of every operation: see `session_draft::decide`.
    [[nodiscard]] decision check_in(check_in_request request);
    /// Takes seats off sale, or puts them back.
    /// Errors beside those of every operation: see `session_draft::decide`.
    [[nodiscard]] decision block(block_request request);
    /// A reservation as it is now, also when it has ended, until it is purged.
    /// Errors: reservation_not_found.
    [[nodiscard]] decision find(const reservation_id& id);
    /// A whole snapshot of one version, never older than what this service has acknowledged, nor
    /// (when others sell too) by more than `service_options::view_age_max`.
    [[nodiscard]] result<seat_map_ptr> seats(session_id session);
    /// The best seats left as `seats` shows them. They are not kept for anybody: to have what is
    /// picked, reserve with `reserve_request::best`. Errors: those of `booking::pick_seats`.
    [[nodiscard]] result<seat_pick> pick_seats(session_id session, const best_seats& wish);

    // ---- operations, asynchronous: <cinema/booking/service/async.hpp>

    /// Completion signature: void(decision).
    template <class Request, class Token>
    auto async_submit(Request request, Token&& token);
    /// As `reserve`.
    template <class Token>
    auto async_reserve(reserve_request request, Token&& token);
    /// As `confirm`.
    template <class Token>
    auto async_confirm(confirm_request request, Token&& token);
    /// As `extend`.
    template <class Token>
    auto async_extend(extend_request request, Token&& token);
    /// As `cancel`.
    template <class Token>
    auto async_cancel(cancel_request request, Token&& token);
    /// As `check_in`.
    template <class Token>
    auto async_check_in(check_in_request request, Token&& token);
    /// As `block`.
    template <class Token>
    auto async_block(block_request request, Token&& token);
    /// As `find`.
    template <class Token>
    auto async_find(reservation_id id, Token&& token);
    /// Completion signature: void(result<seat_map_ptr>). Completes without a lane when it can.
    template <class Token>
    auto async_seats(session_id session, Token&& token);
    /// As `pick_seats`, which runs on a thread of the service or on the caller's. Completion
    /// signature: void(result<seat_pick>).
    template <class Token>
    auto async_pick_seats(session_id session, best_seats wish, Token&& token);

    /// The map if it is fresh enough to be answered at once, else null: then ask `seats`.
    [[nodiscard]] seat_map_ptr recent_seats(session_id session) const;

    // ---- operations, by callback: what the others are made of

    /// Calls `handler(decision, seat_map_ptr)` once, on a thread of the service or on the caller's;
    /// it must neither block nor throw. The map is there after a granted `map_request`.
    template <class Handler>
    std::shared_ptr<detail::operation> submit(lane_request request, Handler handler);

    // ---- how it is going

    /// The figures as they are now. Takes some 200 us, in which recording waits.
    [[nodiscard]] kpi_report kpi() const;
    /// Whether the inventory answered within the last second, or lately where the sweeper, which
    /// asks if nobody else does, comes less often than twice a second.
    [[nodiscard]] bool is_ready() const noexcept;
    [[nodiscard]] const booking::stores& stores() const noexcept { return context_.stores; }
    [[nodiscard]] const service_options& options() const noexcept { return context_.options; }

private:
    void launch(const detail::operation_ptr& operation);
    [[nodiscard]] decision wait(lane_request request, seat_map_ptr* map = nullptr);
    [[nodiscard]] detail::lane& lane_of(session_id session);
    [[nodiscard]] operation_ticket new_ticket() const;
    void keep_time();
    void sweep();
    void sweep_once();
    [[nodiscard]] bool purge_some();
    [[nodiscard]] store_result<bool> lease(std::string_view chore,
                                           std::chrono::milliseconds duration);
    template <class Action>
    void every(std::chrono::milliseconds interval, Action action);

    kpi_recorder kpi_{std::chrono::steady_clock::now()};
    detail::lane_context context_;
    std::uint64_t lease_owner_{};
    std::vector<std::unique_ptr<detail::lane>> lanes_;
    std::mutex stop_mutex_; // held while stopping
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_{};
    std::thread timekeeper_;
    std::thread sweeper_;
};

} // namespace cinema::booking

#include <cinema/booking/service/impl/submit.ipp>
#ifndef CINEMA_SEPARATE_COMPILATION
#include <cinema/booking/service/impl/booking_service.ipp>
#endif
