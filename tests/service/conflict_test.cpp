// Others sell too: what a lane does when its swap fails, and how bad sessions are kept apart.

#include "service/service_fixture.hpp"

#include <doctest/doctest.h>

namespace cinema::tests
{

namespace
{

using booking::testing::bad_session_inventory;
using booking::testing::rival_inventory;

/// A fixture around one kind of faulty inventory, and access to it.
template <class Faulty>
struct faulty_fixture
{
    explicit faulty_fixture(booking::service_options options = service_fixture::quiet())
        : f{[this](auto next)
            {
                faulty = std::make_shared<Faulty>(std::move(next));
                return faulty;
            },
            std::move(options)}
    {
    }

    std::shared_ptr<Faulty> faulty;
    service_fixture f;
};

} // namespace

TEST_CASE("a lost swap is decided again on what the winner left")
{
    faulty_fixture<rival_inventory> t;
    CHECK(t.f.reserve({"A1"}).has_value());
    t.faulty->come_first(t.f.session, rival_inventory::sell(t.f.session, {"C7"}));

    CHECK(t.f.reserve({"C7"}).error() == errc::seat_taken);
    CHECK(t.faulty->changes() == 1);
    CHECK(t.f.guard_rows() == 2);
    CHECK(t.f.service->kpi().commits_at(booking::kpi_span::since_start).retried == 1);
}

TEST_CASE("buyers of other seats do not notice that a swap was lost")
{
    faulty_fixture<rival_inventory> t;
    CHECK(t.f.reserve({"A1"}).has_value());
    t.faulty->come_first(t.f.session, rival_inventory::sell(t.f.session, {"C7"}));
    CHECK(t.f.reserve({"C8"}).has_value());
    CHECK(t.f.service->seats(t.f.session).value()->free_seats() == 37);
}

TEST_CASE("a refusal is given only after the version was found unmoved")
{
    faulty_fixture<rival_inventory> t;
    const auto id = t.f.reserve({"C7"}).value().reservation->id;
    // The seat becomes free behind the lane's back, just before it would say "taken".
    t.faulty->come_first(t.f.session,
                         [&](booking::session_draft& draft, const auto& ticket, auto now)
                         { (void)draft.decide(booking::cancel_request{id}, ticket, now); });
    CHECK(t.f.reserve({"C7"}).has_value());
}

TEST_CASE("a refusal whose check was lost rests on what came with the loss")
{
    faulty_fixture<rival_inventory> t;
    CHECK(t.f.reserve({"C7"}).has_value());
    t.faulty->come_first(t.f.session, rival_inventory::raise_version, 1'000);
    CHECK(t.f.reserve({"C7"}).error() == errc::seat_taken);
    CHECK(t.faulty->changes() == 1);
    CHECK(t.f.service->kpi().commits_at(booking::kpi_span::since_start).retried == 0);
}

TEST_CASE("a strict precondition fails when another writer came first")
{
    faulty_fixture<rival_inventory> t;
    const auto version = t.f.reserve({"A1"}).value().version;
    t.faulty->come_first(t.f.session, rival_inventory::sell(t.f.session, {"C7"}));
    const auto answer = t.f.service->reserve(
        {.session = t.f.session, .user = "anna", .seats = {"C8"}, .expected = version});
    CHECK(answer.error() == errc::stale_version);
    CHECK(answer.error().version == booking::later(version));
}

TEST_CASE("blocked seats changed by another writer are respected")
{
    faulty_fixture<rival_inventory> t;
    CHECK(t.f.reserve({"A1"}).has_value());
    t.faulty->come_first(t.f.session,
                         [&](booking::session_draft& draft, const auto& ticket, auto now)
                         {
                             (void)draft.decide(
                                 booking::block_request{.session = t.f.session, .seats = {"B1"}},
                                 ticket, now);
                         });
    CHECK(t.f.reserve({"B1"}).error() == errc::seat_blocked);
}

TEST_CASE("a lane that never wins tries until the deadline, then the answer is busy")
{
    auto options = service_fixture::quiet();
    options.deadline = std::chrono::milliseconds{200};
    faulty_fixture<rival_inventory> t{options};
    CHECK(t.f.reserve({"A1"}).has_value());
    t.faulty->come_first(t.f.session, rival_inventory::raise_version, 1'000'000);
    CHECK(is_late(t.f.reserve({"A2"})));
    CHECK(t.f.guard_rows() == 1);
}

TEST_CASE("many lost swaps in a row are no reason to give up")
{
    faulty_fixture<rival_inventory> t;
    CHECK(t.f.reserve({"A1"}).has_value());
    t.faulty->come_first(t.f.session, rival_inventory::raise_version, 100);
    CHECK(t.f.reserve({"A2"}).has_value());
    CHECK(t.faulty->changes() == 100);
}

TEST_CASE("one bad session in a batch does not fail its neighbours")
{
    for (const auto error : {errc::store_failed, errc::storage_full})
    {
        faulty_fixture<bad_session_inventory> t;
        auto& f = t.f;
        const auto bad = f.add_session();
        t.faulty->spoil(bad, error);
        auto first = f.occupy_lane();
        auto good_one = f.start_reserve({"A1"});
        auto bad_one = f.start_reserve({"A1"}, bad);
        f.gate->open();

        CHECK(first.get().has_value());
        CHECK(good_one.get().has_value());
        CHECK(bad_one.get().error() == error);
        t.faulty->mend(bad);
        CHECK(f.start_reserve({"A1"}, bad).get().has_value());
    }
}

TEST_CASE("after contact was lost sessions are verified by their stamps, not loaded anew")
{
    service_fixture f;
    const auto other = f.add_session();
    CHECK(f.reserve({"A1"}).has_value());
    CHECK(f.start_reserve({"A1"}, other).get().has_value());
    const auto loads = f.recorder->calls(store_call::load);
    f.refusals->refuse(errc::store_unavailable, 1);
    CHECK(f.reserve({"A2"}).has_value());
    CHECK(f.reserve({"A1"}).error() == errc::seat_taken);
    CHECK(f.start_reserve({"A1"}, other).get().error() == errc::seat_taken);
    CHECK(f.recorder->calls(store_call::load) == loads);
}

TEST_CASE("after contact was lost a seat map is verified, and shown again")
{
    service_fixture f;
    CHECK(f.reserve({"A1"}).has_value());
    f.refusals->refuse(errc::store_unavailable);
    CHECK(f.reserve({"A1"}).error() == errc::store_unavailable);
    CHECK(!f.service->recent_seats(f.session));
    f.refusals->relent();
    CHECK(f.service->seats(f.session).value()->free_seats() == 39);
}

TEST_CASE("versions that went back are noticed, and what is there now counts")
{
    service_fixture f;
    const auto before = f.database; // the same memory behind the service's back
    CHECK(f.reserve({"A1"}).has_value());
    // Another history reaches the same version: a cancelled sale, then another one, by a rival.
    booking::testing::box_office office{*before.inventory, f.session};
    CHECK(!office.commit(office.sells({"B1"})));
    CHECK(f.reserve({"B1"}).error() == errc::seat_taken);
    CHECK(f.reserve({"A1"}).error() == errc::seat_taken);
}

TEST_CASE("two services on one store sell each seat once, and maps follow within view_age_max")
{
    auto options = service_fixture::quiet();
    options.view_age_max = std::chrono::milliseconds{0}; // always verify
    service_fixture f{{}, options};
    booking::booking_service second{f.database, options};
    std::size_t granted = 0;
    for (int seat = 1; seat <= 40; ++seat)
    {
        const booking::reserve_request request{
            .session = f.session, .user = "anna", .seats = {seat}};
        granted += f.service->reserve(request).has_value();
        CHECK(second.seats(f.session).value()->free_seats() == 40U - static_cast<unsigned>(seat));
        granted += second.reserve(request).has_value();
    }
    CHECK(granted == 40);
    CHECK(f.guard_rows() == 40);
}

} // namespace cinema::tests
