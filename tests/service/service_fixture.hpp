#pragma once

#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/service/booking_service.hpp>
#include <cinema/booking/testing/faulty_stores.hpp>
#include <cinema/booking/testing/manual_clock.hpp>

#include <future>
#include <memory>
#include <optional>
#include <vector>

namespace cinema::tests
{

namespace booking = cinema::booking;
using booking::errc;
using booking::testing::store_call;

/// An answer that will come.
using future_decision = std::future<booking::decision>;

/// True for the answers at the deadline: busy, or outcome_unknown if a commit was under way then.
inline bool is_late(const booking::decision& answer)
{
    return answer.error() == errc::busy || answer.error() == errc::outcome_unknown;
}

/// A service on memory stores behind whatever wraps them: by default a gate and a recorder.
struct service_fixture
{
    /// What stands between the service and the memory inventory.
    using wrapping = std::function<std::shared_ptr<booking::inventory_store>(
        std::shared_ptr<booking::inventory_store>)>;

    explicit service_fixture(const wrapping& wrap = {}, booking::service_options how = quiet())
        : options{std::move(how)}
    {
        if (wrap)
            stores.inventory = wrap(stores.inventory);
        stores = booking::testing::hooked(stores, recorder);
        stores = booking::testing::hooked(stores, refusals);
        stores = booking::testing::hooked(stores, gate);
        restart();
        const auto layout = booking::seat_layout::grid(5, 8);
        hall = service->create_hall({.name = "Hall A", .layout = layout}).value().id;
        session = add_session();
    }

    /// No sweeper in between, one lane, so that a test knows which calls come.
    [[nodiscard]] static booking::service_options quiet()
    {
        booking::service_options options;
        options.lanes = 1;
        options.sweep_interval = std::chrono::hours{1};
        options.deadline = std::chrono::minutes{1};
        return options;
    }

    /// Ends the service and begins another one on the same stores: it has no session in memory.
    void restart()
    {
        service.reset();
        service.emplace(stores, options);
    }

    booking::session_id add_session()
    {
        return service
            ->create_session({.hall = hall, .movie_title = "Metropolis", .showtime = clock->now()})
            .value()
            .id;
    }

    /// Asks without waiting.
    future_decision start(booking::lane_request request)
    {
        auto promise = std::make_shared<std::promise<booking::decision>>();
        auto answer = promise->get_future();
        operations.push_back(service->submit(
            std::move(request), [promise](booking::decision&& what, booking::seat_map_ptr&&)
            { promise->set_value(std::move(what)); }));
        return answer;
    }

    future_decision start_reserve(std::vector<booking::seat_ref> seats,
                                  std::optional<booking::session_id> at = {})
    {
        return start(booking::reserve_request{
            .session = at.value_or(session), .user = "anna", .seats = std::move(seats)});
    }

    booking::decision reserve(std::vector<booking::seat_ref> seats)
    {
        return start_reserve(std::move(seats)).get();
    }

    /// Holds the lane at its next commit, with one operation in hand; `open` lets it go on.
    future_decision occupy_lane(std::vector<booking::seat_ref> seats = {"E8"})
    {
        gate->close({store_call::commit});
        auto first = start_reserve(std::move(seats));
        gate->await_waiting(1);
        return first;
    }

    /// How many seats the store itself says are sold.
    std::size_t guard_rows()
    {
        return database.inventory->guard_rows(session).value().second.size();
    }

    std::shared_ptr<booking::testing::manual_clock> clock =
        std::make_shared<booking::testing::manual_clock>();
    booking::stores database =
        booking::make_memory_stores({.clock = [c = clock] { return c->now(); }});
    std::shared_ptr<booking::testing::gate_hook> gate =
        std::make_shared<booking::testing::gate_hook>();
    std::shared_ptr<booking::testing::refusing_hook> refusals =
        std::make_shared<booking::testing::refusing_hook>();
    std::shared_ptr<booking::testing::recording_hook> recorder =
        std::make_shared<booking::testing::recording_hook>();
    booking::stores stores{database};
    booking::service_options options;
    booking::hall_id hall{};
    booking::session_id session{};
    std::vector<std::shared_ptr<booking::detail::operation>> operations;
    std::optional<booking::booking_service> service;
};

} // namespace cinema::tests
