#include "rush/progress.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <string>

namespace cinema::rush
{
namespace
{

constexpr std::size_t bar_columns = 30;
constexpr std::chrono::milliseconds pace{100};
constexpr const char* clear_line = "\r\x1B[K";

} // namespace

progress::progress(bool is_shown, const tally& counted, std::size_t total)
    : counted_{counted}, total_{std::max<std::size_t>(total, 1)}
{
    if (!is_shown)
        return;
    painter_ = std::jthread{
        [this](const std::stop_token& stop)
        {
            std::mutex mutex;
            std::condition_variable_any wake;
            std::unique_lock lock{mutex};
            while (!wake.wait_for(lock, stop, pace, [&] { return stop.stop_requested(); }))
                show();
            std::cerr << clear_line << std::flush;
        }};
}

progress::~progress() = default;

void progress::show() const
{
    const std::size_t granted = counted_.granted;
    const std::size_t others = counted_.others;
    const auto done = std::min((granted + others) * bar_columns / total_, bar_columns);
    std::cerr << clear_line << '[' << std::string(done, '#') << std::string(bar_columns - done, '.')
              << "] " << granted + others << " of " << total_ << " answered, " << granted
              << " granted" << std::flush;
}

} // namespace cinema::rush
