#include "inventory.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <utility>

namespace cinema::booking::sqlite
{
namespace
{

/// So much is removed in one transaction, that bookings need not wait long.
constexpr std::size_t chunk_max = 200;

using digest = std::array<std::uint8_t, 16>;

/// A reservation to be removed, and its keys.
struct ended_reservation
{
    session_id session{};
    uuid id;
    session_version version{};
    std::vector<digest> keys{};
};

/// What ended before in one session, that of the first to end. All its keys are looked at for it,
/// in a transaction that keeps nobody from writing, and once for all that goes with them.
std::vector<ended_reservation> find_ended(connection& from, time_point ended_before,
                                          std::size_t limit)
{
    std::vector<ended_reservation> ended;
    std::optional<session_id> session;
    {
        auto first = from.rows(query::ended_reservations, ended_before, 1);
        if (first.next())
            session = session_id{first.integer(0)};
    }
    if (!session)
        return ended;
    auto rows = from.rows(query::ended_of_session, *session, ended_before, limit);
    while (rows.next())
        ended.push_back({*session, uuid{rows.array<16>(0)},
                         session_version{static_cast<std::uint64_t>(rows.integer(1))}});
    std::map<uuid, ended_reservation*> by_id;
    for (auto& each : ended)
        by_id.emplace(each.id, &each);
    auto keys = from.rows(query::key_owners, *session);
    while (keys.next())
        if (const auto of = by_id.find(uuid{keys.array<16>(1)}); of != by_id.end())
            of->second->keys.push_back(keys.array<16>(0));
    return ended;
}

/// What has ended stays so: nothing of it has changed since it was looked for, but that a key may
/// belong to another reservation, or another purge came first.
purge_report drop_ended(connection& in, std::span<const ended_reservation> ended)
{
    purge_report removed;
    for (const auto& [session, id, version, keys] : ended)
    {
        for (const auto& key : keys)
            removed.keys += static_cast<std::size_t>(
                in.run(query::drop_key, session, blob{key}, blob{id.bytes}));
        in.run(query::keep_document, session, blob{id.bytes});
        removed.reservations +=
            static_cast<std::size_t>(in.run(query::drop_reservation, session, blob{id.bytes}));
        in.run(query::note_purge, session, version);
    }
    return removed;
}

struct outlived_key
{
    session_id session{};
    digest key{};
    uuid reservation;
};

void find_outlived_keys(connection& from, session_id session, time_point ended_before,
                        std::size_t limit, std::vector<outlived_key>& to)
{
    auto rows = from.rows(query::outlived_keys, session, ended_before, limit);
    while (rows.next())
        to.push_back({session, rows.array<16>(0), uuid{rows.array<16>(1)}});
}

std::vector<session_id> ids_from(cursor rows)
{
    std::vector<session_id> ids;
    while (rows.next())
        ids.push_back(session_id{rows.integer(0)});
    return ids;
}

/// One purge: several short transactions for each kind of thing, until the limit is reached or the
/// kind's share of the time is over. What is wrong with one kind does not keep the others.
class purge_run
{
public:
    purge_run(database& in, time_point ended_before, std::size_t limit)
        : in_{in}, ended_before_{ended_before}, limit_{limit}
    {
    }

    store_result<purge_report> run()
    {
        const auto begin = std::chrono::steady_clock::now();
        const auto share = (in_.time_limit() - begin) / 3;
        int steps = 0;
        error_code error;
        for (const auto step : {&purge_run::ended, &purge_run::outlived_keys, &purge_run::tokens})
        {
            until_ = begin + ++steps * share;
            if (const auto done = (this->*step)(); !done && !is_in_doubt(error))
                error = done.error();
        }
        if (error && (is_empty() || is_in_doubt(error)))
            return error;
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
    [[nodiscard]] bool is_late() const { return std::chrono::steady_clock::now() >= until_; }

    /// Calls `drop` with one part of `all` after the other, each in a transaction of its own. The
    /// first is done in any case: else nothing would ever go where looking takes all the time.
    template <class Each, class Drop>
    store_result<void> drop_in_chunks(std::span<const Each> all, Drop drop)
    {
        for (bool is_first = true; !all.empty() && (is_first || !is_late()); is_first = false)
        {
            const auto part = all.first(std::min(all.size(), chunk_max));
            const auto done = in_.write([&](connection& in) -> store_result<purge_report>
                                        { return drop(in, part); });
            if (!done)
                return done.error();
            removed_.reservations += done->reservations;
            removed_.keys += done->keys;
            all = all.subspan(part.size());
        }
        return {};
    }

    store_result<void> ended()
    {
        while (!is_late() && removed_.reservations < limit_)
        {
            const auto found = in_.read(
                [&](connection& from) -> store_result<std::vector<ended_reservation>>
                { return find_ended(from, ended_before_, limit_ - removed_.reservations); },
                until_);
            if (!found)
                return found.error();
            if (found->empty())
                break;
            if (const auto done = drop_in_chunks(std::span{std::as_const(*found)}, drop_ended);
                !done)
                return done;
        }
        return {};
    }

    store_result<void> outlived_keys()
    {
        const auto found = in_.read(
            [&](connection& from) -> store_result<std::vector<outlived_key>>
            {
                std::vector<outlived_key> keys;
                for (const auto id :
                     ids_from(from.rows(query::over_sessions_with_keys, ended_before_)))
                    if (keys.size() < limit_ && !is_late())
                        find_outlived_keys(from, id, ended_before_, limit_ - keys.size(), keys);
                return keys;
            },
            until_);
        if (!found)
            return found.error();
        return drop_in_chunks(
            std::span{std::as_const(*found)},
            [](connection& in, std::span<const outlived_key> keys)
            {
                purge_report removed;
                for (const auto& [session, key, reservation] : keys)
                    removed.keys += static_cast<std::size_t>(
                        in.run(query::drop_key, session, blob{key}, blob{reservation.bytes}));
                return removed;
            });
    }

    store_result<void> tokens()
    {
        while (!is_late() && removed_.access_tokens < limit_)
        {
            const auto most = std::min(limit_ - removed_.access_tokens, chunk_max);
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
