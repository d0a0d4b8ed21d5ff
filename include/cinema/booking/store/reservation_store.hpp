#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/limits.hpp>
#include <cinema/booking/domain/reservation.hpp>

#include <optional>
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
    /// documents follow, the latest may be missing for a while.
    /// Errors: invalid_request (no account, limit).
    [[nodiscard]] store_result<std::vector<reservation_ptr>>
    list(const reservation_page_request& page)
    {
        if (page.account.empty() || page.limit < 1 || page.limit > page_size_max)
            return make_error_code(errc::invalid_request);
        return do_list(page);
    }

    /// Stores the state unless a newer one (by version) is there: an older one is a no-op.
    [[nodiscard]] virtual store_result<void> put(const reservation& state) = 0;

protected:
    reservation_store() = default;

private:
    /// As `list`. Pre: there is an account; the limit is within its bounds.
    virtual store_result<std::vector<reservation_ptr>>
    do_list(const reservation_page_request& page) = 0;
};

} // namespace cinema::booking
