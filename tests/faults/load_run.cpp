#include "faults/load_run.hpp"

#include "faults/buyer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <random>
#include <utility>

namespace cinema::tests
{

void load_report::add(load_report&& other)
{
    const auto move = [](auto& from, auto& to)
    { std::move(from.begin(), from.end(), std::back_inserter(to)); };
    move(other.operations.operations, operations.operations);
    move(other.bought, bought);
    move(other.granted, granted);
    repeated += other.repeated;
    for (const auto& [name, count] : other.early)
        early[name] += count;
}

load_run::load_run(load_params params) : params_{std::move(params)}
{
    for (std::int64_t seat = 1; seat <= params_.seats; ++seat)
        wanted_.insert(wanted_.end(), static_cast<std::size_t>(params_.copies), seat);
    std::shuffle(wanted_.begin(), wanted_.end(), std::mt19937{params_.seed});
    for (unsigned i = 0; i < params_.buyers; ++i)
        threads_.emplace_back([this, i] { run(i); });
}

load_run::~load_run()
{
    next_ = wanted_.size(); // a test has failed
    (void)finish();
}

void load_run::wait_for_answers(std::size_t count) const
{
    const auto goal = answered() + count;
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (answered() < goal && std::chrono::steady_clock::now() < give_up)
        std::this_thread::sleep_for(std::chrono::microseconds{500});
    REQUIRE(answered() >= goal);
}

load_report load_run::finish()
{
    stopping_ = true;
    for (auto& thread : threads_)
        if (thread.joinable())
            thread.join();
    return std::move(report_);
}

void load_run::run(unsigned number)
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

} // namespace cinema::tests
