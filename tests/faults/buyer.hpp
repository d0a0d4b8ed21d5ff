#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/testing/history/history_recorder.hpp>

#include "faults/http_operation.hpp"
#include "support/http_client.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cinema::tests
{

/// What the buyers of a load do, and where.
struct load_params
{
    std::vector<std::uint16_t> ports{}; ///< Buyer i reserves at port i mod n.
    std::vector<std::int64_t> sessions{};
    std::int64_t seats{}; ///< Numbered from 1, in each session.
    unsigned buyers{32};
    unsigned seed{1};
    /// Some hold seats for `short_hold`, which may run out before they go on.
    bool has_short_holds{true};
    /// If not 0: each seat of the first session is asked for so often, in random order, and sold to
    /// the first who asks. Else buyers choose at random, and give some seats back.
    std::int64_t copies{0};
};

/// A reservation as its buyer knows it.
struct bought_seats
{
    booking::reservation_id id{};
    std::string secret; ///< As the Authorization field wants it.
    std::vector<std::int64_t> seats;
    booking::reservation_status status{};
    bool is_short{}; ///< A hold that ends by itself.

    [[nodiscard]] bool is_live() const noexcept
    {
        return status == booking::reservation_status::confirmed
               || (status == booking::reservation_status::held && !is_short);
    }
};

/// What one buyer, or all of them, did.
struct load_report
{
    booking::testing::history operations;
    std::vector<bought_seats> bought;
    std::vector<http_operation> granted;      ///< With the first answer to each.
    std::size_t repeated{};                   ///< Operations that were asked for more than once.
    std::map<std::string, std::size_t> early; ///< 503 before the deadline of 2 s, by their name.

    void add(load_report&& other)
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
};

inline constexpr std::chrono::seconds short_hold{2};
inline constexpr std::chrono::seconds long_hold{600};
inline constexpr std::chrono::seconds extended_hold{1'200};

/// A client of one or more servers. Everything it asks for has an idempotency key and is repeated
/// until the answer is definite. Its steps after reserving go to any of the servers, as repeated
/// requests do.
class buyer
{
public:
    buyer(const load_params& params, unsigned number, std::atomic<std::size_t>& answered)
        : params_{params},
          number_{number},
          answered_{answered},
          random_{params.seed * 1'000 + number}
    {
    }

    /// Reserves random seats and goes on with them, or repeats an earlier request.
    void act()
    {
        if (below(8) == 0 && !report_.granted.empty())
            return repeat();
        const auto session = params_.sessions[random_() % params_.sessions.size()];
        const auto seat = 1 + static_cast<std::int64_t>(below(static_cast<int>(params_.seats)));
        std::vector<std::int64_t> seats{seat};
        if (below(4) == 0 && seat < params_.seats)
            seats.push_back(seat + 1);
        const auto die = below(100);
        if (die < 35)
            reserve(session, seats, {});
        else if (die < 60 && params_.has_short_holds)
            reserve(session, seats, short_hold);
        else
            reserve(session, seats, long_hold);
        if (!is_granted_)
            return;
        if (has(booking::reservation_status::held))
            go_on();
        if (has(booking::reservation_status::confirmed) && below(4) == 0)
            step(booking::testing::action::cancel);
    }

    /// Buys one seat for good, if it is free.
    void buy(std::int64_t session, std::int64_t seat)
    {
        const bool is_held = below(2) == 0;
        reserve(session, {seat}, is_held ? long_hold : std::chrono::seconds{0});
        if (is_granted_ && is_held)
            step(booking::testing::action::confirm);
        if (is_granted_ && below(8) == 0)
            repeat();
    }

    [[nodiscard]] load_report take() { return std::move(report_); }

private:
    using action = booking::testing::action;

    [[nodiscard]] int below(int limit)
    {
        return static_cast<int>(random_() % static_cast<unsigned>(limit));
    }
    [[nodiscard]] bool has(booking::reservation_status status) const
    {
        return report_.bought.back().status == status;
    }

    /// Confirms, extends, gives back or leaves what is held.
    void go_on()
    {
        const auto die = below(100);
        if (die < 20)
            step(action::extend);
        if (die < 65 && has(booking::reservation_status::held))
            step(action::confirm);
        else if (die < 80)
            step(action::cancel);
    }

    void reserve(std::int64_t session, std::vector<std::int64_t> seats, std::chrono::seconds hold)
    {
        auto operation =
            reserve_operation(next_key(), session, std::to_string(number_), seats, hold);
        ask(operation);
        if (!is_granted_)
            return;
        report_.bought.push_back(
            {.id = {booking::session_id{session}, *operation.record.reservation},
             .secret = secret_in(operation.answer),
             .seats = std::move(seats),
             .status = *operation.record.status,
             .is_short = hold == short_hold});
        report_.granted.push_back(std::move(operation));
    }

    /// Takes the last reservation a step on.
    void step(action what)
    {
        auto& of = report_.bought.back();
        auto operation = step_operation(next_key(), what, of.id, of.secret);
        ask(operation);
        if (is_granted_)
        {
            of.status = *operation.record.status;
            of.is_short = of.is_short && what != action::extend;
        }
        else if (operation.record.code == booking::errc::hold_expired)
            of.status = booking::reservation_status::expired;
        if (is_granted_ && raw(operation.record.since) != 0) // else no key was kept
            report_.granted.push_back(std::move(operation));
    }

    /// Asks once more for something that was granted.
    void repeat()
    {
        const auto recent = std::min<std::size_t>(report_.granted.size(), 16);
        auto operation = report_.granted[report_.granted.size() - 1 - random_() % recent];
        ask(operation);
    }

    /// Where to ask: reservations are made at home, all else anywhere, each time it is tried.
    [[nodiscard]] std::uint16_t port_for(action what)
    {
        const auto at = what == action::reserve ? number_ : random_();
        return params_.ports[at % params_.ports.size()];
    }

    [[nodiscard]] std::string next_key()
    {
        return std::to_string(params_.seed) + '-' + std::to_string(number_) + '-'
               + std::to_string(++keys_);
    }

    /// Asks until the answer is definite, and records it.
    void ask(http_operation& operation)
    {
        auto& record = operation.record;
        record.client = number_;
        record.number = ++asked_;
        record.called = std::chrono::steady_clock::now();
        const auto give_up = record.called + std::chrono::minutes{1};
        operation.answer = {};
        for (unsigned tries = 1; std::chrono::steady_clock::now() < give_up; ++tries)
        {
            const auto port = port_for(record.what);
            auto& client = clients_.try_emplace(port, port).first->second;
            const auto sent = std::chrono::steady_clock::now();
            auto answer =
                client.ask(operation.method, operation.target, operation.body, operation.fields);
            report_.repeated += tries == 2;
            if (answer && answer->status != 503)
            {
                record.server = port;
                operation.answer = std::move(*answer);
                break;
            }
            if (answer && std::chrono::steady_clock::now() - sent < std::chrono::seconds{2})
                ++report_.early[problem_of(*answer)];
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
        note_answer(operation);
        is_granted_ = record.result == booking::testing::outcome::granted;
        answered_ += record.result != booking::testing::outcome::unknown;
        report_.operations.operations.push_back(record);
    }

    const load_params& params_;
    unsigned number_;
    std::atomic<std::size_t>& answered_;
    std::mt19937 random_;
    std::map<std::uint16_t, http_client> clients_;
    load_report report_;
    bool is_granted_{}; ///< What was asked last.
    std::uint32_t asked_{};
    std::uint32_t keys_{};
};

} // namespace cinema::tests
