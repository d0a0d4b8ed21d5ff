#pragma once

#include "faults/buyers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

/// Many who want each seat of one session at once.
namespace cinema::tests
{

/// So many requests for each seat of session 1, in any order.
inline std::vector<purchase> requests_for_all_seats(std::int64_t seats, std::int64_t copies_of_each,
                                                    unsigned seed)
{
    std::vector<purchase> requests;
    for (std::int64_t seat = 1; seat <= seats; ++seat)
        for (std::int64_t copy = 0; copy < copies_of_each; ++copy)
        {
            purchase one;
            one.user = "buyer";
            one.key = "seat-" + std::to_string(seat) + "-copy-" + std::to_string(copy);
            one.session = 1;
            one.seats = {seat};
            one.body = "{\"userId\": \"buyer\", \"seats\": [" + std::to_string(seat) + "]}";
            requests.push_back(std::move(one));
        }
    std::shuffle(requests.begin(), requests.end(), std::mt19937{seed});
    return requests;
}

/// Sends every request, in the order given, until its answer is definite. Client i asks port i mod
/// n. `meanwhile` runs beside it; it is told how many have begun.
template <class Meanwhile>
std::vector<purchase> storm(const std::vector<std::uint16_t>& ports, unsigned clients,
                            std::vector<purchase> requests, Meanwhile meanwhile)
{
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < clients; ++i)
        threads.emplace_back(
            [&, i]
            {
                const auto port = ports[i % ports.size()];
                http_client client{port};
                for (auto turn = next.fetch_add(1); turn < requests.size();
                     turn = next.fetch_add(1))
                {
                    requests[turn].buyer = i;
                    requests[turn].port = port;
                    persist(client, requests[turn]);
                }
            });
    meanwhile(next);
    for (auto& thread : threads)
        thread.join();
    return requests;
}

inline std::vector<purchase> storm(const std::vector<std::uint16_t>& ports, unsigned clients,
                                   std::vector<purchase> requests)
{
    return storm(ports, clients, std::move(requests), [](const auto&) {});
}

/// Each of so many seats granted once, and whoever else wanted it refused.
inline void check_each_seat_once(const std::vector<purchase>& all, std::int64_t seats)
{
    std::map<std::int64_t, std::size_t> granted;
    for (const auto& one : all)
    {
        CHECK_MESSAGE((one.status == 201 || one.status == 409), one.status, " ", one.answer.body);
        granted[one.seats.front()] += one.status == 201;
    }
    CHECK(granted.size() == static_cast<std::size_t>(seats));
    for (const auto& [seat, times] : granted)
        CHECK_MESSAGE(times == 1, "seat ", seat, " was sold ", times, " times");
}

} // namespace cinema::tests
