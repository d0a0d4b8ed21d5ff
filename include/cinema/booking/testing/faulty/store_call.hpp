#pragma once

#include <cinema/booking/domain/error.hpp>

#include <cstddef>
#include <initializer_list>
#include <set>

namespace cinema::booking::testing
{

/// A function of one of the three stores.
enum class store_call
{
    load = 1,
    commit,
    add_hall,
    find_hall,
    halls,
    add_session,
    sessions,
    lapsed,
    guard_rows,
    find_key,
    purge,
    keep,
    lease,
    add_token,
    find_token,
    touch_token,
    remove_token,
    remove_tokens_of,
    ping,
    find_reservation,
    list_reservations,
    put_reservation,
    purge_reservations,
    add_account,
    find_account,
    find_account_by_email,
    update_account,
};

/// Some calls, or all if none is named.
class store_calls
{
public:
    store_calls() = default;
    /// These calls; all if there are none.
    store_calls(std::initializer_list<store_call> calls) : calls_{calls} {}

    /// Whether `call` is one of them.
    [[nodiscard]] bool contains(store_call call) const
    {
        return calls_.empty() || calls_.contains(call);
    }

private:
    std::set<store_call> calls_;
};

/// Is told of each call before a hooked store passes it on. Must be safe from any thread.
class store_hook
{
public:
    virtual ~store_hook() = default;

    /// May block. An error becomes the answer of the call, which then is not passed on.
    /// `size` is the number of sessions named by a load or commit, else 1.
    [[nodiscard]] virtual error_code before(store_call call, std::size_t size) = 0;
};

} // namespace cinema::booking::testing
