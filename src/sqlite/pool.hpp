#pragma once

#include "connection.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace cinema::booking::sqlite
{

/// Lends connections, at most so many at once; who waits is served in the order of coming.
/// Thread-safe. Outlives what it lends.
class pool
{
public:
    using opener = std::function<std::unique_ptr<connection>(deadline)>;

    class lease
    {
    public:
        lease(pool& of, std::unique_ptr<connection> lent) noexcept : of_{of}, lent_{std::move(lent)}
        {
        }
        ~lease() { of_.give_back(std::move(lent_)); }
        lease(const lease&) = delete;
        lease& operator=(const lease&) = delete;

        [[nodiscard]] connection& operator*() const noexcept { return *lent_; }
        [[nodiscard]] connection* operator->() const noexcept { return lent_.get(); }

    private:
        pool& of_;
        std::unique_ptr<connection> lent_;
    };

    /// `file` is for messages.
    pool(std::string file, unsigned connections_max, opener open);

    /// A connection that waits for locks until `until`. Throws `failure`: store_unavailable if none
    /// is free by then, or if the file's name leads to another file by now; as the opener does.
    [[nodiscard]] lease take(deadline until);

    /// Adds an open connection. Pre: no more than may be lent.
    void add(std::unique_ptr<connection> open);

private:
    struct waiter
    {
        std::condition_variable served;
        bool is_served{};
    };

    void acquire(deadline until);
    void give_back(std::unique_ptr<connection> lent) noexcept;

    std::string file_;
    opener open_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<connection>> idle_;
    std::deque<waiter*> waiters_;
    unsigned free_; // how many more may be lent
};

} // namespace cinema::booking::sqlite
