#pragma once

#include <cinema/booking/domain/log.hpp>

#include "common/failure.hpp"

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace cinema::booking::adapters
{

/// When a call must have ended.
using deadline = std::chrono::steady_clock::time_point;

/// Tells people what went wrong; the same again only after five seconds or something else.
/// Thread-safe.
class reporter
{
public:
    explicit reporter(log_function log) : log_{std::move(log)} {}

    void say(std::string_view line) noexcept;

private:
    static constexpr auto quiet_time = std::chrono::seconds{5};

    log_function log_;
    std::mutex mutex_;
    std::string last_;
    deadline quiet_until_{};
};

/// Turns what `work` throws into the error that it means, and reports it.
template <class Work>
auto at_edge(reporter& report, const Work& work) -> std::invoke_result_t<Work>
{
    try
    {
        return work();
    }
    catch (const failure& failed)
    {
        report.say(failed.what());
        return make_error_code(failed.code());
    }
    catch (const std::exception& failed)
    {
        report.say(failed.what());
        return make_error_code(errc::store_failed);
    }
}

inline void reporter::say(std::string_view line) noexcept
try
{
    if (!log_)
        return;
    {
        const auto now = std::chrono::steady_clock::now();
        const std::lock_guard lock{mutex_};
        if (line == last_ && now < quiet_until_)
            return;
        last_ = line;
        quiet_until_ = now + quiet_time;
    }
    booking::detail::tell(log_, line);
}
catch (...)
{
    // A report that cannot be made must not change what is answered.
}

} // namespace cinema::booking::adapters
