#include "rendered_cache.hpp"

#include "render.hpp"

namespace cinema::booking::http
{

std::size_t rendered_cache::entry::bytes() const noexcept
{
    constexpr std::size_t overhead = 200; // list, index and string headers
    return overhead + (seats ? seats->capacity() : 0) + (item ? item->capacity() : 0);
}

shared_text rendered_cache::seats(const seat_map& map)
{
    return text(map, &entry::seats, append_seats);
}

shared_text rendered_cache::session(const seat_map& map)
{
    return text(map, &entry::item, append_session);
}

hall_ptr rendered_cache::hall_of(session_id session) const
{
    const std::lock_guard lock{mutex_};
    const auto known = index_.find(session);
    return known == index_.end() ? nullptr : known->second->hall;
}

std::size_t rendered_cache::bytes() const
{
    const std::lock_guard lock{mutex_};
    return bytes_;
}

shared_text rendered_cache::text(const seat_map& map, part which,
                                 void (*append)(std::string&, const seat_map&))
{
    {
        const std::lock_guard lock{mutex_};
        const auto known = index_.find(map.session->id);
        if (known != index_.end() && known->second->stamp == map.stamp
            && *known->second.*which != nullptr)
        {
            entries_.splice(entries_.begin(), entries_, known->second);
            return *known->second.*which;
        }
    }
    std::string made;
    append(made, map);
    made.shrink_to_fit();
    auto shared = std::make_shared<const std::string>(std::move(made));
    keep(map, which, shared);
    return shared;
}

void rendered_cache::keep(const seat_map& map, part which, const shared_text& made)
{
    const std::lock_guard lock{mutex_};
    auto known = index_.find(map.session->id);
    if (known == index_.end())
    {
        entries_.push_front({map.session->id, map.stamp, map.hall, nullptr, nullptr});
        known = index_.emplace(map.session->id, entries_.begin()).first;
        bytes_ += entries_.front().bytes();
    }
    auto& kept = *known->second;
    entries_.splice(entries_.begin(), entries_, known->second);
    bytes_ -= kept.bytes();
    if (kept.stamp != map.stamp) // also when versions went back
    {
        kept.stamp = map.stamp;
        kept.seats.reset();
        kept.item.reset();
    }
    kept.*which = made;
    bytes_ += kept.bytes();
    trim();
}

void rendered_cache::trim()
{
    while (bytes_ > bytes_max_ && !entries_.empty())
    {
        bytes_ -= entries_.back().bytes();
        index_.erase(entries_.back().session);
        entries_.pop_back();
    }
}

} // namespace cinema::booking::http
