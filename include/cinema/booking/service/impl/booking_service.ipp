#pragma once

#include <cinema/booking/config.hpp>
#include <cinema/booking/service/booking_service.hpp>

#include <future>

namespace cinema::booking
{

/// Threads of a service that load sessions, and as many that look up ended reservations.
inline constexpr unsigned reading_threads = 2;

CINEMA_DECL booking_service::booking_service(booking::stores stores, service_options options)
{
    context_.stores = std::move(stores);
    context_.options = std::move(options);
    context_.kpi = &kpi_;
    auto lanes = context_.options.lanes;
    if (lanes == 0)
        lanes = context_.stores.inventory->lanes_preferred();
    lanes = std::clamp(lanes, 1U, lanes_max);
    for (unsigned i = 0; i < lanes; ++i)
        lanes_.push_back(
            std::make_unique<detail::lane>(context_, context_.options.book_bytes_max / lanes));
    lease_owner_ = context_.options.random();
    try
    {
        context_.loads.start(reading_threads);
        context_.look_ups.start(reading_threads);
        timekeeper_ = std::thread{[this] { keep_time(); }};
        sweeper_ = std::thread{[this] { sweep(); }};
    }
    catch (...)
    {
        stop();
        throw;
    }
}

CINEMA_DECL booking_service::~booking_service() { stop(); }

CINEMA_DECL void booking_service::stop()
{
    const std::lock_guard once{stop_mutex_};
    for (auto& lane : lanes_)
        lane->close();
    for (auto& lane : lanes_)
        lane->stop();
    context_.loads.stop();
    context_.look_ups.stop();
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_all();
    if (sweeper_.joinable())
        sweeper_.join();
    if (timekeeper_.joinable())
        timekeeper_.join();
}

// ---- halls and sessions

CINEMA_DECL result<hall> booking_service::create_hall(const hall_spec& spec)
{
    if (auto ok = check(spec); !ok)
        return ok.error();
    const auto made = context_.stores.inventory->add_hall(spec);
    if (!made)
        return to_refusal(made.error());
    return **made;
}

CINEMA_DECL result<session> booking_service::create_session(const session_spec& spec)
{
    if (auto ok = check(spec); !ok)
        return ok.error();
    if (!spec.prices.empty())
    {
        const auto in = find_hall(spec.hall);
        if (!in)
            return in.error();
        if (auto ok = check_prices(spec, (*in)->layout.categories()); !ok)
            return ok.error();
    }
    auto made = context_.stores.inventory->add_session(spec);
    if (!made)
        return to_refusal(made.error());
    return *std::move(made);
}

CINEMA_DECL result<hall_ptr> booking_service::find_hall(hall_id id)
{
    auto found = context_.halls.get(*context_.stores.inventory, id);
    if (!found)
        return to_refusal(found.error());
    return *std::move(found);
}

CINEMA_DECL result<std::vector<session>> booking_service::sessions(const session_page_request& page)
{
    if (page.limit < 1 || page.limit > page_size_max)
        return invalid("a page has 1 to " + std::to_string(page_size_max) + " entries");
    auto found = context_.stores.inventory->sessions(page);
    if (!found)
        return to_refusal(found.error());
    return *std::move(found);
}

// ---- operations

CINEMA_DECL void booking_service::launch(const detail::operation_ptr& operation)
{
    const auto ok = std::visit(
        [](const auto& request) -> result<void>
        {
            if constexpr (requires { check(request); })
                return check(request);
            else
                return {};
        },
        operation->request);
    if (!ok)
        return operation->answer(ok.error());
    if (const auto refused = lane_of(operation->session()).submit(operation); refused != errc{})
        operation->answer(refusal{.code = refused});
}

CINEMA_DECL decision booking_service::wait(lane_request request, seat_map_ptr* map)
{
    std::promise<decision> promise;
    auto answer = promise.get_future();
    submit(std::move(request),
           [promise = std::move(promise), map](decision&& what, seat_map_ptr&& seats) mutable
           {
               if (map != nullptr)
                   *map = std::move(seats);
               promise.set_value(std::move(what));
           });
    return answer.get();
}

CINEMA_DECL decision booking_service::reserve(reserve_request request)
{
    return wait(std::move(request));
}

CINEMA_DECL decision booking_service::confirm(confirm_request request)
{
    return wait(std::move(request));
}

CINEMA_DECL decision booking_service::extend(extend_request request)
{
    return wait(std::move(request));
}

CINEMA_DECL decision booking_service::cancel(cancel_request request)
{
    return wait(std::move(request));
}

CINEMA_DECL decision booking_service::check_in(check_in_request request)
{
    return wait(std::move(request));
}

CINEMA_DECL decision booking_service::block(block_request request)
{
    return wait(std::move(request));
}

CINEMA_DECL decision booking_service::find(const reservation_id& id)
{
    return wait(find_request{id});
}

CINEMA_DECL seat_map_ptr booking_service::recent_seats(session_id session) const
{
    return context_.views.find(session,
                               std::chrono::steady_clock::now() - context_.options.view_age_max);
}

CINEMA_DECL result<seat_map_ptr> booking_service::seats(session_id session)
{
    if (auto map = recent_seats(session))
        return map;
    seat_map_ptr map;
    const auto answer = wait(map_request{session}, &map);
    if (!answer)
        return answer.error();
    return map;
}

CINEMA_DECL result<seat_pick> booking_service::pick_seats(session_id session,
                                                          const best_seats& wish)
{
    const auto map = seats(session);
    if (!map)
        return map.error();
    return booking::pick_seats(**map, wish);
}

CINEMA_DECL detail::lane& booking_service::lane_of(session_id session)
{
    return *lanes_[static_cast<std::size_t>(raw(session)) % lanes_.size()];
}

CINEMA_DECL operation_ticket booking_service::new_ticket() const
{
    const auto& random = context_.options.random;
    const operation_id operation{random() | 1};
    const auto high = random();
    const auto low = random();
    const auto now = context_.stores.inventory->clock().value_or(host_now());
    return {.operation = operation, .reservation = uuid::version_7(now, high, low)};
}

// ---- how it is going

CINEMA_DECL kpi_report booking_service::kpi() const
{
    return kpi_.report(std::chrono::steady_clock::now());
}

CINEMA_DECL bool booking_service::is_ready() const noexcept
{
    const auto last = context_.last_contact.load();
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    const std::chrono::steady_clock::duration age{now - last};
    return last != 0
           && age < std::max<std::chrono::milliseconds>(std::chrono::seconds{1},
                                                        2 * context_.options.sweep_interval);
}

// ---- what goes on by itself

/// Runs `action` now and then until the service stops.
template <class Action>
void booking_service::every(std::chrono::milliseconds interval, Action action)
{
    std::unique_lock lock{mutex_};
    while (!stopping_)
    {
        lock.unlock();
        action();
        lock.lock();
        wake_.wait_for(lock, interval, [this] { return stopping_; });
    }
}

CINEMA_DECL void booking_service::keep_time()
{
    every(std::chrono::milliseconds{20},
          [this]
          {
              try
              {
                  const auto now = std::chrono::steady_clock::now();
                  for (auto& lane : lanes_)
                      lane->check_deadlines(now);
              }
              catch (...) // no memory: the next time
              {
                  detail::tell_failure(context_.options.log, "answering what is late");
              }
          });
}

CINEMA_DECL void booking_service::sweep()
{
    auto next_purge = std::chrono::steady_clock::now();
    every(context_.options.sweep_interval,
          [this, &next_purge]
          {
              try
              {
                  sweep_once();
                  if (std::chrono::steady_clock::now() < next_purge)
                      return;
                  if (!purge_some()) // else more with the next sweep
                      next_purge = std::chrono::steady_clock::now() + std::chrono::hours{1};
              }
              catch (...)
              {
                  detail::tell_failure(context_.options.log, "the sweeper");
              }
          });
}

/// Claims a chore for so long, which one of all services on the store does at a time.
CINEMA_DECL store_result<bool> booking_service::lease(std::string_view chore,
                                                      std::chrono::milliseconds duration)
{
    return context_.stores.inventory->lease(chore, lease_owner_, duration);
}

/// Asks the lanes to expire what has run out, also in sessions that nobody visits.
CINEMA_DECL void booking_service::sweep_once()
{
    auto& inventory = *context_.stores.inventory;
    const auto reply = inventory.ping();
    if (!reply)
        return;
    const auto is_ours = lease("sweep", 3 * context_.options.sweep_interval);
    if (!is_ours)
    {
        if (is_ours.error() != errc::store_unavailable)
            context_.contacted(); // it can be read, though a write may wait for a standby
        return context_.log("cannot share the sweep: " + is_ours.error().message());
    }
    if (!*is_ours)
        return context_.contacted();
    const auto sessions = inventory.lapsed(reply->now, page_size_max);
    if (sessions || sessions.error() != errc::store_unavailable)
        context_.contacted(); // a server may answer pings and have nothing to read
    if (!sessions)
        return context_.log("cannot look for lapsed holds: " + sessions.error().message());
    for (const auto session : *sessions)
        submit(expire_request{session}, [](decision&&, seat_map_ptr&&) {});
}

/// Whether there is more to purge.
CINEMA_DECL bool booking_service::purge_some()
{
    auto& inventory = *context_.stores.inventory;
    const auto reply = inventory.ping();
    const auto is_ours = lease("purge", std::chrono::minutes{10});
    if (!reply || !is_ours || !*is_ours)
        return false;
    constexpr std::size_t limit = 1'000;
    const auto ended_before = reply->now - key_kept_after_end;
    const auto purged = inventory.purge(ended_before, limit);
    const auto documents = context_.stores.reservations->purge(ended_before, limit);
    for (const auto& error : {purged.error(), documents.error()})
        if (error)
            context_.log("cannot purge what has ended: " + error.message());
    const auto& [reservations, keys, tokens] = purged ? *purged : purge_report{};
    return purged.error() == make_error_code(errc::busy) // smaller steps may do
           || std::max({reservations, keys, tokens, documents ? *documents : 0}) >= limit;
}

} // namespace cinema::booking
