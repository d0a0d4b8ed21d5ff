// What waits together is committed together; what loses costs no write.

#include "service/service_fixture.hpp"

#include <doctest/doctest.h>

namespace cinema::tests
{

TEST_CASE("operations that come while a commit is under way share the next one")
{
    service_fixture f;
    auto first = f.occupy_lane();
    std::vector<future_decision> rest;
    for (int seat = 1; seat <= 30; ++seat)
        rest.push_back(f.start_reserve({seat}));
    f.gate->open();

    CHECK(first.get().has_value());
    for (auto& answer : rest)
        CHECK(answer.get().has_value());
    CHECK(f.recorder->calls(store_call::commit) == 2);
    CHECK(f.guard_rows() == 31);
}

TEST_CASE("a batch takes at most batch_operations_max operations")
{
    service_fixture f;
    auto first = f.occupy_lane();
    std::vector<future_decision> rest;
    for (std::size_t i = 0; i < 2 * booking::batch_operations_max; ++i)
        rest.push_back(f.start_reserve({"E8"}));
    f.gate->open();

    CHECK(first.get().has_value());
    for (auto& answer : rest)
        CHECK(answer.get().error() == errc::seat_taken);
    CHECK(f.recorder->calls(store_call::commit) == 3);
}

TEST_CASE("sessions that wait together are committed in one call")
{
    service_fixture f;
    const auto second = f.add_session();
    const auto third = f.add_session();
    for (const auto session : {second, third})
        CHECK(f.service->seats(session).has_value()); // they are in memory now
    auto first = f.occupy_lane();
    auto a = f.start_reserve({"A1"});
    auto b = f.start_reserve({"A1"}, second);
    auto c = f.start_reserve({"A1"}, third);
    f.gate->open();

    CHECK(first.get().has_value());
    CHECK((a.get() && b.get() && c.get()));
    CHECK(f.recorder->sizes(store_call::commit) == std::vector<std::size_t>{1, 3});
}

TEST_CASE("buyers of one seat in one batch: the first has it, the others learn which seat is taken")
{
    service_fixture f;
    auto busy = f.occupy_lane();
    auto anna = f.start_reserve({"C7"});
    auto ben = f.start_reserve({"C6", "C7"});
    f.gate->open();

    CHECK(busy.get().has_value());
    const auto granted = anna.get().value();
    const auto refused = ben.get();
    REQUIRE(!refused);
    CHECK(refused.error() == errc::seat_taken);
    CHECK(refused.error().seats == std::vector{booking::seat_number{23}});
    CHECK(refused.error().version == granted.version);
}

TEST_CASE("a strict precondition has one winner within one batch")
{
    service_fixture f;
    (void)f.reserve({"A1"}).value();
    const auto now = f.service->seats(f.session).value()->stamp.version;
    const auto strict = [&](int seat)
    {
        return booking::reserve_request{
            .session = f.session, .user = "anna", .seats = {seat}, .expected = now};
    };
    auto other = f.add_session();
    f.gate->close({store_call::commit});
    auto busy = f.start_reserve({"A1"}, other);
    f.gate->await_waiting(1);
    std::vector<future_decision> all;
    for (int seat = 2; seat < 18; ++seat)
        all.push_back(f.start(strict(seat)));
    f.gate->open();

    CHECK(busy.get().has_value());
    std::size_t won = 0;
    for (auto& answer : all)
    {
        const auto what = answer.get();
        won += what.has_value();
        CHECK((what || what.error() == errc::stale_version));
    }
    CHECK(won == 1);
}

TEST_CASE("each granted operation has a version of its own, one above the one before")
{
    service_fixture f;
    auto busy = f.occupy_lane();
    auto a = f.start_reserve({"A1"});
    auto b = f.start_reserve({"A2"});
    f.gate->open();

    const auto version = busy.get().value().version;
    CHECK(a.get().value().version == booking::later(version));
    CHECK(b.get().value().version == booking::later(version, 2));
}

TEST_CASE("seat maps show what has been acknowledged")
{
    service_fixture f;
    CHECK(f.service->seats(f.session).value()->free_seats() == 40);
    const auto granted = f.reserve({"A1", "A2"}).value();
    const auto map = f.service->seats(f.session).value();
    CHECK(map->free_seats() == 38);
    CHECK(map->stamp.version == granted.version);
}

TEST_CASE("unknown sessions and reservations are refused, whatever waits with them")
{
    service_fixture f;
    auto busy = f.occupy_lane();
    const booking::reservation_id nobodys{f.session, {}};
    auto a = f.start_reserve({"A1"}, booking::session_id{4'711});
    auto b = f.start(booking::confirm_request{.reservation = nobodys});
    auto c = f.start(booking::find_request{nobodys});
    auto d = f.start_reserve({"A1"});
    f.gate->open();

    CHECK(busy.get().has_value());
    CHECK(a.get().error() == errc::session_not_found);
    CHECK(b.get().error() == errc::reservation_not_found);
    CHECK(c.get().error() == errc::reservation_not_found);
    CHECK(d.get().has_value());
    CHECK(f.service->seats(booking::session_id{4'711}).error() == errc::session_not_found);
}

TEST_CASE("what breaks a limit is refused without a lane")
{
    service_fixture f;
    CHECK(f.reserve({}).error() == errc::invalid_request);
    CHECK(f.recorder->calls(store_call::load) == 0);
}

TEST_CASE("an ended reservation, gone from the book, is still found and still answers for itself")
{
    service_fixture f;
    const auto id = f.reserve({"A1"}).value().reservation->id;
    CHECK(f.service->cancel({.reservation = id}).has_value());

    CHECK(f.service->find(id).value().reservation->status()
          == booking::reservation_status::cancelled);
    CHECK(f.service->confirm({.reservation = id}).error() == errc::wrong_status);
    CHECK(f.service->cancel({.reservation = id}).has_value());
}

TEST_CASE("books that do not fit into memory are loaded again when needed")
{
    auto options = service_fixture::quiet();
    options.book_bytes_max = 1; // one book at a time
    service_fixture f{{}, options};
    const auto second = f.add_session();
    for (int seat = 1; seat <= 5; ++seat)
    {
        CHECK(f.start_reserve({seat}).get().has_value());
        CHECK(f.start_reserve({seat}, second).get().has_value());
    }
    CHECK(f.reserve({3}).error() == errc::seat_taken);
    CHECK(f.recorder->calls(store_call::load) >= 10);
}

} // namespace cinema::tests
