#pragma once

#include <cinema/booking/engine/seat_map.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>
#include <unordered_map>

namespace cinema::booking::detail
{

/// The latest seat map of each session whose book is in memory, for readers on any thread.
class view_table
{
public:
    using steady_time = std::chrono::steady_clock::time_point;

    /// `verified`: a time at which the store was not past this map yet.
    void publish(seat_map_ptr map, steady_time verified)
    {
        const auto session = map->session->id;
        auto& shard = shard_of(session);
        const std::lock_guard lock{shard.mutex};
        auto& kept = shard.views[session];
        kept.map = std::move(map);
        kept.verified = verified;
    }

    /// The map is still what the store has.
    void confirm(session_id session, steady_time verified)
    {
        auto& shard = shard_of(session);
        const std::lock_guard lock{shard.mutex};
        if (const auto found = shard.views.find(session); found != shard.views.end())
            found->second.verified = verified;
    }

    void erase(session_id session)
    {
        auto& shard = shard_of(session);
        const std::lock_guard lock{shard.mutex};
        shard.views.erase(session);
    }

    /// Null if there is none that was verified after `oldest`.
    [[nodiscard]] seat_map_ptr find(session_id session, steady_time oldest) const
    {
        auto& shard = shard_of(session);
        const std::lock_guard lock{shard.mutex};
        const auto found = shard.views.find(session);
        if (found == shard.views.end())
            return nullptr;
        found->second.wanted = std::max(found->second.wanted, oldest);
        return found->second.verified <= oldest ? nullptr : found->second.map;
    }

    /// Whether a reader asked for the map with an `oldest` behind `wanted_after`, and the map was
    /// not verified after `verified_after`.
    [[nodiscard]] bool is_due(session_id session, steady_time wanted_after,
                              steady_time verified_after) const
    {
        auto& shard = shard_of(session);
        const std::lock_guard lock{shard.mutex};
        const auto found = shard.views.find(session);
        return found != shard.views.end() && found->second.wanted > wanted_after
               && found->second.verified <= verified_after;
    }

private:
    struct view
    {
        seat_map_ptr map;
        steady_time verified;
        mutable steady_time wanted{}; ///< The latest `oldest` of a reader.
    };
    struct shard_type
    {
        mutable std::mutex mutex;
        std::unordered_map<session_id, view> views;
    };

    [[nodiscard]] shard_type& shard_of(session_id session)
    {
        return shards_[static_cast<std::size_t>(raw(session)) % shards_.size()];
    }
    [[nodiscard]] const shard_type& shard_of(session_id session) const
    {
        return shards_[static_cast<std::size_t>(raw(session)) % shards_.size()];
    }

    std::array<shard_type, 16> shards_;
};

} // namespace cinema::booking::detail
