#pragma once

#include "common/reporter.hpp"

#include <spdlog/spdlog.h>

#include <mutex>
#include <string>
#include <string_view>

namespace cinema::server
{

/// What stores say while they are opened, again and again if need be: logged, the same only now and
/// then. Thread-safe.
class store_log
{
public:
    void say(std::string_view line)
    {
        report_.say(line);
        const std::lock_guard lock{mutex_};
        last_ = line;
    }

    /// What was said last, or nothing.
    [[nodiscard]] std::string last() const
    {
        const std::lock_guard lock{mutex_};
        return last_;
    }

private:
    booking::adapters::reporter report_{[](std::string_view line) { spdlog::warn("{}", line); }};
    mutable std::mutex mutex_;
    std::string last_;
};

} // namespace cinema::server
