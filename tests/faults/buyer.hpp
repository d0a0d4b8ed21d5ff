#pragma once

#include "faults/load.hpp"
#include "support/http_client.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace cinema::tests
{

/// A client of one or more servers. Everything it asks for has an idempotency key and is repeated
/// until the answer is definite. Its steps after reserving go to any of the servers, as repeated
/// requests do.
class buyer
{
public:
    buyer(const load_params& params, unsigned number, std::atomic<std::size_t>& answered);

    /// Reserves random seats and goes on with them, or repeats an earlier request.
    void act();

    /// Buys one seat for good, if it is free.
    void buy(std::int64_t session, std::int64_t seat);

    [[nodiscard]] load_report take() { return std::move(report_); }

private:
    using action = booking::testing::action;

    [[nodiscard]] int below(int limit);
    [[nodiscard]] bool has(booking::reservation_status status) const;

    /// Confirms, extends, gives back or leaves what is held.
    void go_on();

    void reserve(std::int64_t session, std::vector<std::int64_t> seats, std::chrono::seconds hold);

    /// Takes the last reservation a step on.
    void step(action what);

    /// Asks once more for something that was granted.
    void repeat();

    /// Where to ask: reservations are made at home, all else anywhere, each time it is tried.
    [[nodiscard]] std::uint16_t port_for(action what);

    [[nodiscard]] std::string next_key();

    /// Asks until the answer is definite, and records it.
    void ask(http_operation& operation);

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
