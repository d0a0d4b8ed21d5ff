#include "slow_answers.hpp"

namespace cinema::booking::http
{

slow_answers::ticket slow_answers::add(connection& reader, const api_response& response)
{
    const entry added{&reader, response.shared.get(), response.body().size()};
    auto* const readers = added.shared != nullptr ? &readers_[added.shared] : nullptr;
    entries_.emplace(++last_, added);
    if (readers == nullptr || (*readers)++ == 0)
        bytes_ += added.bytes;
    return last_;
}

void slow_answers::remove(ticket which)
{
    const auto found = entries_.find(which);
    if (found == entries_.end())
        return;
    const auto removed = found->second;
    entries_.erase(found);
    if (removed.shared != nullptr)
    {
        const auto readers = readers_.find(removed.shared);
        if (--readers->second > 0)
            return;
        readers_.erase(readers);
    }
    bytes_ -= removed.bytes;
}

connection* slow_answers::surplus() const
{
    return bytes_ > bytes_max_ && entries_.size() > 1 ? entries_.begin()->second.reader : nullptr;
}

} // namespace cinema::booking::http
