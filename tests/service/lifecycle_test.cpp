// Deadlines, giving up, stopping, stores that are away, holds that run out, KPIs.

#include <cinema/booking/service/async.hpp>
#include <cinema/booking/store/forwarding.hpp>

#include "service/service_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace cinema::tests
{

TEST_CASE("a store that is away is said to be away, and is used again when it is back")
{
    service_fixture f;
    CHECK(f.reserve({"A1"}).has_value());
    f.refusals->refuse(errc::store_unavailable);
    CHECK(f.reserve({"A2"}).error() == errc::store_unavailable);
    CHECK(f.reserve({"A1"}).error() == errc::store_unavailable); // no refusal on an old book
    CHECK(!f.service->recent_seats(f.session));
    f.refusals->relent();
    CHECK(f.reserve({"A2"}).has_value());
    CHECK(f.guard_rows() == 2);
}

TEST_CASE("a short loss of contact is bridged: by two more tries, if the store was there before")
{
    service_fixture f;
    CHECK(f.reserve({"A1"}).has_value());
    f.refusals->refuse(errc::store_unavailable, 2);
    CHECK(f.reserve({"A2"}).has_value());
    f.refusals->refuse(errc::store_unavailable);
    CHECK(f.reserve({"A3"}).error() == errc::store_unavailable);
    CHECK(f.refusals->refused() == 2 + 3);
    CHECK(f.reserve({"A3"}).error() == errc::store_unavailable); // known to be down: one try
    CHECK(f.refusals->refused() == 2 + 3 + 1);
    f.refusals->refuse(errc::store_unavailable, 2, {}, 1); // it has been heard of again
    CHECK(f.reserve({"A3"}).has_value());
}

TEST_CASE("an operation that waited too long is told busy, and nothing of it happens")
{
    auto options = service_fixture::quiet();
    options.deadline = std::chrono::milliseconds{30};
    service_fixture f{{}, options};
    auto first = f.occupy_lane();
    auto second = f.start_reserve({"A1"});
    CHECK(second.get().error() == errc::busy);
    CHECK(first.get().error() == errc::outcome_unknown);
    f.gate->open();
    f.service->stop();
    CHECK(f.guard_rows() == 1);
}

TEST_CASE("while nothing was sent to the store, a late operation is told that nothing changed")
{
    auto options = service_fixture::quiet();
    options.deadline = std::chrono::milliseconds{30};
    service_fixture f{{}, options};
    f.gate->close({store_call::load});
    auto first = f.start_reserve({"A1"});
    CHECK(first.get().error() == errc::store_unavailable);
    f.gate->open();
    f.service->stop();
    CHECK(f.guard_rows() == 0);
}

TEST_CASE("a full mailbox refuses with busy at once")
{
    auto options = service_fixture::quiet();
    options.mailbox_max = 2;
    service_fixture f{{}, options};
    auto first = f.occupy_lane();
    auto a = f.start_reserve({"A1"});
    auto b = f.start_reserve({"A2"});
    CHECK(f.reserve({"A3"}).error() == errc::busy);
    f.gate->open();
    CHECK((first.get() && a.get() && b.get()));
}

TEST_CASE("stopping answers what was accepted and refuses what comes later")
{
    service_fixture f;
    auto first = f.occupy_lane();
    auto second = f.start_reserve({"A1"});
    std::thread stopper{[&] { f.service->stop(); }};
    f.gate->open();
    CHECK(first.get().has_value());
    CHECK(second.get().has_value());
    stopper.join();
    CHECK(f.reserve({"A2"}).error() == errc::stopped);
    f.service->stop(); // may be called again
}

TEST_CASE("giving up counts only while the operation waits")
{
    service_fixture f;
    auto first = f.occupy_lane();
    auto second = f.start_reserve({"A1"});
    f.operations[0]->cancel(); // under way already
    f.operations[1]->cancel();
    CHECK(second.get().error() == errc::canceled);
    f.gate->open();
    CHECK(first.get().has_value());
    CHECK(f.guard_rows() == 1);
}

TEST_CASE("a failing document store fails only what needs it")
{
    service_fixture f;
    const auto id = f.reserve({"A1"}).value().reservation->id;
    CHECK(f.service->cancel({.reservation = id}).has_value());
    f.refusals->refuse(errc::store_unavailable, booking::testing::refusing_hook::forever,
                       {store_call::find_reservation});
    CHECK(f.service->find(id).error() == errc::store_unavailable);
    CHECK(f.reserve({"A1"}).has_value());
}

TEST_CASE("the sweeper ends holds that have run out, also of sessions that nobody visits")
{
    auto options = service_fixture::quiet();
    options.sweep_interval = std::chrono::milliseconds{1};
    options.view_age_max = std::chrono::milliseconds{0};
    service_fixture f{{}, options};
    const auto id = f.service
                        ->reserve({.session = f.session,
                                   .user = "anna",
                                   .seats = {"A1"},
                                   .hold = std::chrono::seconds{60}})
                        .value()
                        .reservation->id;
    CHECK(f.service->seats(f.session).value()->status[0] == booking::seat_status::held);
    f.clock->advance(std::chrono::seconds{60});
    while (f.guard_rows() != 0)
        std::this_thread::yield();
    CHECK(f.service->seats(f.session).value()->status[0] == booking::seat_status::free);
    CHECK(f.service->find(id).value().reservation->status()
          == booking::reservation_status::expired);
}

TEST_CASE("readiness follows the store")
{
    auto options = service_fixture::quiet();
    options.sweep_interval = std::chrono::milliseconds{1};
    service_fixture f{{}, options};
    while (!f.service->is_ready())
        std::this_thread::yield();
    f.refusals->refuse(errc::store_unavailable);
    while (f.service->is_ready())
        std::this_thread::yield();
    f.refusals->relent();
    while (!f.service->is_ready())
        std::this_thread::yield();
    CHECK(f.service->is_ready());
}

TEST_CASE("a server that answers pings and can read nothing is not ready")
{
    auto options = service_fixture::quiet();
    options.sweep_interval = std::chrono::milliseconds{1};
    service_fixture f{{}, options};
    while (!f.service->is_ready())
        std::this_thread::yield();
    f.refusals->refuse(errc::store_unavailable, booking::testing::refusing_hook::forever,
                       {store_call::lapsed});
    while (f.service->is_ready())
        std::this_thread::yield();
    CHECK(f.recorder->calls(store_call::ping) > 0);
}

TEST_CASE("a store that can be read stays ready while the sweep's lease waits to be written")
{
    auto options = service_fixture::quiet();
    options.sweep_interval = std::chrono::milliseconds{1};
    service_fixture f{[](auto next)
                      {
                          struct stalled final : booking::forwarding_inventory
                          {
                              using forwarding_inventory::forwarding_inventory;
                              booking::store_result<bool> lease(std::string_view, std::uint64_t,
                                                                std::chrono::milliseconds) override
                              {
                                  return {boost::system::in_place_error,
                                          booking::make_error_code(errc::outcome_unknown)};
                              }
                          };
                          return std::make_shared<stalled>(std::move(next));
                      },
                      options};
    while (!f.service->is_ready())
        std::this_thread::yield();
    CHECK(f.recorder->calls(store_call::lapsed) == 0);
}

TEST_CASE("a log that throws changes no answer, and a store that throws ends no lane")
{
    struct throwing_inventory final : booking::forwarding_inventory
    {
        using forwarding_inventory::forwarding_inventory;
        std::atomic<bool> throws{};

    protected:
        booking::store_result<booking::store_reply>
        do_commit(std::span<const booking::session_change> batch,
                  std::span<booking::commit_outcome> outcome) override
        {
            if (throws.exchange(false))
                throw 7;
            return forwarding_inventory::do_commit(batch, outcome);
        }
    };
    auto options = service_fixture::quiet();
    std::atomic<int> lines{0};
    options.log = [&](std::string_view)
    {
        ++lines;
        throw std::runtime_error{"no log"};
    };
    options.rules.price =
        [](const booking::price_question& question) -> booking::result<booking::seat_price>
    {
        if (question.price_type == "odd")
            throw std::runtime_error{"no tariff"};
        return list_price(question);
    };
    std::shared_ptr<throwing_inventory> inventory;
    service_fixture f{
        [&](auto next) { return inventory = std::make_shared<throwing_inventory>(next); }, options};

    auto first = f.occupy_lane(); // the others come in one batch
    auto sold = f.start_reserve({"A1"});
    auto refused = f.start(booking::reserve_request{
        .session = f.session, .user = "ben", .seats = {"A2"}, .price_types = {"odd"}});
    f.gate->open();
    CHECK(first.get().has_value());
    CHECK(sold.get().has_value());
    CHECK(refused.get().error() == errc::pricing_failed);
    CHECK(lines == 1);

    inventory->throws = true;
    CHECK(f.reserve({"A3"}).error() == errc::outcome_unknown);
    CHECK(f.reserve({"A3"}).has_value());
    CHECK(lines == 2); // told behind the answer, and before the next batch
}

TEST_CASE("KPIs count what was answered")
{
    service_fixture f;
    const booking::reserve_request keyed{
        .session = f.session, .user = "anna", .seats = {"A1"}, .idempotency_key = "k"};
    CHECK(f.service->reserve(keyed).has_value());
    CHECK(f.service->reserve(keyed).value().replayed);
    CHECK(f.reserve({"A1"}).error() == errc::seat_taken);
    CHECK(f.reserve({"Z9"}).error() == errc::seat_not_found);
    CHECK(f.reserve({}).error() == errc::invalid_request); // malformed: not counted
    f.refusals->refuse(errc::store_failed, 1, {store_call::commit});
    CHECK(f.reserve({"A2"}).error() == errc::store_failed);

    const auto kpi = f.service->kpi();
    const auto& counts = kpi.total.at(booking::kpi_span::since_start).counts;
    CHECK(counts.granted == 1);
    CHECK(counts.replayed == 1);
    CHECK(counts.conflict == 1);
    CHECK(counts.refused == 1);
    CHECK(counts.failed == 1);
    CHECK(kpi.total.in_flight == 0);
    CHECK(kpi.commits_at(booking::kpi_span::since_start).done == 1);
}

TEST_CASE("a session names a price for each of the hall's categories, or none")
{
    service_fixture f;
    const std::vector<std::string> drawing{"sspp"};
    const auto hall = f.service->create_hall(
        {.name = "Two prices", .layout = booking::seat_layout::draw(drawing).value()});
    const auto made = [&](std::vector<booking::category_price> prices)
    {
        return f.service->create_session({.hall = hall.value().id,
                                          .movie_title = "Metropolis",
                                          .showtime = f.clock->now(),
                                          .prices = std::move(prices)});
    };
    const booking::category_price standard{"standard", booking::minor_units{950}};
    const booking::category_price premium{"premium", booking::minor_units{0}, "child"};
    CHECK(made({}).has_value());
    CHECK(made({standard, premium}).has_value());
    const auto forgotten = made({standard}).error();
    CHECK(forgotten == errc::invalid_request);
    CHECK(forgotten.what() == "category premium has no price; name one, 0 if it is free");
    CHECK(made({standard, premium, {"box", booking::minor_units{1}}}).error().what()
          == "a price is for category box, which the hall does not have; it has standard, premium");
    CHECK(f.service
              ->create_session(
                  {.hall = booking::hall_id{99}, .movie_title = "Metropolis", .prices = {standard}})
              .error()
          == errc::hall_not_found);
}

TEST_CASE("asynchronous operations complete with any Asio token, on the handler's executor")
{
    service_fixture f;
    boost::asio::io_context context;
    const auto home = std::this_thread::get_id();
    bool coroutine_done = false;
    const booking::reserve_request request{
        .session = f.session, .user = "anna", .seats = {"A1"}}; // GCC 12 cannot inside a coroutine
    const booking::best_seats pair{.count = 2};
    boost::asio::co_spawn(
        context,
        [&]() -> boost::asio::awaitable<void>
        {
            const auto granted =
                co_await f.service->async_reserve(request, boost::asio::use_awaitable);
            CHECK(granted.has_value());
            CHECK(std::this_thread::get_id() == home);
            const auto map = co_await f.service->async_seats(f.session, boost::asio::use_awaitable);
            CHECK(map.value()->free_seats() <= 39); // ben may have come
            const auto pick =
                co_await f.service->async_pick_seats(f.session, pair, boost::asio::use_awaitable);
            CHECK(pick.value().seats.size() == 2);
            const auto found = co_await f.service->async_find(granted->reservation->id,
                                                              boost::asio::use_awaitable);
            CHECK(found.has_value());
            coroutine_done = true;
        },
        boost::asio::detached);
    auto future = f.service->async_reserve({.session = f.session, .user = "ben", .seats = {"A2"}},
                                           boost::asio::use_future);
    context.run();
    CHECK(coroutine_done);
    CHECK(future.get().has_value());
}

TEST_CASE("an asynchronous operation is cancelled through its slot")
{
    service_fixture f;
    auto first = f.occupy_lane();
    boost::asio::io_context context;
    boost::asio::cancellation_signal signal;
    std::optional<booking::decision> answer;
    f.service->async_reserve(
        {.session = f.session, .user = "anna", .seats = {"A1"}},
        boost::asio::bind_cancellation_slot(
            signal.slot(),
            boost::asio::bind_executor(context.get_executor(),
                                       [&](booking::decision what) { answer = std::move(what); })));
    signal.emit(boost::asio::cancellation_type::total);
    context.run();
    REQUIRE(answer.has_value());
    CHECK(answer->error() == errc::canceled);
    f.gate->open();
    CHECK(first.get().has_value());
    CHECK(f.guard_rows() == 1);
}

} // namespace cinema::tests
