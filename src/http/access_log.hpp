#pragma once

#include <cinema/booking/domain/time.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace cinema::booking::http
{

/// One answered request, as it is logged: no query, no body, no header field that could be secret.
struct access_entry
{
    time_point at{};
    std::string_view request_id;
    std::string_view traceparent; ///< Well-formed, or empty.
    std::string_view method;      ///< Empty where the request could not be read.
    std::string_view route;
    std::string_view path;
    std::string_view remote;
    unsigned status{};
    std::size_t bytes{}; ///< Of the answer, with its header.
    std::chrono::microseconds took{};
};

/// Appends the entry as one line, a JSON object.
void append_entry(std::string& out, const access_entry& entry);

/// Whether a field has the form of W3C Trace Context: 00-<32 hex>-<16 hex>-<2 hex>.
[[nodiscard]] bool is_traceparent(std::string_view text) noexcept;

/// Whether a client's request id is taken over: 1 to 64 letters, digits and ".-_".
[[nodiscard]] bool is_request_id(std::string_view text) noexcept;

/// Takes lines from the I/O threads and hands them on from a thread of its own, so that a slow disk
/// or pipe holds up nobody. What does not fit into `bytes_max` is dropped, and its lines counted.
/// Thread safety: safe from any thread.
class access_log
{
public:
    using sink = std::function<void(std::string_view lines)>;

    /// An empty sink: nothing is logged. It gets some KiB at a time, whole lines: a slow one can be
    /// given up in between.
    explicit access_log(sink to, std::size_t bytes_max = 16U << 20);
    /// Writes what is left, if there is still time.
    ~access_log();
    access_log(const access_log&) = delete;
    access_log& operator=(const access_log&) = delete;

    [[nodiscard]] bool is_used() const noexcept { return to_ != nullptr; }

    /// Takes `lines` over, and leaves it empty.
    void write(std::string& lines);

    /// From then on lines are dropped instead of handed on. Initially never.
    void end_at(std::chrono::steady_clock::time_point end);

    /// Returns when all that was written before has been handed on or dropped. The lines that were
    /// dropped without a line that says so.
    [[nodiscard]] std::uint64_t finish();

private:
    void run();
    void hand_on(std::string_view lines, std::unique_lock<std::mutex>& lock);
    void hand_on_piece(std::string_view piece, std::unique_lock<std::mutex>& lock);
    void tell_dropped(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] bool is_over() const { return std::chrono::steady_clock::now() >= end_; }

    const sink to_;
    const std::size_t bytes_max_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable idle_;
    std::string waiting_;
    std::uint64_t dropped_{};
    std::chrono::steady_clock::time_point end_{std::chrono::steady_clock::time_point::max()};
    bool is_writing_{};
    bool is_stopping_{};
    std::thread thread_;
};

} // namespace cinema::booking::http
