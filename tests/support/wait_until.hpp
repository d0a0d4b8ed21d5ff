#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>

namespace cinema::tests
{

/// Waits until something is so. Throws if it takes longer than anything should.
inline void wait_until(const std::function<bool()>& is_so,
                       std::chrono::seconds longest = std::chrono::seconds{30})
{
    const auto end = std::chrono::steady_clock::now() + longest;
    while (!is_so())
    {
        if (std::chrono::steady_clock::now() > end)
            throw std::runtime_error{"waited in vain"};
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
}

} // namespace cinema::tests
