#pragma once

#include <cinema/booking/domain/uuid.hpp>
#include <cinema/booking/store/inventory_store.hpp>

#include "blocking_pool.hpp"
#include "call_state.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cinema::booking::http
{

/// What guests prove a reservation by: HMAC-SHA256 over its id, in base64url without padding.
using key_bytes = std::array<unsigned char, 32>;

[[nodiscard]] std::string guest_secret(const key_bytes& key, const reservation_id& id);

/// Whether an Authorization field bears the reservation's secret. Takes the same time for any
/// secret of the right length.
[[nodiscard]] bool bears_secret(std::optional<std::string_view> authorization, const key_bytes& key,
                                const reservation_id& id);

/// The key kept in the inventory: the same for all servers on it, fetched when first needed.
/// Thread safety: safe from any thread.
class installation_key
{
public:
    installation_key(inventory_store& inventory, blocking_pool& pool);

    /// Null until it was fetched.
    [[nodiscard]] const key_bytes* get() const noexcept { return ready_.load(); }

    /// Fetches it on a blocking thread; wakes `call`, if there is one, when that has ended, with
    /// the key or with trouble in its state. False: too many calls wait already.
    [[nodiscard]] bool fetch(const detail::call_ptr& call);

private:
    void ask();

    inventory_store& inventory_;
    blocking_pool& pool_;
    std::atomic<const key_bytes*> ready_{nullptr};
    std::mutex mutex_;
    key_bytes bytes_{};                     // written once, before ready_
    std::vector<detail::call_ptr> waiting_; // guarded by mutex_
    bool is_asking_{};                      // guarded by mutex_
};

} // namespace cinema::booking::http
