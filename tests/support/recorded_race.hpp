#pragma once

#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/testing/history.hpp>
#include <cinema/booking/testing/manual_clock.hpp>
#include <cinema/booking/testing/race.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

/// Races through booking services on memory stores, recorded.
namespace cinema::tests
{

namespace booking = cinema::booking;

/// How a `race_house` is built.
struct race_params
{
    std::size_t rows{5};
    std::size_t columns{8};
    std::size_t services{1}; ///< On one database.
    unsigned lanes{1};       ///< Of each service.
    /// What the services see of the database.
    std::function<booking::stores(std::shared_ptr<booking::memory_database>)> open{
        booking::make_memory_stores_on};
};

/// Where races take place: one session, sold by one service or by several.
class race_house
{
public:
    explicit race_house(const race_params& how = {})
        : database_{std::make_shared<booking::memory_database>(
            booking::memory_params{.clock = clock.function()})}
    {
        booking::service_options options;
        options.lanes = how.lanes;
        options.deadline = std::chrono::minutes{5}; // no machine is that slow
        options.sweep_interval = std::chrono::milliseconds{1};
        for (std::size_t i = 0; i < how.services; ++i)
            services_.push_back(
                std::make_unique<booking::booking_service>(how.open(database_), options));
        const auto hall =
            services_[0]
                ->create_hall(
                    {.name = "Hall A", .layout = booking::seat_layout::grid(how.rows, how.columns)})
                .value();
        session = services_[0]
                      ->create_session({.hall = hall.id,
                                        .movie_title = "Metropolis",
                                        .showtime = clock.now() + std::chrono::hours{24}})
                      .value()
                      .id;
    }

    /// Client `number` buys at the service whose turn it is.
    [[nodiscard]] booking::testing::recording_client client(std::size_t number)
    {
        const auto server = number % services_.size();
        return {*services_[server],
                recorder,
                {.client = static_cast<std::uint32_t>(number),
                 .server = static_cast<std::uint32_t>(server)}};
    }

    /// Ends the sale, and tells all that was recorded and what is there in the end.
    [[nodiscard]] booking::testing::history finish()
    {
        for (auto& service : services_)
            service->stop();
        auto out = recorder.take();
        booking::testing::add_ends(out, booking::make_memory_stores_on(database_));
        return out;
    }

    [[nodiscard]] booking::testing::witness_options witness() const
    {
        if (services_.size() == 1)
            return {};
        return {.map_staleness = services_[0]->options().view_age_max};
    }

    booking::testing::manual_clock clock;
    booking::testing::history_recorder recorder;
    booking::session_id session{};

private:
    std::shared_ptr<booking::memory_database> database_;
    std::vector<std::unique_ptr<booking::booking_service>> services_;
};

/// One buyer who does everything that can be done, at random: holds, buys, asks for the best seats,
/// confirms, extends, cancels, checks in, blocks, reads, repeats himself. Reservations are shared
/// with the others, so that two meet at one. The clock runs on with everything that is done.
class random_buyer
{
public:
    /// Reservations that somebody made.
    struct shared_ids
    {
        std::mutex mutex;
        std::vector<booking::reservation_id> all;
    };

    random_buyer(race_house& house, shared_ids& ids, std::size_t number, int seats)
        : house_{house}, ids_{ids}, client_{house.client(number)}, random_{number}, seats_{seats}
    {
    }

    void act()
    {
        house_.clock.advance(std::chrono::milliseconds{20});
        const auto die = below(100);
        if (die < 40)
            reserve();
        else if (die < 85)
            move(die);
        else if (die < 93)
            (void)client_.seats(house_.session);
        else if (die < 95)
            block();
        else
            repeat();
    }

private:
    [[nodiscard]] int below(int limit)
    {
        return static_cast<int>(random_() % static_cast<std::uint64_t>(limit));
    }

    /// One of those made last.
    [[nodiscard]] booking::reservation_id some_id(std::size_t among)
    {
        const std::scoped_lock lock{ids_.mutex};
        if (ids_.all.empty())
            return {house_.session, {}};
        const auto recent = static_cast<int>(std::min(ids_.all.size(), among));
        return ids_.all[ids_.all.size() - 1 - static_cast<std::size_t>(below(recent))];
    }

    void reserve()
    {
        booking::reserve_request request{.session = house_.session,
                                         .user = "user-" + std::to_string(random_() % 10)};
        const int first = 1 + below(seats_);
        const int count = below(4) == 0 ? 2 + below(2) : 1;
        if (below(8) == 0)
            request.best = booking::best_seats{.count = static_cast<std::size_t>(count)};
        for (int seat = first; !request.best && seat < first + count && seat <= seats_; ++seat)
            request.seats.emplace_back(seat);
        if (below(2) == 0)
            request.hold = std::chrono::seconds{1 + below(3)};
        if (below(8) == 0)
            request.expected = seen_;
        request.idempotency_key = "k" + std::to_string(random_());
        last_ = request;
        const auto answer = client_.reserve(std::move(request));
        see(answer);
        if (!answer || below(6) == 0) // some he keeps to himself
            return;
        const std::scoped_lock lock{ids_.mutex};
        ids_.all.push_back(answer->reservation->id);
    }

    void move(int die)
    {
        if (die < 50)
            see(client_.confirm({.reservation = some_id(8)}));
        else if (die < 53)
            see(client_.extend(
                {.reservation = some_id(8), .hold = std::chrono::seconds{1 + below(4)}}));
        else if (die < 54)
            see(client_.check_in({.reservation = some_id(40)}));
        else if (die < 78)
            see(client_.cancel({.reservation = some_id(60)}));
        else
            see(client_.find(some_id(20)));
    }

    void block()
    {
        (void)client_.block(
            {.session = house_.session, .seats = {1 + below(3)}, .blocked = below(2) == 0});
    }

    /// The same request with the same key once more.
    void repeat()
    {
        if (!last_.seats.empty() || last_.best)
            see(client_.reserve(last_));
    }

    void see(const booking::decision& answer)
    {
        seen_ = answer ? answer->version : answer.error().version;
    }

    race_house& house_;
    shared_ids& ids_;
    booking::testing::recording_client client_;
    std::mt19937_64 random_;
    int seats_;
    booking::session_version seen_{1};
    booking::reserve_request last_{};
};

/// Lets `buyers` buyers loose, each of whom acts so many times.
inline void run_random_race(race_house& house, std::size_t buyers, std::size_t acts, int seats = 40,
                            std::size_t first_buyer = 0)
{
    random_buyer::shared_ids ids;
    const auto thrown = booking::testing::run_threads(
        buyers,
        [&](std::size_t number)
        {
            random_buyer buyer{house, ids, first_buyer + number, seats};
            for (std::size_t i = 0; i < acts; ++i)
                buyer.act();
        });
    for (const auto& what : thrown)
        FAIL_CHECK(what);
}

/// Whether a check finds nothing; else the test says what it found.
inline bool is_clean(const booking::testing::verdict& found)
{
    if (!found.is_clean())
        FAIL_CHECK(found.text());
    return found.is_clean();
}

} // namespace cinema::tests
