#pragma once

#include <cinema/booking/testing/faulty/store_call.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <limits>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace cinema::booking::testing
{

/// Answers calls with an error instead of passing them on.
class refusing_hook final : public store_hook
{
public:
    /// Lets `first` of these calls pass, then refuses `times`; what was told earlier is forgotten.
    void refuse(error_code error, std::size_t times = forever, store_calls calls = {},
                std::size_t first = 0)
    {
        const std::scoped_lock lock{mutex_};
        error_ = error;
        left_ = times;
        passing_ = first;
        calls_ = std::move(calls);
    }

    /// Lets everything pass again.
    void relent() { refuse({}, 0); }

    /// How many calls were refused so far.
    [[nodiscard]] std::size_t refused() const
    {
        const std::scoped_lock lock{mutex_};
        return refused_;
    }

    [[nodiscard]] error_code before(store_call call, std::size_t) override
    {
        const std::scoped_lock lock{mutex_};
        if (left_ == 0 || !calls_.contains(call))
            return {};
        if (passing_ > 0)
        {
            --passing_;
            return {};
        }
        left_ -= left_ == forever ? 0 : 1;
        ++refused_;
        return error_;
    }

    /// So many times that it does not end.
    static constexpr std::size_t forever = std::numeric_limits<std::size_t>::max();

private:
    mutable std::mutex mutex_;
    error_code error_;
    std::size_t left_{};
    std::size_t passing_{};
    std::size_t refused_{};
    store_calls calls_;
};

/// Holds calls back until it is opened: a slow store without any waiting for time.
class gate_hook final : public store_hook
{
public:
    /// From now on these calls wait.
    void close(store_calls calls = {})
    {
        const std::scoped_lock lock{mutex_};
        is_closed_ = true;
        calls_ = std::move(calls);
    }

    /// Lets all pass that wait, and all that come.
    void open()
    {
        const std::scoped_lock lock{mutex_};
        is_closed_ = false;
        ++generation_;
        changed_.notify_all();
    }

    /// Lets all pass that wait now; those that come later wait.
    void release()
    {
        const std::scoped_lock lock{mutex_};
        ++generation_;
        changed_.notify_all();
    }

    /// Returns once `count` calls wait at the gate.
    void await_waiting(std::size_t count) const
    {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return waiting_ >= count; });
    }

    /// How many calls wait at the gate.
    [[nodiscard]] std::size_t waiting() const
    {
        const std::scoped_lock lock{mutex_};
        return waiting_;
    }

    [[nodiscard]] error_code before(store_call call, std::size_t) override
    {
        std::unique_lock lock{mutex_};
        if (!is_closed_ || !calls_.contains(call))
            return {};
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [this, mine = generation_] { return generation_ != mine; });
        --waiting_;
        changed_.notify_all();
        return {};
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    bool is_closed_{};
    std::size_t generation_{};
    std::size_t waiting_{};
    store_calls calls_;
};

/// Counts calls, and how many sessions each named.
class recording_hook final : public store_hook
{
public:
    /// How many such calls there were.
    [[nodiscard]] std::size_t calls(store_call call) const { return sizes(call).size(); }

    /// The sizes of these calls, in the order in which they came.
    [[nodiscard]] std::vector<std::size_t> sizes(store_call call) const
    {
        const std::scoped_lock lock{mutex_};
        const auto found = sizes_.find(call);
        return found == sizes_.end() ? std::vector<std::size_t>{} : found->second;
    }

    /// 0 if there was no such call.
    [[nodiscard]] std::size_t largest(store_call call) const
    {
        const auto all = sizes(call);
        return all.empty() ? 0 : *std::max_element(all.begin(), all.end());
    }

    /// Counts anew from here.
    void forget()
    {
        const std::scoped_lock lock{mutex_};
        sizes_.clear();
    }

    [[nodiscard]] error_code before(store_call call, std::size_t size) override
    {
        const std::scoped_lock lock{mutex_};
        sizes_[call].push_back(size);
        return {};
    }

private:
    mutable std::mutex mutex_;
    std::map<store_call, std::vector<std::size_t>> sizes_;
};

} // namespace cinema::booking::testing
