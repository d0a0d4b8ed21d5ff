#pragma once

#include "faults/buyer.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace cinema::tests
{

/// Buyers, each on a thread, who reserve, confirm, extend, cancel and repeat themselves until
/// `finish`, or until all copies that the parameters ask for are sold or refused.
class load_run
{
public:
    explicit load_run(load_params params) : params_{std::move(params)}
    {
        for (std::int64_t seat = 1; seat <= params_.seats; ++seat)
            wanted_.insert(wanted_.end(), static_cast<std::size_t>(params_.copies), seat);
        std::shuffle(wanted_.begin(), wanted_.end(), std::mt19937{params_.seed});
        for (unsigned i = 0; i < params_.buyers; ++i)
            threads_.emplace_back([this, i] { run(i); });
    }
    ~load_run()
    {
        next_ = wanted_.size(); // a test has failed
        (void)finish();
    }
    load_run(const load_run&) = delete;
    load_run& operator=(const load_run&) = delete;

    /// Operations with a definite answer.
    [[nodiscard]] std::size_t answered() const noexcept { return answered_; }

    /// Waits for so many more answers.
    void wait_for_answers(std::size_t count) const
    {
        const auto goal = answered() + count;
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{60};
        while (answered() < goal && std::chrono::steady_clock::now() < give_up)
            std::this_thread::sleep_for(std::chrono::microseconds{500});
        REQUIRE(answered() >= goal);
    }

    /// Lets every buyer finish what it has begun. Returns what all of them did.
    load_report finish()
    {
        stopping_ = true;
        for (auto& thread : threads_)
            if (thread.joinable())
                thread.join();
        return std::move(report_);
    }

private:
    void run(unsigned number)
    {
        buyer one{params_, number, answered_};
        if (params_.copies == 0)
            while (!stopping_)
                one.act();
        else
            for (auto turn = next_++; turn < wanted_.size(); turn = next_++)
                one.buy(params_.sessions.front(), wanted_[turn]);
        const std::lock_guard lock{mutex_};
        report_.add(one.take());
    }

    load_params params_;
    std::vector<std::int64_t> wanted_; ///< Seats, in the order in which they are asked for.
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> stopping_{false};
    std::atomic<std::size_t> answered_{0};
    std::mutex mutex_;
    load_report report_;
    std::vector<std::thread> threads_;
};

} // namespace cinema::tests
