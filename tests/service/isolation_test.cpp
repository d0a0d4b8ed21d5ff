// One session's trouble is its own: what is slow, locked, large or full stops nobody else.

#include "service/service_fixture.hpp"
#include "support/wait_until.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

namespace cinema::tests
{

namespace
{

using inventory_ptr = std::shared_ptr<booking::inventory_store>;

/// Answers for some calls with an error, as the functions decide.
class selective_inventory final : public booking::forwarding_inventory
{
public:
    using forwarding_inventory::forwarding_inventory;

    std::function<errc(std::span<const booking::load_request>)> on_load{};
    std::function<errc(std::span<const booking::session_change>)> on_commit{};

protected:
    booking::store_result<booking::store_reply>
    do_load(std::span<const booking::load_request> requests,
            std::span<booking::store_result<booking::session_load>> out) override
    {
        if (const auto error = on_load ? on_load(requests) : errc{}; error != errc{})
            return booking::make_error_code(error);
        return forwarding_inventory::do_load(requests, out);
    }
    booking::store_result<booking::store_reply>
    do_commit(std::span<const booking::session_change> batch,
              std::span<booking::commit_outcome> outcome) override
    {
        if (const auto error = on_commit ? on_commit(batch) : errc{}; error != errc{})
            return booking::make_error_code(error);
        return forwarding_inventory::do_commit(batch, outcome);
    }
};

struct selective_fixture
{
    explicit selective_fixture(booking::service_options options = service_fixture::quiet())
        : f{[this](inventory_ptr next)
            { return store = std::make_shared<selective_inventory>(std::move(next)); },
            std::move(options)}
    {
    }

    std::shared_ptr<selective_inventory> store;
    service_fixture f;
};

booking::service_options with_deadline(std::chrono::milliseconds deadline)
{
    auto options = service_fixture::quiet();
    options.deadline = deadline;
    return options;
}

} // namespace

TEST_CASE("a slow look-up of an ended reservation holds up nobody, not even in its session")
{
    service_fixture f;
    const auto id = f.reserve({"A1"}).value().reservation->id;
    CHECK(f.service->cancel({.reservation = id}).has_value());
    f.gate->close({store_call::find_reservation});
    auto slow = f.start(booking::find_request{id});
    f.gate->await_waiting(1);

    CHECK(f.reserve({"A1"}).has_value());
    f.gate->open();
    CHECK(slow.get().value().reservation->status() == booking::reservation_status::cancelled);
}

TEST_CASE("a session that is being loaded holds up no other")
{
    service_fixture f;
    const auto cold = f.add_session();
    CHECK(f.reserve({"A1"}).has_value());
    f.gate->close({store_call::load});
    auto waiting = f.start_reserve({"A1"}, cold);
    f.gate->await_waiting(1);

    CHECK(f.reserve({"A2"}).has_value());
    f.gate->open();
    CHECK(waiting.get().has_value());
}

TEST_CASE("a load that takes too long is cut down to one session, whose failure is its own")
{
    selective_fixture t{with_deadline(std::chrono::milliseconds{1'500})};
    auto& f = t.f;
    std::vector<booking::session_id> sessions;
    for (int i = 0; i < 40; ++i)
        sessions.push_back(f.add_session());
    const auto huge = sessions[17];
    t.store->on_load = [huge](auto requests)
    {
        const bool has_huge = std::any_of(requests.begin(), requests.end(),
                                          [&](const auto& each) { return each.session == huge; });
        return has_huge || requests.size() > 4 ? errc::busy : errc{};
    };
    auto first = f.occupy_lane(); // the others come in one batch
    std::vector<future_decision> answers;
    for (const auto session : sessions)
        answers.push_back(f.start_reserve({"A1"}, session));
    f.gate->open();

    CHECK(first.get().has_value());
    for (std::size_t i = 0; i < sessions.size(); ++i)
    {
        const auto answer = answers[i].get();
        if (sessions[i] == huge)
            CHECK(answer.error() == errc::busy);
        else
            CHECK(answer.has_value());
    }
}

TEST_CASE("a store that is busy for a while is asked again until the deadline")
{
    service_fixture f;
    CHECK(f.reserve({"A1"}).has_value());
    f.refusals->refuse(errc::busy, 5, {store_call::commit});
    CHECK(f.reserve({"A2"}).has_value());
    CHECK(f.refusals->refused() == 5);
}

TEST_CASE("a locked session spoils no commit of the others, and is busy at its deadline")
{
    selective_fixture t{with_deadline(std::chrono::milliseconds{1'500})};
    auto& f = t.f;
    const auto locked = f.add_session();
    CHECK(f.start_reserve({"A1"}, locked).get().has_value());
    std::atomic<bool> is_locked{true};
    t.store->on_commit = [&](auto batch)
    {
        return is_locked
                       && std::any_of(batch.begin(), batch.end(),
                                      [&](const auto& change) { return change.session == locked; })
                   ? errc::busy
                   : errc{};
    };
    auto first = f.occupy_lane();
    auto stuck = f.start_reserve({"A2"}, locked);
    auto other = f.start_reserve({"A1"});
    f.gate->open();

    CHECK(first.get().has_value());
    CHECK(other.get().has_value());
    CHECK(is_late(stuck.get()));
    is_locked = false;
    CHECK(f.start_reserve({"A2"}, locked).get().has_value());
}

TEST_CASE("who comes while a busy store is given time is told busy at the deadline")
{
    auto options = with_deadline(std::chrono::milliseconds{300});
    options.random = [count = std::make_shared<std::atomic<std::uint64_t>>()]
    { return ++*count * 2'000'000 - 1; }; // each pause between two tries is the longest
    service_fixture f{{}, std::move(options)};
    f.refusals->refuse(errc::busy, 1'000, {store_call::commit});
    std::vector<future_decision> answers;
    for (std::size_t tries = 1; tries <= 4; ++tries)
    {
        answers.push_back(f.start_reserve({"A1"}));
        wait_until([&] { return f.refusals->refused() == tries; });
    }
    answers.push_back(f.start_reserve({"A1"})); // now the pause is longer than its deadline
    for (auto& answer : answers)
        CHECK(is_late(answer.get()));
}

TEST_CASE("a session that is full refuses reservations and lets every other step through")
{
    selective_fixture t;
    auto& f = t.f;
    const auto held = f.service
                          ->reserve({.session = f.session,
                                     .user = "anna",
                                     .seats = {"A1"},
                                     .hold = std::chrono::seconds{60}})
                          .value()
                          .reservation->id;
    t.store->on_commit = [](auto batch)
    {
        for (const auto& change : batch)
            for (const auto& entry : change.reservations)
                if (entry.is_new)
                    return errc::session_full;
        return errc{};
    };
    const auto other = f.add_session();
    CHECK(f.service->seats(other).has_value());
    auto first = f.start(booking::map_request{other});
    CHECK(first.get().has_value());
    f.gate->close({store_call::commit});
    auto busy = f.start(booking::find_request{held});
    f.gate->await_waiting(1);
    auto more = f.start_reserve({"A2"});
    auto confirm = f.start(booking::confirm_request{.reservation = held});
    f.gate->open();

    CHECK(busy.get().has_value());
    CHECK(more.get().error() == errc::session_full);
    CHECK(confirm.get().value().reservation->status() == booking::reservation_status::confirmed);
    CHECK(f.service->cancel({.reservation = held}).has_value());
}

TEST_CASE("where a check cannot rule out a commit under way, the refusal writes")
{
    class undecided_inventory final : public booking::forwarding_inventory
    {
    public:
        using forwarding_inventory::forwarding_inventory;
        std::atomic<bool> is_undecided{};

    protected:
        booking::store_result<booking::store_reply>
        do_commit(std::span<const booking::session_change> batch,
                  std::span<booking::commit_outcome> outcome) override
        {
            const auto done = forwarding_inventory::do_commit(batch, outcome);
            if (is_undecided && batch[0].is_check())
                outcome[0] = {booking::make_error_code(errc::version_conflict),
                              booking::session_unchanged{}};
            return done;
        }
    };
    std::shared_ptr<undecided_inventory> store;
    service_fixture f{[&](inventory_ptr next)
                      { return store = std::make_shared<undecided_inventory>(std::move(next)); }};
    const auto sold = f.reserve({"A1"}).value();
    store->is_undecided = true;

    const auto refused = f.reserve({"A1"});
    CHECK(refused.error() == errc::seat_taken);
    const auto found = f.service->find(sold.reservation->id);
    CHECK(found.value().version > sold.version);
}

TEST_CASE("of several services on one store one sweeps, and another goes on when it has ended")
{
    service_fixture f;
    f.service.reset();
    f.clock->advance(std::chrono::hours{24}); // its lease has run out
    auto options = service_fixture::quiet();
    options.sweep_interval = std::chrono::milliseconds{1};
    using booking::testing::recording_hook;
    const std::array recorders{std::make_shared<recording_hook>(),
                               std::make_shared<recording_hook>()};
    std::array<std::optional<booking::booking_service>, 2> services;
    for (std::size_t i = 0; i < services.size(); ++i)
        services[i].emplace(booking::testing::hooked(f.database, recorders[i]), options);
    const auto sweeps = [&](std::size_t of) { return recorders[of]->calls(store_call::lapsed); };
    while (std::max(recorders[0]->calls(store_call::ping), recorders[1]->calls(store_call::ping))
               < 50
           || sweeps(0) + sweeps(1) < 20)
        std::this_thread::yield();
    CHECK(std::min(sweeps(0), sweeps(1)) == 0);

    const std::size_t idle = sweeps(0) == 0 ? 0 : 1;
    services[1 - idle].reset();
    f.clock->advance(std::chrono::seconds{1}); // the lease runs out
    while (sweeps(idle) == 0)
        std::this_thread::yield();
    CHECK(sweeps(idle) > 0);
}

TEST_CASE("seat maps that are looked at are verified together")
{
    auto options = service_fixture::quiet();
    options.view_age_max = std::chrono::milliseconds{20};
    service_fixture f{{}, options};
    const auto other = f.add_session();
    const auto most = [&]
    {
        const auto sizes = f.recorder->sizes(store_call::commit);
        return sizes.empty() ? 0 : *std::max_element(sizes.begin(), sizes.end());
    };
    while (most() < 2) // both were asked for within a short time
    {
        CHECK(f.service->seats(f.session).has_value());
        CHECK(f.service->seats(other).has_value());
    }
    CHECK(most() == 2);
}

} // namespace cinema::tests
