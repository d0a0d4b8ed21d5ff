#pragma once

#include <cinema/booking/http/api.hpp>

#include "blocking_pool.hpp"
#include "call_state.hpp"
#include "catalogue.hpp"
#include "file_service.hpp"
#include "http_metrics.hpp"
#include "installation_key.hpp"
#include "kpi_snapshot.hpp"
#include "page_texts.hpp"
#include "rendered_cache.hpp"
#include "route.hpp"
#include "running_calls.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cinema::booking::detail
{

/// What a `booking_api` is made of. Each handler returns as `booking_api::begin` does.
class api_core
{
public:
    api_core(booking_service& service, api_params params);

    [[nodiscard]] bool begin(const call_ptr& call);
    [[nodiscard]] bool resume(const call_ptr& call);
    void warm_up();

    [[nodiscard]] const api_params& params() const noexcept { return params_; }
    [[nodiscard]] http::http_metrics& metrics() noexcept { return metrics_; }
    [[nodiscard]] http::blocking_pool& pool() noexcept { return pool_; }
    [[nodiscard]] const std::shared_ptr<running_calls>& hosted() noexcept { return hosted_; }
    void set_ready(bool is_ready) noexcept { is_ready_ = is_ready; }
    [[nodiscard]] bool is_ready() const;

private:
    using step = bool (*)(api_core&, const call_ptr&);

    [[nodiscard]] bool dispatch(const call_ptr& call);
    [[nodiscard]] bool serve(const call_ptr& call, http::endpoint what, std::string_view capture);
    [[nodiscard]] bool serve_elsewhere(const call_ptr& call, const http::route_match& match,
                                       std::string_view path);

    // sessions
    [[nodiscard]] bool list_sessions(const call_ptr& call);
    [[nodiscard]] bool gather_maps(const call_ptr& call);
    [[nodiscard]] bool answer_list(const call_ptr& call);
    [[nodiscard]] std::string list_text(const std::vector<seat_map_ptr>& maps);
    [[nodiscard]] bool show_map(const call_ptr& call, std::string_view id, http::endpoint what);
    [[nodiscard]] bool answer_map(const call_ptr& call, const seat_map& map, http::endpoint what);
    [[nodiscard]] bool show_best(const call_ptr& call, std::string_view id);
    [[nodiscard]] bool answer_best(const call_ptr& call, const seat_map& map);

    // reservations
    [[nodiscard]] bool reserve(const call_ptr& call, std::string_view id);
    [[nodiscard]] bool on_reservation(const call_ptr& call, std::string_view id,
                                      http::endpoint what);
    [[nodiscard]] bool check_owner(const call_ptr& call);
    [[nodiscard]] bool submit(const call_ptr& call);
    [[nodiscard]] bool answer_decision(const call_ptr& call);
    [[nodiscard]] bool answer_reservation(const call_ptr& call, const hall_ptr& hall);
    [[nodiscard]] bool with_key(const call_ptr& call, step then);
    [[nodiscard]] hall_ptr hall_of(session_id session) const;

    // files and operations
    [[nodiscard]] bool serve_file(const call_ptr& call);
    [[nodiscard]] bool answer_file(const call_ptr& call);
    [[nodiscard]] bool show_kpi(const call_ptr& call);
    [[nodiscard]] bool show_metrics(const call_ptr& call);
    [[nodiscard]] bool show_live(const call_ptr& call);
    [[nodiscard]] bool show_ready(const call_ptr& call);

    booking_service& service_;
    const api_params params_;
    std::atomic<bool> is_ready_{true};
    const std::shared_ptr<running_calls> hosted_ = std::make_shared<running_calls>();
    http::rendered_cache cache_;
    http::page_texts pages_;
    http::http_metrics metrics_;
    http::kpi_snapshot kpi_;
    http::installation_key key_;
    http::catalogue catalogue_;
    http::file_service files_;
    http::blocking_pool pool_; // last: its threads use the others, and are joined first
};

} // namespace cinema::booking::detail
