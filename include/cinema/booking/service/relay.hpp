#pragma once

#include <cinema/booking/domain/limits.hpp>
#include <cinema/booking/domain/log.hpp>
#include <cinema/booking/store/stores.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace cinema::booking
{

/// How a relay works.
struct relay_options
{
    std::chrono::milliseconds interval{100};    ///< Between two looks into an empty outbox.
    std::chrono::milliseconds pause_max{1'000}; ///< Between two tries where nothing can be put.
    std::size_t batch_max{512}; ///< So many entries at once where that is fast; fewer elsewhere.
    log_function log{}; ///< A line when deliveries fail, work again, or an entry was set aside.
};

/// What a relay has done and what is left.
struct relay_report
{
    std::uint64_t delivered{}; ///< Entries, since the relay began.
    std::uint64_t refused{};   ///< Tries that the documents refused.
    std::uint64_t failures{};  ///< Rounds in which nothing could be put.
    bool is_working{true};     ///< Whether the documents could be reached when last tried.
    outbox_status status{};    ///< As it was when last looked at, once a second.
};

/// Brings what an inventory commits to the documents, where these are another database: empties
/// `stores::outbox`, in a thread of its own. Any number of relays, also of different processes, may
/// work on one outbox. Without an outbox it does nothing. Thread-safe.
class relay
{
public:
    /// Begins at once.
    explicit relay(stores on, relay_options options = {})
        : on_{std::move(on)}, options_{std::move(options)}
    {
        if (on_.outbox)
            worker_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
    }
    /// Finishes the round that is under way.
    ~relay() = default;
    relay(const relay&) = delete;
    relay& operator=(const relay&) = delete;

    /// What it has done until now.
    [[nodiscard]] relay_report report() const
    {
        const std::lock_guard lock{mutex_};
        return report_;
    }

    /// Waits until the outbox is empty but for what was set aside, at most for `time`. Returns
    /// whether it is.
    bool flush(std::chrono::milliseconds time)
    {
        if (!on_.outbox)
            return true;
        const auto until = std::chrono::steady_clock::now() + time;
        while (true)
        {
            const auto status = on_.outbox->status();
            if (status && status->waiting == 0)
                return true;
            if (std::chrono::steady_clock::now() >= until)
                return false;
            wake();
            std::this_thread::sleep_for(std::min(time / 20, std::chrono::milliseconds{50}));
        }
    }

private:
    void wake()
    {
        {
            const std::lock_guard lock{mutex_};
            is_woken_ = true;
        }
        change_.notify_all();
    }

    void run(const std::stop_token& stop)
    {
        auto pause = options_.interval;
        while (!stop.stop_requested())
        {
            const auto batch = batch_;
            const auto done = round(batch);
            if (done && done->delivered >= batch)
                continue;
            pause = done ? options_.interval : std::min(pause * 2, options_.pause_max);
            std::unique_lock lock{mutex_};
            change_.wait_for(lock, stop, pause, [this] { return is_woken_; });
            is_woken_ = false;
        }
    }

    /// Whatever stores throw, the next round may do better.
    store_result<delivery_report> round(std::size_t batch)
    {
        try
        {
            const auto began = std::chrono::steady_clock::now();
            const auto done = on_.outbox->deliver(*on_.documents, batch);
            adapt(done.has_value(), std::chrono::steady_clock::now() - began);
            note(done);
            look(done && done->delivered == 0);
            return done;
        }
        catch (...)
        {
            detail::tell_failure(options_.log, "the relay");
            return make_error_code(errc::store_failed);
        }
    }

    /// What takes long would block the entries for others, and in the end not be done in time.
    void adapt(bool is_done, std::chrono::steady_clock::duration took)
    {
        if (!is_done || took > slow)
            batch_ = std::max<std::size_t>(batch_ / 2, 1);
        else if (took < slow / 4)
            batch_ = std::min(batch_ * 2, options_.batch_max);
    }

    void note(const store_result<delivery_report>& done)
    {
        {
            const std::lock_guard lock{mutex_};
            report_.failures += done ? 0 : 1;
            report_.delivered += done ? done->delivered : 0;
            report_.refused += done ? done->refused : 0;
        }
        if (!done || done->delivered > 0)
            note_contact(done ? error_code{} : done.error());
        if (done && done->set_aside > 0)
            tell(std::to_string(done->set_aside)
                 + " reservations were set aside: the documents refuse them");
    }

    /// Tells when the documents go away or come back.
    void note_contact(const error_code& error)
    {
        const bool is_working = !error;
        {
            const std::lock_guard lock{mutex_};
            if (std::exchange(report_.is_working, is_working) == is_working)
                return;
        }
        tell(is_working ? std::string{"reservations are brought to the documents again"}
                        : "reservations cannot be brought to the documents: " + error.message());
    }

    void tell(const std::string& line) const noexcept { detail::tell(options_.log, line); }

    /// Once a second, how much there is; and whether the documents are there, if that was not seen.
    /// More rarely where there is so much that counting takes long.
    void look(bool is_contact_unknown)
    {
        const auto now = std::chrono::steady_clock::now();
        if (now < look_again_)
            return;
        if (is_contact_unknown)
            note_contact(on_.documents->find({session_id{1}, {}}).error());
        const auto status = on_.outbox->status();
        const auto took = std::chrono::steady_clock::now() - now;
        look_again_ =
            now + std::max<std::chrono::steady_clock::duration>(std::chrono::seconds{1}, took * 20);
        if (!status)
            return;
        const std::lock_guard lock{mutex_};
        report_.status = *status;
    }

    static constexpr std::chrono::milliseconds slow{400};

    stores on_;
    relay_options options_;
    std::size_t batch_{16}; // of the worker alone
    mutable std::mutex mutex_;
    std::condition_variable_any change_;
    bool is_woken_{};
    relay_report report_;
    std::chrono::steady_clock::time_point look_again_{}; // of the worker alone
    std::jthread worker_;                                // the last: it ends first
};

} // namespace cinema::booking
