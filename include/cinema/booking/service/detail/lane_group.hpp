#pragma once

#include <cinema/booking/service/operation.hpp>
#include <cinema/booking/store/inventory_store.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace cinema::booking::detail
{

/// What is looked up because the session does not have it in memory any more.
template <class Found>
struct look_up
{
    session_stamp at{}; ///< What is found counts for this one alone.
    bool is_done{};
    store_result<Found> found{Found{}};
};

/// A reservation: null if there is none. A key: without a reservation if it is unused.
using reservation_look_up = look_up<reservation_ptr>;
using key_look_up = look_up<stored_key>;

/// An operation that a lane has taken.
struct lane_operation
{
    operation_ptr operation;
    bool is_decided{};                    ///< In this round.
    std::optional<session_stamp> doubt{}; ///< A commit on it may have done the operation.
    std::optional<reservation_look_up> reservation{}; ///< At the book's stamp.
    std::optional<key_look_up> key{};                 ///< At the book's `look_up_stamp`.

    [[nodiscard]] bool is_looking_up() const noexcept
    {
        return (reservation && !reservation->is_done) || (key && !key->is_done);
    }
    [[nodiscard]] bool can_be_decided() const noexcept
    {
        return !is_looking_up() && !operation->is_done();
    }
};

/// An operation with the answer that it gets once what was decided is committed.
struct decided_operation
{
    operation_ptr operation;
    decision answer;
};

/// The operations of a lane that concern one session and have no answer yet.
struct lane_group
{
    session_id session{};
    std::vector<lane_operation> operations{};
    std::vector<decided_operation> answers{}; ///< Of this round.
    session_book* book{};                     ///< Of this round.
    bool is_loading{};
    bool must_load{};    ///< A commit was lost: the book may be behind.
    bool must_fence{};   ///< A commit may be under way elsewhere that a check cannot rule out.
    bool is_full{};      ///< The store has no room for more reservations.
    bool is_fresh{};     ///< The book was loaded after all operations were asked.
    bool is_final{};     ///< It was, and no earlier commit can succeed on it.
    bool is_contended{}; ///< A swap was lost to another server.
    unsigned conflicts{};
    unsigned busy_tries{};
    unsigned losses{}; ///< Of contact, since the lane heard from the store.
    steady_time lost_at{};
    steady_time not_before{};
    errc waits_for{}; ///< Until `not_before`: the answer to those whose deadline is earlier.

    [[nodiscard]] bool can_be_decided() const noexcept
    {
        return !is_loading
               && std::any_of(operations.begin(), operations.end(),
                              [](const auto& each) { return each.can_be_decided(); });
    }

    /// Nothing is left to do: all operations are answered, and nothing is being read for them.
    [[nodiscard]] bool is_settled() const noexcept { return operations.empty() && !is_loading; }

    void drop_answered()
    {
        std::erase_if(operations, [](const auto& each)
                      { return each.operation->is_done() && !each.is_looking_up(); });
    }

    /// The store has not written what was decided in this round, or may not have.
    void undo_commit() noexcept
    {
        for (const auto& each : operations)
            if (!each.doubt)
                each.operation->undo_commit();
    }

    [[nodiscard]] bool asks_for_map() const noexcept
    {
        return std::any_of(answers.begin(), answers.end(),
                           [](const auto& each) {
                               return std::holds_alternative<map_request>(each.operation->request);
                           });
    }

    /// Whether an answer must be true when it is given. A seat map may be a little older, and the
    /// end of lapsed holds is asked for by nobody.
    [[nodiscard]] bool needs_check() const noexcept
    {
        return std::any_of(answers.begin(), answers.end(),
                           [](const auto& each)
                           {
                               const auto& request = each.operation->request;
                               return !std::holds_alternative<map_request>(request)
                                      && !std::holds_alternative<expire_request>(request);
                           });
    }
};

/// The reservation that must be known to decide the operation. A reservation that is to be made may
/// be there, and even have ended, if an earlier commit may have made it.
[[nodiscard]] inline std::optional<uuid> needed_reservation(const lane_operation& of)
{
    return std::visit(
        [&](const auto& request) -> std::optional<uuid>
        {
            if constexpr (requires { request.reservation; })
                return request.reservation.id;
            else if (std::is_same_v<std::decay_t<decltype(request)>, reserve_request> && of.doubt)
                return of.operation->ticket.reservation;
            else
                return std::nullopt;
        },
        of.operation->request);
}

/// Sessions that another thread loads for a lane.
struct session_reading
{
    std::vector<load_request> requests;
    std::vector<store_result<session_load>> loaded;
    std::optional<store_result<store_reply>> reply{};
    steady_time asked{};
    std::chrono::milliseconds replied{}; ///< Uptime of the host.
};

/// What another thread looks up for an operation.
template <class Found>
struct look_up_reading
{
    operation_ptr operation;
    std::optional<store_result<Found>> found{};
};

/// What comes back to the lane.
using arrival =
    std::variant<session_reading, look_up_reading<reservation_ptr>, look_up_reading<stored_key>>;

/// Where an operation keeps what was looked up for it.
[[nodiscard]] inline std::optional<reservation_look_up>& slot_of(lane_operation& of,
                                                                 const reservation_ptr*) noexcept
{
    return of.reservation;
}
[[nodiscard]] inline std::optional<key_look_up>& slot_of(lane_operation& of,
                                                         const stored_key*) noexcept
{
    return of.key;
}

/// The key that must be looked up to decide the operation.
[[nodiscard]] inline std::optional<key_digest> key_to_look_up(const session_draft& draft,
                                                              const lane_request& request)
{
    return std::visit(
        [&](const auto& asked) -> std::optional<key_digest>
        {
            if constexpr (requires { asked.idempotency_key; })
                return draft.key_to_look_up(asked);
            else
                return std::nullopt;
        },
        request);
}

} // namespace cinema::booking::detail
