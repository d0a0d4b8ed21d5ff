#pragma once

#include <cinema/booking/engine/gap_rule.hpp>
#include <cinema/booking/engine/pricing.hpp>
#include <cinema/booking/engine/request.hpp>
#include <cinema/booking/engine/session_book.hpp>

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cinema::booking
{

/// Rules that the owner of a service chooses.
struct booking_rules
{
    /// Reserving ends this long after showtime (negative: before). None: never.
    std::optional<std::chrono::minutes> sales_close{};
    gap_rule gaps{gap_rule::off};
    pricing_function price{}; ///< Empty: the session's own prices.
};

/// Names one operation before it is decided, so that a repeated attempt finds its own earlier one.
struct operation_ticket
{
    operation_id operation{}; ///< Random, not 0.
    uuid reservation{};       ///< The id that a new reservation shall have.
};

/// What an operation came to.
struct grant
{
    reservation_ptr reservation; ///< Null for operations on seats alone.
    session_version version{};   ///< The session's version that the operation made or found.
    bool replayed{};             ///< An idempotency key gave an earlier answer again.
    /// Seats that reserving has left alone, ascending: any under `gap_rule::warn`, those that could
    /// not be helped under `gap_rule::enforce`. They are not kept: a grant that is given again
    /// (`replayed`), or found again after contact was lost in the middle of the commit, names none.
    std::vector<seat_number> left_alone{};
};

/// What was decided: a grant, or a refusal that says why not.
using decision = result<grant>;

/// The rules. Decides operations one after the other on top of a book, which it leaves as it is:
/// dropping the draft undoes everything. `take` gives what must be committed.
///
/// Every decision takes the time. Within a session time does not run back: an earlier time counts
/// as that of the last change, unless it lies by more than `clock_step_max` before that (a clock
/// was wrong and has been set right). An operation whose ticket is found done already is granted as
/// it was then.
///
/// A refusal that another time would not give (a hold that has run out, closed sales, …) changes
/// the session: it ends the holds that have run out, or else only raises the version. So a grant of
/// the same operation that is under way elsewhere, decided at an earlier time, cannot be committed.
///
/// The book must outlive the draft and not change meanwhile. Not thread-safe.
class session_draft
{
public:
    /// Begins at the book's stamp and its latest time.
    explicit session_draft(const session_book& book, booking_rules rules = {});

    /// Takes seats, all or none: held if the request has a hold, else sold.
    /// Errors, the first that applies: invalid_request, key_reused, stale_version, seat_not_found,
    /// invalid_request (a seat named twice), sales_closed, seat_blocked, seat_taken, those of
    /// `pick_seats`, single_seat_left, those of `price`, session_full.
    [[nodiscard]] decision decide(const reserve_request&, const operation_ticket&, time_point now);

    /// Sells what is held. Granted without a change if it is sold already.
    /// Errors, the first that applies: invalid_request, reservation_not_found, key_reused,
    /// stale_version, hold_expired, wrong_status (cancelled).
    [[nodiscard]] decision decide(const confirm_request&, const operation_ticket&, time_point now);

    /// Keeps a hold until at least `hold` from now on; never makes it shorter.
    /// Errors, the first that applies: as confirming; wrong_status also when it is sold or has been
    /// extended up to a limit.
    [[nodiscard]] decision decide(const extend_request&, const operation_ticket&, time_point now);

    /// Gives seats back. Granted without a change if it has ended already.
    /// Errors, the first that applies: invalid_request, reservation_not_found, key_reused,
    /// stale_version, wrong_status (checked in).
    [[nodiscard]] decision decide(const cancel_request&, const operation_ticket&, time_point now);

    /// Lets the visitors of a confirmed reservation in.
    /// Errors, the first that applies: invalid_request, reservation_not_found, key_reused,
    /// stale_version, wrong_status (anything but confirmed).
    [[nodiscard]] decision decide(const check_in_request&, const operation_ticket&, time_point now);

    /// Granted without a change, whatever the version, if the seats are so already.
    /// Errors, the first that applies: invalid_request, seat_not_found, invalid_request (a seat
    /// named twice), stale_version, seat_taken.
    [[nodiscard]] decision decide(const block_request&, const operation_ticket&, time_point now);

    /// Expires every hold that has run out by `now`. Always granted.
    [[nodiscard]] decision decide(const expire_request&, const operation_ticket&, time_point now);

    /// Lets later decisions see a reservation that the book has forgotten.
    void recall(reservation_ptr ended);

    /// The key of a request, if the store has to be asked for it before the request is decided.
    template <class Request>
    [[nodiscard]] std::optional<key_digest> key_to_look_up(const Request& request) const
    {
        const auto key = book_.has_stored_keys() ? key_of(request) : std::nullopt;
        return key && must_look_up(*key) ? key : std::nullopt;
    }

    /// Lets later decisions see what the store has of a key. A reservation that is newer than the
    /// book is passed over: then the draft cannot be committed, or the store has lost it again.
    void recall(const key_digest& key, const stored_key& kept);

    /// Null if neither the draft nor the book knows it.
    [[nodiscard]] const reservation_ptr* find(const uuid& id) const;

    [[nodiscard]] session_version version() const noexcept { return version_; }
    [[nodiscard]] bool is_changed() const noexcept { return version_ != book_.stamp().version; }

    /// Raises the version without any other change, so that a change which may still be on its way
    /// to the store cannot be committed any more.
    void fence() noexcept { version_ = later(version_); }

    /// What to commit: all that was granted, or a check if nothing changed.
    [[nodiscard]] session_change take(change_id change) &&;

private:
    using seat_indices = boost::container::small_vector<std::uint32_t, reserve_seats_max>;

    time_point advance(time_point now) noexcept;
    [[nodiscard]] refusal refuse(errc code, std::string detail = {}) const;
    [[nodiscard]] result<void> check_version(const std::optional<session_version>&) const;
    [[nodiscard]] result<reservation> prepare(const reserve_request&, const uuid&, time_point now,
                                              std::vector<seat_number>& left_alone) const;
    /// `print` makes the request's fingerprint; it is asked only if the key is known.
    template <class Print>
    [[nodiscard]] std::optional<decision> replay(const std::optional<key_digest>&, time_point now,
                                                 Print print) const;
    [[nodiscard]] const key_record* find_key(const key_digest& key) const;
    [[nodiscard]] bool must_look_up(const key_digest& key) const;
    [[nodiscard]] std::optional<key_digest> key_of(const reserve_request& request) const;
    /// Nothing also if the reservation is not known.
    template <class Request>
    [[nodiscard]] std::optional<key_digest> key_of(const Request& request) const
    {
        const auto* of = request.idempotency_key.empty() ? nullptr : find(request.reservation.id);
        if (of == nullptr)
            return std::nullopt;
        return digest_of({operation_of(request), &request.reservation.id, (*of)->account.value},
                         request.idempotency_key);
    }
    [[nodiscard]] result<void> room_for_key(const std::optional<key_digest>&) const;
    void keep_key(const key_digest&, const fingerprint& request, const reservation& answer);
    [[nodiscard]] static std::optional<decision> done_before(const reservation_ptr&, operation_id);
    [[nodiscard]] result<seat_indices> resolve(const std::vector<seat_ref>&) const;
    [[nodiscard]] seat_indices find_seats(const std::vector<seat_ref>&) const;
    [[nodiscard]] fingerprint fingerprint_of_reserve(const reserve_request&,
                                                     const seat_indices&) const;
    [[nodiscard]] result<void> check_free(const seat_indices& seats, time_point) const;
    [[nodiscard]] std::vector<bool> free_at(time_point now) const;
    [[nodiscard]] bool rests_on_time(errc refused) const;
    [[nodiscard]] result<seat_indices> choose(const reserve_request&, time_point now) const;
    [[nodiscard]] result<std::vector<seat_number>> check_gaps(const seat_indices&,
                                                              time_point now) const;
    [[nodiscard]] result<reservation> make(const reserve_request&, const seat_indices&, const uuid&,
                                           time_point now) const;
    [[nodiscard]] refusal here(refusal why) const;
    void expire(const reservation& lapsed, time_point now);
    void expire_lapsed(time_point now);
    [[nodiscard]] decision refuse_finally(refusal why, time_point now);
    const reservation_ptr& put(reservation next);
    [[nodiscard]] reservation_event event(reservation_status, const operation_ticket&,
                                          time_point now);

    /// What confirm, extend, cancel and check-in share: finds the reservation, answers what was
    /// answered before, checks the version, then asks `step` for the next event, nothing (it is so
    /// already) or a refusal.
    template <class Request, class Step>
    [[nodiscard]] decision move_on(const Request& request, std::uint64_t argument,
                                   const operation_ticket&, time_point now, Step step);

    const session_book& book_;
    booking_rules rules_;
    session_version version_;
    time_point now_;
    /// Of the look-up tables: they are filled once for each operation and then thrown away.
    std::unique_ptr<std::pmr::monotonic_buffer_resource> memory_;
    std::vector<const reservation*> holders_;
    std::vector<reservation_change> changes_;
    std::pmr::unordered_map<uuid, std::size_t> change_of_; // index into changes_
    std::unordered_map<uuid, reservation_ptr> recalled_;
    std::unordered_map<key_digest, key_record> recalled_keys_;
    std::vector<key_record> keys_;
    std::pmr::unordered_map<key_digest, std::size_t> key_of_; // index into keys_
    std::vector<bool> blocked_;
    bool blocks_changed_{};
};

} // namespace cinema::booking

#ifndef CINEMA_SEPARATE_COMPILATION
#include <cinema/booking/engine/impl/session_draft.ipp>
#include <cinema/booking/engine/impl/session_draft_keys.ipp>
#include <cinema/booking/engine/impl/session_draft_steps.ipp>
#endif
