// Many buyers at once: what each is told must fit together. Both checks of histories judge it.

#include <cinema/booking/testing/faulty_stores.hpp>

#include "support/effort.hpp"
#include "support/recorded_race.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <numeric>

namespace cinema::tests
{

namespace
{

using booking::errc;
using booking::testing::check_black_box;
using booking::testing::check_witness;
using booking::testing::flaw;
using booking::testing::run_threads;

constexpr int seats = 250;
constexpr int copies = 12;

/// A hall of 250 seats, its session sold by so many services.
race_params hall_of_250(std::size_t services)
{
    return {.rows = 10, .columns = 25, .services = services};
}

/// Fails the test where a thread threw.
void race(std::size_t threads, const std::function<void(std::size_t)>& body)
{
    for (const auto& thrown : run_threads(threads, body))
        FAIL_CHECK(thrown);
}

/// Both checks find nothing, and every version is accounted for.
void check_clean(race_house& house)
{
    const auto what = house.finish();
    const auto witness = check_witness(what, house.witness());
    CHECK(is_clean(witness));
    CHECK(witness.counts.gaps == 0);
    CHECK(witness.counts.unjudged == 0);
    CHECK(is_clean(check_black_box(what)));
}

/// How often each seat was sold, by its number; and what else was answered.
struct sales
{
    std::vector<std::atomic<int>> sold = std::vector<std::atomic<int>>(seats + 1);
    std::atomic<int> taken{};
    std::atomic<int> other{};

    void count(const booking::decision& answer, int seat)
    {
        if (answer)
            ++sold[static_cast<std::size_t>(seat)];
        else if (answer.error() == errc::seat_taken)
            ++taken;
        else
            ++other;
    }

    /// How many seats were sold so often.
    [[nodiscard]] auto seats_sold(int times) const
    {
        return std::count(sold.begin() + 1, sold.end(), times);
    }
};

/// For each seat twelve buyers, in no order, at 24 counters.
void sell_out(race_house& house, sales& to, std::uint64_t seed)
{
    std::vector<int> wanted(static_cast<std::size_t>(seats * copies));
    for (std::size_t i = 0; i < wanted.size(); ++i)
        wanted[i] = 1 + static_cast<int>(i) % seats;
    std::shuffle(wanted.begin(), wanted.end(), std::mt19937_64{seed});
    constexpr std::size_t threads = 24;
    race(threads,
         [&](std::size_t number)
         {
             auto client = house.client(number);
             for (auto i = number; i < wanted.size(); i += threads)
                 to.count(client.reserve({.session = house.session,
                                          .user = "buyer-" + std::to_string(i),
                                          .seats = {wanted[i]}}),
                          wanted[i]);
         });
}

/// Sixteen writers, each with a seat of his own, ask for one version; the winner gives his seat
/// back, and they ask for the next version.
void race_for_versions(race_house& house, std::uint64_t rounds)
{
    constexpr std::size_t threads = 16;
    std::vector<booking::decision> answers(threads, booking::refusal{});
    std::barrier all{static_cast<std::ptrdiff_t>(threads)};
    const auto ask =
        [&](booking::testing::recording_client& client, std::size_t number, std::uint64_t round)
    {
        return client.reserve({.session = house.session,
                               .user = "writer",
                               .seats = {number + 1},
                               .expected = booking::session_version{2 * round + 1}});
    };
    const auto judge = [&]
    {
        std::size_t won = 0;
        std::size_t stale = 0;
        for (const auto& one : answers)
        {
            won += one ? 1U : 0U;
            stale += !one && one.error() == errc::stale_version ? 1U : 0U;
        }
        CHECK(won == 1);
        CHECK(stale == threads - 1);
    };
    race(threads,
         [&](std::size_t number)
         {
             auto client = house.client(number);
             for (std::uint64_t round = 0; round < rounds; ++round)
             {
                 all.arrive_and_wait();
                 answers[number] = ask(client, number, round);
                 all.arrive_and_wait();
                 if (number == 0)
                     judge();
                 if (answers[number])
                     CHECK(client.cancel({.reservation = answers[number]->reservation->id})
                               .has_value());
             }
         });
}

/// A house whose two services write without comparing versions.
race_params broken_hall()
{
    auto how = hall_of_250(2);
    how.open = [](const std::shared_ptr<booking::memory_database>& database)
    {
        auto out = booking::make_memory_stores_on(database);
        out.inventory = std::make_shared<booking::testing::broken_swap_store>(database);
        return out;
    };
    return how;
}

} // namespace

TEST_CASE("twelve buyers of each of 250 seats: each seat is sold once, the others hear of it")
{
    for (std::size_t services = 1; services <= 2; ++services)
    {
        CAPTURE(services);
        race_house house{hall_of_250(services)};
        sales all;
        sell_out(house, all, services);
        CHECK(all.seats_sold(1) == seats);
        CHECK(all.taken == seats * (copies - 1));
        CHECK(all.other == 0);
        check_clean(house);
    }
}

TEST_CASE("buyers of different seats are never refused")
{
    for (std::size_t services = 1; services <= 2; ++services)
    {
        CAPTURE(services);
        race_house house{hall_of_250(services)};
        sales all;
        race(25,
             [&](std::size_t number)
             {
                 auto client = house.client(number);
                 for (int seat = 1 + static_cast<int>(number); seat <= seats; seat += 25)
                     all.count(client.reserve(
                                   {.session = house.session, .user = "buyer", .seats = {seat}}),
                               seat);
             });
        CHECK(all.seats_sold(1) == seats);
        CHECK(all.taken == 0);
        CHECK(all.other == 0);
        check_clean(house);
    }
}

TEST_CASE("of sixteen writers of one version one succeeds, fifteen are told it is stale")
{
    for (std::size_t services = 1; services <= 2; ++services)
    {
        CAPTURE(services);
        race_house house{hall_of_250(services)};
        race_for_versions(house, 50 * effort());
        check_clean(house);
    }
}

TEST_CASE("holds, confirmations, cancellations and all else at once fit together")
{
    for (std::size_t services = 1; services <= 3; ++services)
        for (std::size_t round = 0; round < effort(); ++round)
        {
            CAPTURE(services);
            race_house house{{.services = services}};
            run_random_race(house, 12, 200, 40, 12 * round);
            check_clean(house);
        }
}

TEST_CASE("replies lost at any moment leave no answer wrong")
{
    using booking::testing::lost_commit;
    for (std::size_t services = 1; services <= 2; ++services)
        for (std::size_t round = 0; round < effort(); ++round)
        {
            CAPTURE(services);
            std::vector<std::shared_ptr<booking::testing::reply_losing_inventory>> losing;
            race_house house{
                {.services = services,
                 .open = [&losing](std::shared_ptr<booking::memory_database> database)
                 {
                     auto out = booking::make_memory_stores_on(std::move(database));
                     losing.push_back(
                         std::make_shared<booking::testing::reply_losing_inventory>(out.inventory));
                     out.inventory = losing.back();
                     return out;
                 }}};
            random_buyer::shared_ids ids;
            std::atomic<int> lost{0};
            race(12,
                 [&](std::size_t number)
                 {
                     const auto client = 12 * round + number;
                     std::mt19937_64 random{client};
                     random_buyer buyer{house, ids, client, 40};
                     for (int act = 0; act < 60; ++act)
                     {
                         constexpr std::array fates{lost_commit::not_done, lost_commit::done,
                                                    lost_commit::next_call};
                         if (random() % 40 == 0 && ++lost <= 12)
                             losing[number % services]->lose(fates[random() % fates.size()]);
                         buyer.act();
                     }
                 });
            const auto what = house.finish();
            CHECK(is_clean(check_witness(what, house.witness())));
            CHECK(is_clean(check_black_box(what)));
        }
}

TEST_CASE("the best seats are picked and sold in one step: nobody is refused while there are any")
{
    for (std::size_t services = 1; services <= 2; ++services)
    {
        CAPTURE(services);
        race_house house{hall_of_250(services)};
        sales all;
        race(24,
             [&](std::size_t number)
             {
                 auto client = house.client(number);
                 const booking::reserve_request two{.session = house.session,
                                                    .best = booking::best_seats{.count = 2}};
                 auto answer = client.reserve(two);
                 for (; answer; answer = client.reserve(two))
                     for (const auto& seat : answer->reservation->seats)
                         ++all.sold[static_cast<std::size_t>(raw(seat.number))];
                 CHECK(answer.error() == errc::too_few_seats);
             });
        CHECK(all.seats_sold(0) + all.seats_sold(1) == seats);
        for (std::size_t seat = 1; seat < seats; ++seat) // rows have 25 seats
            CHECK((seat % 25 == 0 || all.sold[seat] + all.sold[seat + 1] > 0));
        CHECK(is_clean(check_witness(house.finish(), house.witness())));
    }
}

TEST_CASE("fifty copies of a request at once: one effect, fifty identical answers")
{
    constexpr std::size_t keys = 20;
    constexpr std::size_t threads = 50;
    for (std::size_t services = 1; services <= 2; ++services)
    {
        CAPTURE(services);
        race_house house{hall_of_250(services)};
        std::vector<std::vector<booking::reservation_ptr>> answers(threads);
        race(threads,
             [&](std::size_t number)
             {
                 auto client = house.client(number);
                 for (std::size_t key = 0; key < keys; ++key)
                 {
                     const booking::reserve_request request{.session = house.session,
                                                            .user = "anna",
                                                            .seats = {2 * key + 1, 2 * key + 2},
                                                            .idempotency_key =
                                                                "key-" + std::to_string(key)};
                     answers[number].push_back(client.reserve(request).value().reservation);
                 }
             });
        for (const auto& one : answers)
            for (std::size_t key = 0; key < keys; ++key)
                CHECK(*one[key] == *answers[0][key]);
        auto other = house.client(threads);
        CHECK(other
                  .reserve({.session = house.session,
                            .user = "ben",
                            .seats = {99},
                            .idempotency_key = "key-0"})
                  .error()
              == errc::key_reused);
        check_clean(house);
    }
}

TEST_CASE("negative control: with the swap disabled, two services sell seats twice, and it is seen")
{
    race_house house{broken_hall()};
    for (std::size_t number = 0; number < 2; ++number) // both begin with what is there now
        CHECK(house.client(number).seats(house.session).has_value());
    sales all;
    sell_out(house, all, 1);
    CHECK(all.seats_sold(2) > seats / 2);

    const auto what = house.finish();
    const auto witness = check_witness(what, house.witness());
    CHECK(witness.has(flaw::seat_not_free));
    CHECK(witness.has(flaw::version_twice));
    CHECK(check_black_box(what).has(flaw::not_linearizable));
}

TEST_CASE("negative control: with the swap disabled, two writers of one version both succeed")
{
    race_house house{broken_hall()};
    auto first = house.client(0);
    auto second = house.client(1);
    CHECK(first.seats(house.session).has_value());
    CHECK(second.seats(house.session).has_value());
    for (auto* client : {&first, &second})
        CHECK(client
                  ->reserve({.session = house.session,
                             .user = "writer",
                             .seats = {client == &first ? 1 : 2},
                             .expected = booking::session_version{1}})
                  .has_value());
    const auto witness = check_witness(house.finish(), {});
    CHECK(witness.has(flaw::version_twice));
    CHECK(witness.has(flaw::time_order));
}

} // namespace cinema::tests
