// The store's time, as a service counts it.

#include <cinema/booking/service/detail/store_clock.hpp>

#include "service/service_fixture.hpp"

#include <doctest/doctest.h>

namespace cinema::tests
{

using namespace std::chrono_literals;

TEST_CASE("between answers the store's time goes on with the host's uptime")
{
    booking::detail::store_clock clock;
    const booking::time_point noon{1'000'000s};
    CHECK(!clock.note(noon, 50s));
    CHECK(clock.at(50s) == noon);
    CHECK(clock.at(53s) == noon + 3s);
    CHECK(!clock.note(noon + 5s, 54s)); // it is a little ahead: that is followed
    CHECK(clock.at(55s) == noon + 6s);
}

TEST_CASE("a step ahead is not followed, however long it lasts, and a step back is")
{
    booking::detail::store_clock clock;
    const booking::time_point noon{1'000'000s};
    CHECK(!clock.note(noon, 0s));
    CHECK(clock.note(noon + 24h, 0s) == 24h);
    CHECK(clock.at(1s) == noon + 1s);
    CHECK(clock.note(noon + 24h + 60s, 60s) == 24h);
    CHECK(clock.at(60s) == noon + 60s);
    CHECK(!clock.note(noon + 61s, 61s)); // it was set right

    CHECK(!clock.note(noon + 62s - 1h, 62s));
    CHECK(clock.at(62s) == noon + 62s - 1h);
    CHECK(!clock.note(noon + 63s, 63s)); // right again: no step ahead
    CHECK(clock.at(63s) == noon + 63s);
}

TEST_CASE("up to the bound a step is believed")
{
    booking::detail::store_clock clock;
    const booking::time_point noon{1'000'000s};
    CHECK(!clock.note(noon, 0s));
    CHECK(!clock.note(noon + booking::clock_step_max, 0s));
    CHECK(clock.note(noon + 2 * booking::clock_step_max + 1ms, 0s));
    CHECK(clock.at(0s) == noon + booking::clock_step_max);
}

TEST_CASE("holds do not last longer because the store's clock was a day ahead for a while")
{
    /// A store on another host: its time comes with its answers.
    class remote_inventory final : public booking::forwarding_inventory
    {
    public:
        using forwarding_inventory::forwarding_inventory;
        [[nodiscard]] std::optional<booking::time_point> clock() const noexcept override
        {
            return std::nullopt;
        }
    };
    std::atomic<int> lines{0};
    auto options = service_fixture::quiet();
    options.log = [&](std::string_view) { ++lines; };
    service_fixture f{[](auto next) { return std::make_shared<remote_inventory>(std::move(next)); },
                      options};
    const auto start = f.clock->now();
    const auto hold = [&](const char* seat)
    {
        return *f.service
                    ->reserve({.session = f.session,
                               .user = "anna",
                               .seats = {seat},
                               .hold = std::chrono::seconds{60}})
                    .value()
                    .reservation->held_until();
    };
    CHECK(hold("A1") - start < 90s);
    f.clock->advance(24h);
    CHECK(f.reserve({"C1"}).has_value()); // hears of it
    CHECK(hold("A2") - start < 90s);
    CHECK(lines == 1);
    f.clock->set(start);
    CHECK(hold("A3") - start < 90s);

    // A service that begins while the clock is wrong cannot know; it follows when it is set right.
    f.clock->advance(24h);
    booking::booking_service late{{std::make_shared<remote_inventory>(f.database.inventory),
                                   f.database.reservations, f.database.accounts, "memory"},
                                  service_fixture::quiet()};
    CHECK(late.reserve({.session = f.session, .user = "ben", .seats = {"B1"}}).has_value());
    f.clock->set(start);
    CHECK(late.reserve({.session = f.session, .user = "ben", .seats = {"B2"}}).has_value());
    const auto held = late.reserve(
        {.session = f.session, .user = "ben", .seats = {"B3"}, .hold = std::chrono::seconds{60}});
    CHECK(*held.value().reservation->held_until() - start < 90s);
}

} // namespace cinema::tests
