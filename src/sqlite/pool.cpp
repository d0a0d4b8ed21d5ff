#include "pool.hpp"

#include <algorithm>

namespace cinema::booking::sqlite
{

pool::pool(std::string file, unsigned connections_max, opener open)
    : file_{std::move(file)}, open_{std::move(open)}, free_{connections_max}
{
    idle_.reserve(connections_max);
}

/// Takes the right to one connection.
void pool::acquire(deadline until)
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
    throw failure{errc::store_unavailable,
                  file_ + ": other calls kept every connection busy for longer than the timeout"};
}

pool::lease pool::take(deadline until)
{
    acquire(until);
    std::unique_ptr<connection> lent;
    try
    {
        {
            const std::lock_guard lock{mutex_};
            if (!idle_.empty())
            {
                lent = std::move(idle_.back());
                idle_.pop_back();
            }
        }
        if (!lent)
            lent = open_(until);
        if (lent->has_moved())
            throw failure{errc::store_unavailable,
                          file_
                              + ": it was moved, replaced or removed while in use: put it back, "
                                "or stop all programs that use it and start them anew"};
    }
    catch (...)
    {
        give_back(std::move(lent));
        throw;
    }
    lent->wait_until(until);
    return {*this, std::move(lent)};
}

void pool::add(std::unique_ptr<connection> open)
{
    const std::lock_guard lock{mutex_};
    idle_.push_back(std::move(open));
}

void pool::give_back(std::unique_ptr<connection> lent) noexcept
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

} // namespace cinema::booking::sqlite
