#pragma once

#include <cinema/booking/store/forwarding.hpp>

#include "service/service_fixture.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace cinema::tests
{

/// An inventory whose clock is not the host's, and which writes down what a service asks of it.
class remote_inventory final : public booking::forwarding_inventory
{
public:
    using forwarding_inventory::forwarding_inventory;

    [[nodiscard]] std::optional<booking::time_point> clock() const noexcept override
    {
        return std::nullopt;
    }
    [[nodiscard]] booking::store_result<booking::purge_report>
    purge(booking::time_point ended_before, std::size_t limit) override
    {
        {
            const std::scoped_lock lock{mutex_};
            purged_before_.push_back(ended_before);
        }
        return forwarding_inventory::purge(ended_before, limit);
    }

    /// What was to be purged, each time.
    [[nodiscard]] std::vector<booking::time_point> purged_before() const
    {
        const std::scoped_lock lock{mutex_};
        return purged_before_;
    }
    /// How often sessions were decided on in a turn of their own.
    [[nodiscard]] std::size_t turns() const noexcept { return turns_; }

protected:
    booking::store_result<booking::store_reply>
    do_load_and_commit(std::span<const booking::load_request> requests,
                       const booking::commit_decider& decide,
                       std::vector<booking::commit_outcome>& outcome) override
    {
        ++turns_;
        return forwarding_inventory::do_load_and_commit(requests, decide, outcome);
    }

private:
    mutable std::mutex mutex_;
    std::vector<booking::time_point> purged_before_;
    std::atomic<std::size_t> turns_{0};
};

/// Documents that are behind: of a reservation in question they show this state.
class late_documents final : public booking::forwarding_reservations
{
public:
    using forwarding_reservations::forwarding_reservations;

    /// From now on every reservation is found so.
    void show(booking::reservation_ptr state)
    {
        const std::scoped_lock lock{mutex_};
        shown_ = std::move(state);
    }

    [[nodiscard]] booking::store_result<booking::reservation_ptr>
    find(const booking::reservation_id& id) override
    {
        const std::scoped_lock lock{mutex_};
        return shown_ ? shown_ : forwarding_reservations::find(id);
    }

private:
    std::mutex mutex_;
    booking::reservation_ptr shown_;
};

/// A service of one lane on a store whose clock is elsewhere, with a session to sell.
struct lane_fixture
{
    explicit lane_fixture(booking::service_options options = service_fixture::quiet())
    {
        auto stores = database;
        stores.inventory = remote;
        stores.reservations = documents;
        service.emplace(stores, std::move(options));
        const auto hall =
            service->create_hall({.name = "Hall A", .layout = booking::seat_layout::grid(5, 8)})
                .value();
        const auto add_session = [&]
        {
            return service
                ->create_session({.hall = hall.id,
                                  .movie_title = "Metropolis",
                                  .showtime = clock.now() + std::chrono::hours{8}})
                .value()
                .id;
        };
        session = add_session();
        other = add_session();
    }

    /// Has the lane hear the store's time, by a sale in another session.
    void tell_time()
    {
        (void)service->reserve({.session = other, .user = "ben", .seats = {++others_seat}}).value();
    }

    booking::reservation_ptr reserve(booking::seat_ref seat, std::chrono::seconds hold = {})
    {
        return service
            ->reserve(
                {.session = session, .user = "anna", .seats = {std::move(seat)}, .hold = hold})
            .value()
            .reservation;
    }

    /// Behind the host's: 2020-01-01 12:00 UTC.
    booking::testing::manual_clock clock{booking::from_unix_ms(1'577'880'000'000)};
    booking::stores database = booking::make_memory_stores({.clock = clock.function()});
    std::shared_ptr<booking::testing::rival_inventory> rival =
        std::make_shared<booking::testing::rival_inventory>(database.inventory);
    std::shared_ptr<remote_inventory> remote = std::make_shared<remote_inventory>(rival);
    std::shared_ptr<late_documents> documents =
        std::make_shared<late_documents>(database.reservations);
    booking::session_id session{};
    booking::session_id other{};
    int others_seat{0};
    std::optional<booking::booking_service> service;
};

} // namespace cinema::tests
