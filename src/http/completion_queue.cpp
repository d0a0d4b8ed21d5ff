#include "completion_queue.hpp"

#include <boost/asio/post.hpp>

namespace cinema::booking::http
{

void exchange::wake() noexcept
{
    queue_->push(std::static_pointer_cast<exchange>(shared_from_this()));
}

void completion_queue::push(std::shared_ptr<exchange> woken)
{
    const std::lock_guard lock{mutex_};
    if (io_ == nullptr)
        return;
    woken_.push_back(std::move(woken));
    if (woken_.size() == 1)
        boost::asio::post(*io_, ready_);
}

void completion_queue::take(std::vector<std::shared_ptr<exchange>>& out)
{
    const std::lock_guard lock{mutex_};
    out.swap(woken_);
}

void completion_queue::close()
{
    std::vector<std::shared_ptr<exchange>> dropped;
    const std::lock_guard lock{mutex_};
    io_ = nullptr;
    dropped.swap(woken_);
}

} // namespace cinema::booking::http
