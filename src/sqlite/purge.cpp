#include "inventory.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

namespace cinema::booking::sqlite
{
namespace
{

/// So much is removed in one transaction, that bookings need not wait long.
constexpr std::size_t chunk_max = 200;

using digest = std::array<std::uint8_t, 16>;

void drop_keys(connection& in, session_id session, const std::vector<digest>& keys)
{
    for (const auto& key : keys)
        in.run(query::drop_key, session, blob{key});
}

/// Removes the keys of a session that refer to `owners`; returns how many.
std::size_t drop_keys_of(connection& in, session_id session, const std::unordered_set<uuid>& owners)
{
    std::vector<digest> keys;
    {
        auto rows = in.rows(query::key_owners, session);
        while (rows.next())
            if (owners.contains(uuid{rows.array<16>(1)}))
                keys.push_back(rows.array<16>(0));
    }
    drop_keys(in, session, keys);
    return keys.size();
}

struct ended_in_session
{
    std::unordered_set<uuid> ids;
    session_version latest{};
};

purge_report purge_ended(connection& in, time_point ended_before, std::size_t limit)
{
    std::map<session_id, ended_in_session> ended;
    {
        auto rows = in.rows(query::ended_reservations, ended_before, limit);
        while (rows.next())
        {
            auto& of = ended[session_id{rows.integer(0)}];
            of.ids.insert(uuid{rows.array<16>(1)});
            of.latest =
                std::max(of.latest, session_version{static_cast<std::uint64_t>(rows.integer(2))});
        }
    }
    purge_report removed;
    for (const auto& [session, of] : ended)
    {
        removed.keys += drop_keys_of(in, session, of.ids);
        for (const auto& id : of.ids)
        {
            in.run(query::keep_document, session, blob{id.bytes});
            in.run(query::drop_reservation, session, blob{id.bytes});
        }
        in.run(query::note_purge, session, of.latest);
        removed.reservations += of.ids.size();
    }
    return removed;
}

std::size_t drop_outlived_keys(connection& in, session_id session, time_point ended_before,
                               std::size_t limit)
{
    std::vector<digest> keys;
    {
        auto rows = in.rows(query::outlived_keys, session, ended_before, limit);
        while (rows.next())
            keys.push_back(rows.array<16>(0));
    }
    drop_keys(in, session, keys);
    return keys.size();
}

std::vector<session_id> ids_from(cursor rows)
{
    std::vector<session_id> ids;
    while (rows.next())
        ids.push_back(session_id{rows.integer(0)});
    return ids;
}

/// One purge: several short transactions, until the limit or the time is reached.
class purge_run
{
public:
    purge_run(database& in, time_point ended_before, std::size_t limit)
        : in_{in}, ended_before_{ended_before}, limit_{limit}, until_{in.time_limit()}
    {
    }

    store_result<purge_report> run()
    {
        for (const auto step : {&purge_run::ended, &purge_run::outlived_keys, &purge_run::tokens})
            if (const auto ok = (this->*step)(); !ok && (is_empty() || is_in_doubt(ok.error())))
                return ok.error();
        return removed_;
    }

private:
    [[nodiscard]] bool is_empty() const noexcept
    {
        return removed_.reservations + removed_.keys + removed_.access_tokens == 0;
    }
    [[nodiscard]] static bool is_in_doubt(const error_code& error) noexcept
    {
        return error == errc::outcome_unknown;
    }
    [[nodiscard]] std::size_t chunk(std::size_t removed) const
    {
        const bool is_late = std::chrono::steady_clock::now() >= until_;
        return is_late || removed >= limit_ ? 0 : std::min(limit_ - removed, chunk_max);
    }

    store_result<void> ended()
    {
        while (const auto most = chunk(removed_.reservations))
        {
            const auto part = in_.write([&](connection& in) -> store_result<purge_report>
                                        { return purge_ended(in, ended_before_, most); },
                                        until_);
            if (!part)
                return part.error();
            removed_.reservations += part->reservations;
            removed_.keys += part->keys;
            if (part->reservations < most)
                break;
        }
        return {};
    }

    store_result<void> outlived_keys()
    {
        const auto over =
            in_.read([&](connection& from) -> store_result<std::vector<session_id>>
                     { return ids_from(from.rows(query::over_sessions_with_keys, ended_before_)); },
                     until_);
        if (!over)
            return over.error();
        for (const auto session : *over)
            while (const auto most = chunk(removed_.keys))
            {
                const auto part =
                    in_.write([&](connection& in) -> store_result<std::size_t>
                              { return drop_outlived_keys(in, session, ended_before_, most); },
                              until_);
                if (!part)
                    return part.error();
                removed_.keys += *part;
                if (*part < most)
                    break;
            }
        return {};
    }

    store_result<void> tokens()
    {
        while (const auto most = chunk(removed_.access_tokens))
        {
            const auto part = in_.write(
                [&](connection& in) -> store_result<std::size_t> {
                    return static_cast<std::size_t>(
                        in.run(query::drop_expired_tokens, in_.now(), most));
                },
                until_);
            if (!part)
                return part.error();
            removed_.access_tokens += *part;
            if (*part < most)
                break;
        }
        return {};
    }

    database& in_;
    time_point ended_before_;
    std::size_t limit_;
    deadline until_;
    purge_report removed_;
};

} // namespace

store_result<std::vector<session_id>> inventory::lapsed(time_point now, std::size_t limit)
{
    return in_->read([&](connection& from) -> store_result<std::vector<session_id>>
                     { return ids_from(from.rows(query::lapsed_sessions, now, limit)); });
}

store_result<purge_report> inventory::purge(time_point ended_before, std::size_t limit)
{
    return purge_run{*in_, ended_before, limit}.run();
}

} // namespace cinema::booking::sqlite
