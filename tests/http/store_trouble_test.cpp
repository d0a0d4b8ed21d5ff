// What is answered when the store is away, slow, full or failing: 503 of the right kind.

#include "http/api_fixture.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>

using namespace cinema::tests;

namespace
{

booking::error_code trouble(errc code) { return make_error_code(code); }

/// Refuses all calls with an error from the first request on.
struct troubled : api_fixture
{
    explicit troubled(errc code, booking::service_options options = quiet())
        : api_fixture{no_waiting(), std::move(options)}
    {
        reserved(R"({"seats":[9]})"); // so that the installation's key and the session are known
        refusals->refuse(trouble(code));
    }
};

} // namespace

TEST_CASE("store trouble: each kind has its own type, and says when to come again")
{
    for (const auto& [code, slug] : {std::pair{errc::store_unavailable, "store-unavailable"},
                                     std::pair{errc::storage_full, "storage-full"},
                                     std::pair{errc::store_failed, "store-failed"},
                                     std::pair{errc::schema_mismatch, "schema-mismatch"}})
    {
        troubled cinema{code};
        const auto answer = cinema.reserve(R"({"seats":[1]})");
        CAPTURE(slug);
        CHECK(answer.status == 503);
        CHECK(answer.problem() == slug);
        CHECK_FALSE(answer.field("Retry-After").empty());
        CHECK(cinema.ask("GET", "/sessions").problem() == slug);
        CHECK(cinema.ask("GET", "/livez").status == 200);

        cinema.refusals->relent();
        CHECK(cinema.reserve(R"({"seats":[1]})").status == 201);
        CHECK(cinema.ask("GET", "/sessions").status == 200);
    }
}

TEST_CASE("store trouble: a store that does not answer in time is 503, the outcome unknown if the "
          "commit was under way")
{
    auto options = api_fixture::quiet();
    options.deadline = std::chrono::milliseconds{50};
    api_fixture cinema{api_fixture::no_waiting(), options};
    cinema.reserved(R"({"seats":[9]})");
    cinema.gate->close({store_call::commit});

    const auto answer = cinema.reserve(R"({"seats":[1]})", {{"Idempotency-Key", "k"}});

    CHECK(answer.status == 503);
    CHECK(answer.problem() == "outcome-unknown");
    cinema.gate->open();
    for (int tries = 0; tries < 100; ++tries) // with the same key one learns what happened
    {
        const auto again = cinema.reserve(R"({"seats":[1]})", {{"Idempotency-Key", "k"}});
        if (again.status == 503)
            continue;
        CHECK(again.status == 201);
        CHECK(again.json().at("seats") == boost::json::value({1}));
        break;
    }
}

TEST_CASE("store trouble: the installation's key is fetched when it can be, not before")
{
    api_fixture cinema;
    cinema.refusals->refuse(trouble(errc::store_unavailable),
                            booking::testing::refusing_hook::forever, {store_call::keep});
    for (int i = 0; i < 2; ++i)
    {
        const auto answer = cinema.reserve(R"({"seats":[1]})");
        CHECK(answer.status == 503);
        CHECK(answer.problem() == "store-unavailable");
    }
    CHECK(cinema.ask("GET", "/sessions/1").json().at("seats_free").as_int64() == 8);
    cinema.refusals->relent();
    CHECK(cinema.reserve(R"({"seats":[1]})").status == 201);
}

TEST_CASE("store trouble: a service that is shutting down says so")
{
    api_fixture cinema;
    cinema.reserved(R"({"seats":[9]})");
    cinema.service->stop();
    const auto answer = cinema.reserve(R"({"seats":[1]})");
    CHECK(answer.status == 503);
    CHECK(answer.problem() == "shutting-down");
}

TEST_CASE("store trouble: more blocking calls than may wait are refused at once")
{
    auto params = api_fixture::no_waiting();
    params.blocking_threads = 1;
    params.blocking_calls_max = 1;
    api_fixture cinema{params};
    cinema.reserved(R"({"seats":[9]})");
    cinema.gate->close({store_call::sessions});
    std::promise<unsigned> first;
    std::promise<unsigned> second;
    const auto start = [&](std::string_view target, std::promise<unsigned>& promise)
    {
        cinema.api->handle({.target = target}, [&promise](const booking::api_response& response)
                           { promise.set_value(response.status); });
    };
    start("/sessions?limit=1", first);
    cinema.gate->await_waiting(1);
    start("/sessions?limit=2", second);

    CHECK(cinema.ask("GET", "/sessions?limit=3").problem() == "busy");

    cinema.gate->open();
    CHECK(first.get_future().get() == 200);
    CHECK(second.get_future().get() == 200);
    CHECK(cinema.ask("GET", "/sessions?limit=3").status == 200);
}

TEST_CASE("store trouble: an API does not go before it has answered")
{
    api_fixture cinema;
    cinema.reserved(R"({"seats":[9]})");
    cinema.gate->close({store_call::commit});
    std::atomic<unsigned> status{0};
    const std::vector<booking::api_field> json{{"Content-Type", "application/json"}};
    cinema.api->handle({.method = "POST",
                        .target = "/sessions/1/seats/reserve",
                        .fields = json,
                        .body = R"({"seats":[1]})"},
                       [&](const booking::api_response& response) { status = response.status; });
    cinema.gate->await_waiting(1);

    auto gone = std::async(std::launch::async, [&] { cinema.api.reset(); });
    CHECK(gone.wait_for(std::chrono::milliseconds{20}) == std::future_status::timeout);
    cinema.gate->open();
    gone.get();
    CHECK(status == 201);
}

TEST_CASE("store trouble: who asks for the same list at the same time asks the store once")
{
    api_fixture cinema;
    auto recorder = std::make_shared<booking::testing::recording_hook>();
    auto stores = booking::testing::hooked(cinema.database, recorder);
    stores = booking::testing::hooked(stores, cinema.gate);
    booking::booking_service service{stores, api_fixture::quiet()};
    booking::booking_api api{service, api_fixture::no_waiting()};
    cinema.gate->close({store_call::sessions});
    std::vector<std::promise<unsigned>> answers(50);
    for (auto& one : answers)
        api.handle({.target = "/sessions"}, [&one](const booking::api_response& response)
                   { one.set_value(response.status); });
    cinema.gate->await_waiting(1);
    cinema.gate->open();
    for (auto& one : answers)
        CHECK(one.get_future().get() == 200);
    CHECK(recorder->calls(store_call::sessions) == 1);
}
