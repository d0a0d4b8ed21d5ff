#pragma once

#include <cinema/booking/store/inventory_store.hpp>

#include "options.hpp"

#include <cstddef>
#include <stop_token>
#include <string>

namespace cinema::server
{

/// What demo data there is now.
struct demo_report
{
    bool is_wanted{};       ///< False: the store has halls of its own; nothing was added.
    bool is_as_asked{true}; ///< False: there was demo data of another kind already.
    std::size_t halls{};
    std::size_t sessions{};
    std::size_t seats{}; ///< In the maps of all sessions together.
    std::size_t sessions_added{};
};

/// Which demo data is asked for: 0 sessions mean the usual programme.
struct demo_request
{
    std::size_t sessions{};
    hall_size hall{};
};

/// Makes the demo data complete in a store that has no halls, or where it was begun before.
///
/// The first to begin fixes what it shall be and from which day on, in the store; so all who begin,
/// at once or after a crash, complete the same. Errors: those of the store, and `stopped` once
/// `stop` is asked for; then call it again.
[[nodiscard]] booking::store_result<demo_report> add_demo_data(booking::inventory_store& inventory,
                                                               const demo_request& asked,
                                                               booking::time_point now,
                                                               const std::stop_token& stop = {});

} // namespace cinema::server
