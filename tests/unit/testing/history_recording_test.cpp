#include <cinema/booking/testing/faulty_stores.hpp>
#include <cinema/booking/testing/history/recording_client.hpp>

#include "support/effort.hpp"
#include "support/recorded_race.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace cinema::tests;
using namespace cinema::booking::testing;
using booking::errc;

TEST_CASE("recording: a race of buyers who do everything leaves a clean history")
{
    for (std::size_t round = 0; round < effort(); ++round)
    {
        race_house house;
        run_random_race(house, 8, 300, 40, 8 * round);
        const auto what = house.finish();
        CHECK(what.operations.size() > 2'000);
        const auto witness = check_witness(what);
        CHECK(is_clean(witness));
        CHECK(witness.counts.gaps == 0);
        CHECK(witness.counts.unjudged == 0);
        CHECK(is_clean(check_black_box(what)));
    }
}

TEST_CASE("recording: the same history is clean without its end, and read back from text")
{
    race_house house;
    run_random_race(house, 8, 100);
    auto what = house.finish();
    std::stringstream text;
    write_history(text, what);
    const auto read_back = read_history(text);
    REQUIRE(read_back.has_value());
    CHECK(read_back->operations == what.operations);
    CHECK(is_clean(check_witness(*read_back)));
    CHECK(is_clean(check_black_box(*read_back)));

    what.ends.clear();
    CHECK(is_clean(check_witness(what)));
    CHECK(is_clean(check_black_box(what)));
}

TEST_CASE("recording: a lost reply is asked for again with the same key, as one operation")
{
    std::shared_ptr<reply_losing_inventory> losing;
    race_house house{{.open = [&](auto database)
                      {
                          auto out = booking::make_memory_stores_on(std::move(database));
                          losing = std::make_shared<reply_losing_inventory>(out.inventory);
                          out.inventory = losing;
                          return out;
                      }}};
    auto client = house.client(1);
    for (const auto fate : {lost_commit::done, lost_commit::not_done, lost_commit::next_call})
    {
        losing->lose(fate);
        const auto seat = 1 + static_cast<int>(fate);
        const auto got =
            client.reserve({.session = house.session, .user = "anna", .seats = {seat}});
        CHECK(got.has_value());
    }
    const auto what = house.finish();
    REQUIRE(what.operations.size() == 3);
    for (const auto& one : what.operations)
        CHECK(one.result == outcome::granted);
    CHECK(is_clean(check_witness(what)));
    CHECK(is_clean(check_black_box(what)));
}

TEST_CASE("recording: every kind of answer is recorded as it was given")
{
    race_house house;
    auto client = house.client(3);
    const auto session = house.session;
    const auto hold = client.reserve({.session = session,
                                      .user = "anna",
                                      .seats = {"A7", "A8"},
                                      .hold = std::chrono::seconds{60},
                                      .idempotency_key = "mine"});
    REQUIRE(hold.has_value());
    (void)client.reserve({.session = session, .user = "ben", .seats = {7, 9}});
    (void)client.confirm({.reservation = hold->reservation->id});
    (void)client.check_in({.reservation = hold->reservation->id});
    (void)client.block({.session = session, .seats = {1}});
    (void)client.seats(session);
    const auto what = house.finish();

    REQUIRE(what.operations.size() == 6);
    const auto& reserved = what.operations[0];
    CHECK(reserved.client == 3);
    CHECK(reserved.number == 1);
    CHECK(reserved.key == "mine");
    CHECK(reserved.user == "anna");
    CHECK(reserved.seats == std::vector{booking::seat_number{7}, booking::seat_number{8}});
    CHECK(reserved.answered == reserved.seats);
    CHECK(reserved.status == booking::reservation_status::held);
    CHECK(reserved.held_until == house.clock.now() + std::chrono::seconds{60});
    CHECK(reserved.earliest == house.clock.now());
    CHECK(reserved.version == booking::session_version{2});
    CHECK(reserved.called <= reserved.returned);
    const auto& refused = what.operations[1];
    CHECK(refused.code == errc::seat_taken);
    CHECK(refused.answered == std::vector{booking::seat_number{7}});
    CHECK(refused.version == booking::session_version{2});
    CHECK(what.operations[2].what == action::confirm);
    CHECK(what.operations[2].since == booking::session_version{3});
    CHECK(what.operations[3].status == booking::reservation_status::checked_in);
    CHECK(what.operations[4].what == action::block);
    CHECK(what.operations[5].map == "bfffffssffffffffffffffffffffffffffffffff");
    CHECK(is_clean(check_witness(what)));
}
