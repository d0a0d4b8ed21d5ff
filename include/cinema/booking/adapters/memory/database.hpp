#pragma once

#include <cinema/booking/adapters/memory/documents.hpp>
#include <cinema/booking/adapters/memory/guard.hpp>
#include <cinema/booking/adapters/memory/session.hpp>
#include <cinema/booking/store/stores.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cinema::booking
{

/// What memory stores can be told.
struct memory_params
{
    std::function<time_point()> clock{host_now}; ///< Must be safe from any thread and not throw.
};

namespace detail
{

using token_digest = std::array<std::uint8_t, 32>;

/// Everything that the memory stores keep, as plain data that can be copied. Not thread-safe.
struct memory_data
{
    using hold = std::tuple<time_point, session_id, uuid>; // when it runs out, and which

    std::vector<hall_ptr> halls; // hall 1 first
    std::int64_t seats_made{};
    std::unordered_map<session_id, memory_session> sessions;
    std::set<session_cursor> programme; // sessions in the order in which they are listed
    std::map<hall_id, std::map<time_point, time_point>> occupied; // from, until
    memory_guard guard;
    std::set<hold> holds;
    memory_documents documents;
    std::map<std::string, std::string, std::less<>> kept;
    std::map<std::string, std::pair<std::uint64_t, time_point>, std::less<>> leases; // owner, end
    std::map<token_digest, access_token> tokens;
    std::unordered_map<std::string, user> accounts;           // by id
    std::unordered_map<std::string, std::string> id_by_email; // by email_key()

    /// Null if there is none.
    [[nodiscard]] memory_session* find_session(session_id id)
    {
        const auto found = sessions.find(id);
        return found == sessions.end() ? nullptr : &found->second;
    }

    /// Writes `change` everywhere, without any check.
    void apply(memory_session& session, const session_change& change)
    {
        for (const auto& entry : change.reservations)
        {
            const auto& id = entry.now->id.id;
            const auto* before = session.find(id);
            if (before != nullptr && before->held_until())
                holds.erase({*before->held_until(), change.session, id});
            if (entry.now->held_until())
                holds.emplace(*entry.now->held_until(), change.session, id);
            documents.put(entry.now);
        }
        guard.apply(change);
        session.apply(change);
    }
};

} // namespace detail

/// What the three memory stores share. Tests open several sets of stores on one database, or put it
/// back to an earlier state. Thread safety: safe from any thread.
class memory_database
{
public:
    /// A copy of all that the database keeps.
    using image = std::shared_ptr<const detail::memory_data>;

    /// An empty database, whose time is `params.clock`.
    explicit memory_database(memory_params params = {}) : params_{std::move(params)} {}

    /// All that is kept now, for `restore`.
    [[nodiscard]] image save() const
    {
        const std::scoped_lock lock{mutex_};
        return std::make_shared<const detail::memory_data>(data_);
    }

    /// Loses all that was written since `earlier` was saved, as a database does that is restored
    /// from a backup.
    void restore(const image& earlier)
    {
        const std::scoped_lock lock{mutex_};
        data_ = *earlier;
    }

    /// Calls `work` with the data while nobody else reads or writes it.
    template <class Work>
    auto locked(Work work)
    {
        const std::scoped_lock lock{mutex_};
        return work(data_);
    }

    /// The database's time.
    [[nodiscard]] time_point now() const { return params_.clock(); }

    /// Different for each call, also after a restore.
    [[nodiscard]] change_id fresh_change() noexcept
    {
        const std::scoped_lock lock{mutex_};
        return change_id{++changes_made_ * 0x9E37'79B9'7F4A'7C15U};
    }

private:
    memory_params params_;
    mutable std::mutex mutex_;
    detail::memory_data data_;
    std::uint64_t changes_made_{};
};

} // namespace cinema::booking
