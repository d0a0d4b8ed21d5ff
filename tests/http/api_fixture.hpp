#pragma once

#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/http/api.hpp>
#include <cinema/booking/testing/faulty_stores.hpp>
#include <cinema/booking/testing/manual_clock.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cinema::tests
{

namespace booking = cinema::booking;
using booking::errc;
using booking::testing::store_call;

/// Fields of a request's header.
using fields = std::vector<std::pair<std::string, std::string>>;

/// An answer with its body read, where that is JSON.
struct api_answer
{
    unsigned status{};
    std::string body;
    booking::api_response response;

    [[nodiscard]] boost::json::value json() const { return boost::json::parse(body); }
    [[nodiscard]] std::string field(std::string_view name) const
    {
        return std::string{response.field(name).value_or("")};
    }
    /// Of a problem: what its type says behind "urn:cinema:".
    [[nodiscard]] std::string problem() const
    {
        if (field("Content-Type") != "application/problem+json")
            return {};
        const auto read = json();
        if (read.at("status").as_int64() != static_cast<std::int64_t>(status))
            return "a status that differs from the answer's";
        const std::string type{read.at("type").as_string()};
        const std::string prefix = "urn:cinema:";
        return type.starts_with(prefix) ? type.substr(prefix.size()) : "another type: " + type;
    }
};

/// An API on memory stores with a clock that stands still. Hall A in Berlin: rows A (three standard
/// and two premium seats), an aisle, and B (accessible, companion, gap, blocked, standard).
struct api_fixture
{
    explicit api_fixture(booking::api_params params = no_waiting(),
                         booking::service_options options = quiet())
    {
        auto stores = booking::testing::hooked(database, refusals);
        stores = booking::testing::hooked(stores, gate);
        service.emplace(stores, std::move(options));
        const std::vector<std::string> rows{"ssspp", "", "wc_xs"};
        hall = service
                   ->create_hall({.name = "Hall A",
                                  .layout = booking::seat_layout::draw(rows).value(),
                                  .time_zone = "Europe/Berlin"})
                   .value()
                   .id;
        session = add_session("Metropolis", clock->now());
        api.emplace(*service, std::move(params));
    }

    /// Nothing is kept for a moment, so that a test sees what it did.
    [[nodiscard]] static booking::api_params no_waiting()
    {
        booking::api_params params;
        params.list_age_max = params.kpi_age_max = params.file_age_max =
            std::chrono::milliseconds{0};
        return params;
    }

    /// No sweeper in between, and nothing that takes too long.
    [[nodiscard]] static booking::service_options quiet()
    {
        booking::service_options options;
        options.sweep_interval = std::chrono::hours{1};
        options.deadline = std::chrono::minutes{1};
        options.view_age_max = std::chrono::hours{1};
        return options;
    }

    /// The same with a sweeper that keeps contact with the store, as /readyz wants it.
    [[nodiscard]] static booking::service_options in_contact()
    {
        auto options = quiet();
        options.sweep_interval = std::chrono::milliseconds{20};
        return options;
    }

    booking::session_id add_session(std::string title, booking::time_point showtime,
                                    std::optional<booking::hall_id> where = {})
    {
        return service
            ->create_session({.hall = where.value_or(hall),
                              .movie_title = std::move(title),
                              .showtime = showtime,
                              .ends_at = showtime + std::chrono::minutes{153},
                              .prices = {{"standard", booking::minor_units{1'200}},
                                         {"premium", booking::minor_units{0}}}})
            .value()
            .id;
    }

    /// Lets every hold that has run out expire.
    void sweep()
    {
        std::promise<void> done;
        service->submit(booking::expire_request{session},
                        [&done](auto&&, auto&&) { done.set_value(); });
        done.get_future().wait();
    }

    api_answer ask(std::string_view method, std::string_view target, std::string_view body = {},
                   fields more = {})
    {
        if (!body.empty())
            more.emplace_back("Content-Type", "application/json");
        return ask_as_is(method, target, body, more);
    }

    api_answer ask_as_is(std::string_view method, std::string_view target, std::string_view body,
                         const fields& given)
    {
        std::vector<booking::api_field> list;
        for (const auto& [name, value] : given)
            list.push_back({name, value});
        auto response = api->handle({.method = method,
                                     .target = target,
                                     .fields = list,
                                     .body = body,
                                     .request_id = "request-1"});
        api_answer answer{response.status, std::string{response.body()}, {}};
        answer.response = std::move(response);
        return answer;
    }

    api_answer reserve(std::string_view body, fields more = {})
    {
        return ask("POST", "/sessions/1/seats/reserve", body, std::move(more));
    }

    /// Reserves and returns the answer's JSON; the seats have to be free.
    boost::json::value reserved(std::string_view body)
    {
        const auto answer = reserve(body);
        if (answer.status != 201)
            throw std::runtime_error{"not reserved: " + answer.body};
        return answer.json();
    }

    /// The field that shows the secret of a reservation just made.
    static fields secret_of(const boost::json::value& reservation)
    {
        return {{"Authorization", "Bearer " + std::string{reservation.at("secret").as_string()}}};
    }

    static std::string path_of(const boost::json::value& reservation)
    {
        return "/reservations/" + std::string{reservation.at("id").as_string()};
    }

    std::shared_ptr<booking::testing::manual_clock> clock =
        std::make_shared<booking::testing::manual_clock>();
    booking::stores database = booking::make_memory_stores({.clock = clock->function()});
    std::shared_ptr<booking::testing::gate_hook> gate =
        std::make_shared<booking::testing::gate_hook>();
    std::shared_ptr<booking::testing::refusing_hook> refusals =
        std::make_shared<booking::testing::refusing_hook>();
    booking::hall_id hall{};
    booking::session_id session{};
    std::optional<booking::booking_service> service;
    std::optional<booking::booking_api> api;
};

} // namespace cinema::tests
