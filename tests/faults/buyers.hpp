#pragma once

#include "support/http_client.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace cinema::tests
{

/// A reserve request and what became of it.
struct purchase
{
    unsigned buyer{};
    std::uint16_t port{}; ///< Of the server that was asked.
    std::string user;     ///< The label.
    std::string key;
    std::int64_t session{};
    std::string body;
    std::vector<std::int64_t> seats;
    std::chrono::steady_clock::time_point called{};
    std::chrono::steady_clock::time_point returned{};
    unsigned status{}; ///< 0: gave up without a definite answer.
    unsigned tries{};
    http_answer answer{};
};

/// What a crowd of buyers buys, and from whom.
struct crowd_plan
{
    std::vector<std::uint16_t> ports; ///< Buyer i asks port i mod n, and goes on with it.
    std::vector<std::int64_t> sessions;
    std::int64_t seats{}; ///< Numbered from 1, in each session.
    unsigned buyers{32};
    unsigned seed{1};
};

/// Asks with the same key until the request is granted or refused for good.
inline void persist(http_client& client, purchase& one)
{
    one.called = std::chrono::steady_clock::now();
    const auto give_up = one.called + std::chrono::seconds{60};
    while (std::chrono::steady_clock::now() < give_up)
    {
        ++one.tries;
        auto answer =
            client.ask("POST", "/sessions/" + std::to_string(one.session) + "/seats/reserve",
                       one.body, {{"Idempotency-Key", one.key}});
        if (answer && answer->status != 503)
        {
            one.returned = std::chrono::steady_clock::now();
            one.status = answer->status;
            one.answer = std::move(*answer);
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
}

/// Buyers, each on a thread and a connection, who reserve random seats, one or two at a time, with
/// an idempotency key each, and repeat a request until its answer is definite.
class crowd
{
public:
    explicit crowd(crowd_plan plan) : plan_{std::move(plan)}
    {
        for (unsigned i = 0; i < plan_.buyers; ++i)
            threads_.emplace_back([this, i] { buy(i); });
    }
    ~crowd() { finish(); }

    [[nodiscard]] std::size_t granted() const noexcept { return granted_; }
    [[nodiscard]] std::size_t answered() const noexcept { return answered_; }

    /// Lets every buyer finish its request, then returns all of them.
    std::vector<purchase> finish()
    {
        stopping_ = true;
        for (auto& thread : threads_)
            if (thread.joinable())
                thread.join();
        return std::move(done_);
    }

private:
    void buy(unsigned buyer)
    {
        std::mt19937 random{plan_.seed * 1'000 + buyer};
        http_client client{plan_.ports[buyer % plan_.ports.size()]};
        for (unsigned turn = 0; !stopping_; ++turn)
        {
            auto one = next(random, buyer, turn);
            persist(client, one);
            answered_ += one.status != 0;
            granted_ += one.status == 201;
            const std::lock_guard lock{mutex_};
            done_.push_back(std::move(one));
        }
    }

    purchase next(std::mt19937& random, unsigned buyer, unsigned turn)
    {
        purchase one;
        one.buyer = buyer;
        one.user = std::to_string(buyer);
        one.port = plan_.ports[buyer % plan_.ports.size()];
        one.key =
            std::to_string(plan_.seed) + "-" + std::to_string(buyer) + "-" + std::to_string(turn);
        one.session = plan_.sessions[random() % plan_.sessions.size()];
        const auto seat = 1 + static_cast<std::int64_t>(random() % plan_.seats);
        one.seats = {seat};
        if (random() % 4 == 0 && seat < plan_.seats)
            one.seats.push_back(seat + 1);
        one.body = "{\"userId\": " + one.user + ", \"seats\": [";
        for (std::size_t i = 0; i < one.seats.size(); ++i)
            one.body += (i > 0 ? "," : "") + std::to_string(one.seats[i]);
        one.body += "]}";
        return one;
    }

    crowd_plan plan_;
    std::atomic<bool> stopping_{false};
    std::atomic<std::size_t> granted_{0};
    std::atomic<std::size_t> answered_{0};
    std::mutex mutex_;
    std::vector<purchase> done_;
    std::vector<std::thread> threads_;
};

} // namespace cinema::tests
