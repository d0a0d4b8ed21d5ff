#pragma once

#include "common/reporter.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace cinema::booking::adapters
{

/// Lends connections, at most so many at once; who waits is served in the order of coming.
/// Thread-safe. Outlives what it lends.
///
/// A connection has `is_broken()`, after which it is not lent again, and `wait_until(deadline)`.
template <class Connection>
class pool
{
public:
    /// Called before a connection is lent, by the thread that will use it: opens one if it gets
    /// none, and may replace one that has gone bad. Throws `failure`.
    using lender = std::function<void(std::unique_ptr<Connection>&, deadline)>;

    class lease
    {
    public:
        lease(pool& of, std::unique_ptr<Connection> lent) noexcept : of_{of}, lent_{std::move(lent)}
        {
        }
        ~lease() { of_.give_back(std::move(lent_)); }
        lease(const lease&) = delete;
        lease& operator=(const lease&) = delete;

        [[nodiscard]] Connection& operator*() const noexcept { return *lent_; }
        [[nodiscard]] Connection* operator->() const noexcept { return lent_.get(); }

    private:
        pool& of_;
        std::unique_ptr<Connection> lent_;
    };

    pool(unsigned connections_max, lender lend) : lend_{std::move(lend)}, free_{connections_max}
    {
        idle_.reserve(connections_max);
    }

    /// A connection that waits until `until` at most. Throws `failure`: store_unavailable if none
    /// is free by then; as the lender does.
    [[nodiscard]] lease take(deadline until);

    /// Adds an open connection. Pre: no more than may be lent.
    void add(std::unique_ptr<Connection> open)
    {
        const std::lock_guard lock{mutex_};
        idle_.push_back(std::move(open));
    }

private:
    struct waiter
    {
        std::condition_variable served;
        bool is_served{};
    };

    void acquire(deadline until);
    [[nodiscard]] std::unique_ptr<Connection> take_idle();
    void give_back(std::unique_ptr<Connection> lent) noexcept;

    lender lend_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::deque<waiter*> waiters_;
    unsigned free_; // how many more may be lent
};

/// Takes the right to one connection.
template <class Connection>
void pool<Connection>::acquire(deadline until)
{
    std::unique_lock lock{mutex_};
    if (free_ > 0)
    {
        --free_;
        return;
    }
    waiter self;
    waiters_.push_back(&self);
    if (self.served.wait_until(lock, until, [&] { return self.is_served; }))
        return;
    std::erase(waiters_, &self);
    throw failure{errc::busy, "other calls kept every connection busy for longer than the timeout"};
}

template <class Connection>
std::unique_ptr<Connection> pool<Connection>::take_idle()
{
    const std::lock_guard lock{mutex_};
    if (idle_.empty())
        return nullptr;
    auto lent = std::move(idle_.back());
    idle_.pop_back();
    return lent;
}

template <class Connection>
typename pool<Connection>::lease pool<Connection>::take(deadline until)
{
    acquire(until);
    std::unique_ptr<Connection> lent;
    try
    {
        lent = take_idle();
        lend_(lent, until);
    }
    catch (...)
    {
        give_back(std::move(lent));
        throw;
    }
    lent->wait_until(until);
    return {*this, std::move(lent)};
}

template <class Connection>
void pool<Connection>::give_back(std::unique_ptr<Connection> lent) noexcept
{
    if (lent && lent->is_broken())
        lent.reset();
    const std::lock_guard lock{mutex_};
    if (lent)
        idle_.push_back(std::move(lent)); // has room
    if (waiters_.empty())
    {
        ++free_;
        return;
    }
    waiters_.front()->is_served = true;
    waiters_.front()->served.notify_one();
    waiters_.pop_front();
}

} // namespace cinema::booking::adapters
