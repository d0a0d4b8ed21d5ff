#pragma once

#include "faults/load.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace cinema::tests
{

/// Buyers, each on a thread, who reserve, confirm, extend, cancel and repeat themselves until
/// `finish`, or until all copies that the parameters ask for are sold or refused.
class load_run
{
public:
    explicit load_run(load_params params);
    ~load_run();
    load_run(const load_run&) = delete;
    load_run& operator=(const load_run&) = delete;

    /// Operations with a definite answer.
    [[nodiscard]] std::size_t answered() const noexcept { return answered_; }

    /// Waits for so many more answers.
    void wait_for_answers(std::size_t count) const;

    /// Lets every buyer finish what it has begun. Returns what all of them did.
    load_report finish();

private:
    void run(unsigned number);

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
