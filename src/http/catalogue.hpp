#pragma once

#include "blocking_pool.hpp"
#include "call_state.hpp"
#include "session_query.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace cinema::booking::http
{

/// Which sessions there are, asked of the store on a blocking thread and kept for a moment.
/// Thread safety: safe from any thread.
class catalogue
{
public:
    catalogue(booking_service& service, blocking_pool& pool, std::chrono::milliseconds age_max)
        : service_{service}, pool_{pool}, age_max_{age_max}
    {
    }

    /// The page if it was asked for not long ago, else null.
    [[nodiscard]] session_page_ptr recent(const std::string& key);

    /// Asks the store, once for all who ask the same at once; wakes the call when its state has the
    /// page or the trouble. False: too many wait already.
    [[nodiscard]] bool fetch(const session_query& query, const detail::call_ptr& call);

private:
    static constexpr std::size_t pages_max = 256;
    using clock = std::chrono::steady_clock;

    struct entry
    {
        session_page_ptr page;                 // null until the first answer
        std::vector<detail::call_ptr> waiting; // not empty: the store is being asked
    };

    void ask(const session_query& query, const std::string& key);
    void forget_old();

    booking_service& service_;
    blocking_pool& pool_;
    const std::chrono::milliseconds age_max_;
    std::mutex mutex_;
    std::map<std::string, entry> pages_;
};

/// Asks the store for a page; blocks. Errors: those of `booking_service::sessions`.
[[nodiscard]] result<session_page> find_sessions(booking_service& service,
                                                 const session_query& query);

} // namespace cinema::booking::http
