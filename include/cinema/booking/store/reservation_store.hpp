#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/limits.hpp>
#include <cinema/booking/domain/reservation.hpp>

#include <optional>
#include <span>
#include <vector>

namespace cinema::booking
{

/// Asks for a page of an account's reservations.
struct reservation_page_request
{
    user_id account{};
    std::optional<reservation_id> after{}; ///< Continue behind this one.
    std::size_t limit{page_size_default};  ///< 1 to `page_size_max`.
};

/// Keeps reservations as documents: each one's full state with its history, also when it has ended,
/// and the list of a user's. Where inventory and documents share a database, the inventory's commit
/// writes them; elsewhere they follow through `put`, and `find` looks also into what is on its way.
///
/// Errors of every call: store_unavailable, store_failed, storage_full; of `put` also
/// outcome_unknown (harmless: put again). Thread safety: safe from any thread. Calls block up to
/// the store's timeout.
class reservation_store
{
public:
    virtual ~reservation_store() = default;
    reservation_store(const reservation_store&) = delete;
    reservation_store& operator=(const reservation_store&) = delete;

    /// Null if there is none. Not older than any commit that was acknowledged before the call.
    [[nodiscard]] virtual store_result<reservation_ptr> find(const reservation_id& id) = 0;

    /// An account's reservations, newest first: by their time-ordered UUIDs, descending. Where
    /// documents follow, the latest may be missing for a while; while documents elsewhere cannot be
    /// reached, so may what has ended long ago.
    /// Errors: invalid_request (no account, limit).
    [[nodiscard]] store_result<std::vector<reservation_ptr>>
    list(const reservation_page_request& page)
    {
        if (page.account.empty() || page.limit < 1 || page.limit > page_size_max)
            return make_error_code(errc::invalid_request);
        return do_list(page);
    }

    /// The reservations of a session, ascending by their UUIDs, behind `after`, at most `limit`; of
    /// an inventory's own documents those that it still has. For comparing two stores: who is never
    /// compared need not have it.
    /// Errors: store_failed (unless overridden).
    [[nodiscard]] virtual store_result<std::vector<reservation_ptr>>
    of_session(session_id session, const std::optional<uuid>& after, std::size_t limit)
    {
        (void)session;
        (void)after;
        (void)limit;
        return make_error_code(errc::store_failed);
    }

    /// The least session greater than `after` of which there are reservations; nothing if there is
    /// none. For comparing, too. Errors: store_failed (unless overridden).
    [[nodiscard]] virtual store_result<std::optional<session_id>> session_after(session_id after)
    {
        (void)after;
        return make_error_code(errc::store_failed);
    }

    /// Stores the state unless a newer one (by version) is there: an older one is a no-op.
    [[nodiscard]] virtual store_result<void> put(const reservation& state) = 0;

    /// Removes, at most about `limit`, documents of guests whose reservations ended (cancelled,
    /// expired) before `ended_before`; those of accounts stay. Returns how many. To be called
    /// beside `inventory_store::purge`, in any order. Unless overridden: none, since an inventory
    /// that shares the database removes them itself.
    [[nodiscard]] virtual store_result<std::size_t> purge(time_point ended_before,
                                                          std::size_t limit)
    {
        (void)ended_before;
        (void)limit;
        return std::size_t{};
    }

    /// Stores each of them as `put` does. Returns for each what was wrong with it alone:
    /// store_failed where it is refused for its own sake and nothing of it is stored, another error
    /// where that is not clear.
    /// Errors of the call: as of `put`; any of them may be stored or not.
    [[nodiscard]] store_result<std::vector<error_code>>
    put_all(std::span<const reservation_ptr> states)
    {
        return do_put_all(states);
    }

protected:
    reservation_store() = default;

    /// As `put_all`. Unless overridden: puts one after the other.
    virtual store_result<std::vector<error_code>>
    do_put_all(std::span<const reservation_ptr> states)
    {
        std::vector<error_code> errors;
        errors.reserve(states.size());
        for (const auto& state : states)
        {
            const auto done = put(*state);
            errors.push_back(done ? error_code{} : done.error());
            if (!done && done.error() != make_error_code(errc::store_failed))
                return done.error();
        }
        return errors;
    }

private:
    /// As `list`. Pre: there is an account; the limit is within its bounds.
    virtual store_result<std::vector<reservation_ptr>>
    do_list(const reservation_page_request& page) = 0;
};

} // namespace cinema::booking
