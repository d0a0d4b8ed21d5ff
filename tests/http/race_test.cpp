// Many buyers at once, over sockets: each seat is sold once, and the KPIs count what was answered.

#include "http/server_fixture.hpp"
#include "support/effort.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <barrier>
#include <map>
#include <thread>
#include <vector>

using namespace cinema::tests;

namespace
{

/// The statuses of what each of `buyers` connections asks, all beginning at the same moment.
std::map<unsigned, int> race(const server_fixture& cinema, int buyers,
                             const std::function<std::vector<std::string>(int buyer)>& requests)
{
    std::barrier start{buyers};
    std::vector<std::map<unsigned, int>> seen(static_cast<std::size_t>(buyers));
    std::vector<std::thread> threads;
    for (int buyer = 0; buyer < buyers; ++buyer)
        threads.emplace_back(
            [&, buyer]
            {
                auto client = cinema.connect();
                start.arrive_and_wait();
                for (const auto& request : requests(buyer))
                {
                    const auto answer = client.ask(request);
                    ++seen[static_cast<std::size_t>(buyer)][answer ? answer->status : 0];
                }
            });
    std::map<unsigned, int> statuses;
    for (std::size_t i = 0; i < threads.size(); ++i)
    {
        threads[i].join();
        for (const auto& [status, count] : seen[i])
            statuses[status] += count;
    }
    return statuses;
}

constexpr int buyers = 64;
constexpr int seats = 8; // that are on sale: 1 to 7 and 9

int seat_of(int index) { return index == 7 ? 9 : index + 1; }

using counts = std::map<unsigned, int>;

} // namespace

TEST_CASE("races: 64 buyers of the same seats buy each once, and a recount gives the same KPIs")
{
    server_fixture cinema;
    const auto statuses =
        race(cinema, buyers,
             [](int buyer)
             {
                 std::vector<std::string> requests;
                 for (int i = 0; i < seats; ++i)
                     requests.push_back(reserve_seat(seat_of((i + buyer) % seats)));
                 requests.push_back(reserve_seat(99));
                 return requests;
             });
    CHECK(statuses == counts{{201, seats}, {409, buyers * seats - seats}, {422, buyers}});

    const auto kpi = boost::json::parse(cinema.ask_once(get("/kpi"))->body);
    const auto& window = kpi.at("windows").at("since_start");
    CHECK(window.at("granted").as_int64() == seats);
    CHECK(window.at("conflict").as_int64() == buyers * seats - seats);
    CHECK(window.at("refused").as_int64() == buyers);
    CHECK(window.at("failed").as_int64() == 0);
    CHECK(window.at("concurrency").at("peak").as_int64() <= buyers);
    CHECK(kpi.at("in_flight").as_int64() == 0);

    const auto metrics = cinema.ask_once(get("/metrics"))->body;
    const auto has = [&](const std::string& line)
    { return metrics.find('\n' + line + '\n') != std::string::npos; };
    CHECK(has(R"(cinema_booking_attempts_total{outcome="confirmed",store="memory"} 8)"));
    CHECK(has(R"(http_request_duration_seconds_count{method="POST",)"
              R"(route="/sessions/:id/seats/reserve",code="201"} 8)"));
    CHECK(has(R"(http_request_duration_seconds_count{method="POST",)"
              R"(route="/sessions/:id/seats/reserve",code="422"} 64)"));
    CHECK(cinema.service->stores().inventory->guard_rows(cinema.session).value().second.size()
          == seats);
}

TEST_CASE("races: of 16 writers on one version one wins")
{
    for (std::size_t round = 0; round < 20 * effort(); ++round)
    {
        server_fixture cinema;
        const auto statuses = race(
            cinema, 16,
            [](int buyer)
            { return std::vector{reserve_seat(seat_of(buyer % seats), "If-Match: \"v1\"\r\n")}; });
        CHECK(statuses == counts{{201, 1}, {412, 15}});
    }
}

TEST_CASE("races: copies of a request with one key have one effect and one answer")
{
    server_fixture cinema;
    std::mutex mutex;
    std::map<std::string, int> bodies;
    std::vector<std::thread> threads;
    for (int i = 0; i < 50; ++i)
        threads.emplace_back(
            [&]
            {
                const auto answer = cinema.ask_once(reserve_seat(1, "Idempotency-Key: a-key\r\n"));
                const std::lock_guard lock{mutex};
                ++bodies[answer ? answer->body : "nothing"];
            });
    for (auto& one : threads)
        one.join();
    REQUIRE(bodies.size() == 1);
    CHECK(bodies.begin()->first.find("\"seats\":[1]") != std::string::npos);
    const auto kpi = boost::json::parse(cinema.ask_once(get("/kpi"))->body);
    CHECK(kpi.at("windows").at("since_start").at("granted").as_int64() == 1);
    CHECK(kpi.at("windows").at("since_start").at("replayed").as_int64() == 49);
}

TEST_CASE("races: readers see whole maps of one version while seats are sold")
{
    server_fixture cinema;
    std::atomic<bool> is_over{false};
    std::thread reader{[&]
                       {
                           auto client = cinema.connect();
                           while (!is_over)
                           {
                               const auto answer = client.ask(get("/sessions/1/seats"));
                               const auto map = boost::json::parse(answer->body);
                               int reserved = 0;
                               for (const auto& seat : map.as_array())
                                   reserved += seat.at("status") == "sold" ? 1 : 0;
                               const auto version = answer->field("etag");
                               CHECK(version == "\"v" + std::to_string(reserved + 1) + '"');
                           }
                       }};
    auto client = cinema.connect();
    for (int i = 0; i < seats; ++i)
    {
        const auto sold = client.ask(reserve_seat(seat_of(i)));
        CHECK(sold->status == 201);
        // What this server has acknowledged is seen at once.
        CHECK(client.ask(get("/sessions/1/seats"))->field("etag") == sold->field("etag"));
    }
    is_over = true;
    reader.join();
}
