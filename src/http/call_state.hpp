#pragma once

#include <cinema/booking/http/api.hpp>

#include "route.hpp"
#include "session_query.hpp"
#include "static_files.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace cinema::booking::detail
{

using call_ptr = std::shared_ptr<api_call>;

/// How far an `api_call` has come.
struct call_state
{
    /// What to do when it was woken; as `booking_api::resume`.
    bool (*next)(api_core& core, const call_ptr& call){};

    std::string request_id;
    std::string if_none_match;

    // ---- commands, and reading a reservation
    lane_request request; // waits for the installation's key
    bool (*after_key)(api_core& core, const call_ptr& call){};
    std::string secret; // the request's Authorization field
    bool is_reserve{};
    std::chrono::steady_clock::time_point begun{}; // when the lane got it
    decision decided;                              // the lane's answer
    seat_map_ptr map;
    grant reservation; // what was granted, while its hall is asked for

    // ---- maps, lists and files
    http::endpoint endpoint{};
    best_seats wish;
    http::session_page_ptr page;
    refusal trouble; // why there is no page
    std::vector<seat_map_ptr> maps;
    std::vector<refusal> map_troubles;
    std::atomic<std::size_t> maps_awaited{0};
    http::session_query query;
    http::file_table_ptr files;
    std::string path; // decoded, of a file
    std::string method;

    /// Ready for the next request; keeps the memory of its texts.
    void clear()
    {
        next = nullptr;
        request_id.clear();
        if_none_match.clear();
        secret.clear();
        is_reserve = false;
        map.reset();
        page.reset();
        maps.clear();
        map_troubles.clear();
        files.reset();
    }
};

/// Opens an `api_call` to the implementation.
struct call_access
{
    [[nodiscard]] static call_state& state(api_call& call) { return *call.state_; }
    static void wake(api_call& call) noexcept { call.wake(); }
};

/// Wakes each, also when it was dropped meanwhile.
inline void wake_all(const std::vector<call_ptr>& calls)
{
    for (const auto& call : calls)
        call_access::wake(*call);
}

} // namespace cinema::booking::detail
