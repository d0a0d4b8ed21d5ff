#include "inventory.hpp"
#include "reservation_row.hpp"

#include <unordered_set>

namespace cinema::booking::sqlite
{
namespace
{

std::vector<reservation_ptr> reservations_from(cursor rows)
{
    std::vector<reservation_ptr> all;
    while (rows.next())
        all.push_back(reservation_from(rows));
    return all;
}

key_record key_from(const cursor& row)
{
    return {.key = {row.array<16>(0)},
            .request = row.array<32>(1),
            .reservation = {row.array<16>(2)},
            .event = static_cast<std::uint16_t>(row.integer(3))};
}

std::vector<key_record> keys_from(cursor rows)
{
    std::vector<key_record> all;
    while (rows.next())
        all.push_back(key_from(rows));
    return all;
}

/// The keys of the snapshot's reservations, and the prefixes of all others.
void add_live_keys(cursor rows, session_snapshot& to)
{
    std::unordered_set<uuid> there;
    for (const auto& state : to.reservations)
        there.insert(state->id.id);
    while (rows.next())
        if (there.contains(uuid{rows.array<16>(2)}))
            to.keys.push_back(key_from(rows));
        else
            to.key_prefixes.push_back(prefix_of(key_digest{rows.array<16>(0)}));
}

session_delta delta_of(connection& from, session_id id, const session_state& now,
                       session_version known)
{
    return {.stamp = now.stamp,
            .changed_at = now.changed_at,
            .reservations = reservations_from(from.rows(query::reservations_since, id, known)),
            .keys = keys_from(from.rows(query::keys_since, id, known))};
}

session_snapshot snapshot_of(connection& from, session_id id, const session_state& now,
                             bool with_ended)
{
    session_snapshot snapshot;
    snapshot.stamp = now.stamp;
    snapshot.changed_at = now.changed_at;
    auto row = from.rows(query::find_session, id);
    if (row.next())
        snapshot.session = session_from(from, row);
    auto blocks = from.rows(query::blocks_of_session, id);
    while (blocks.next())
        snapshot.session.blocked.push_back(
            seat_number{static_cast<std::int32_t>(blocks.integer(0))});
    snapshot.reservations = reservations_from(
        from.rows(with_ended ? query::reservations_of_session : query::live_reservations, id));
    if (with_ended)
        snapshot.keys = keys_from(from.rows(query::keys_of_session, id));
    else
        add_live_keys(from.rows(query::keys_of_session, id), snapshot);
    return snapshot;
}

/// Whether the session went through this change not long ago.
bool has_recent_change(connection& from, session_id id, change_id change)
{
    const auto bytes = bytes_of(change);
    auto row = from.rows(query::has_recent_change, id, blob{bytes}, bytes.size());
    return row.next() && row.integer(0) != 0;
}

/// Whether all that changed since `known` can be told from what is stored now.
bool is_delta_possible(connection& from, session_id id, const session_state& now,
                       const std::optional<session_stamp>& known)
{
    return known && known->config == now.stamp.config && known->version < now.stamp.version
           && known->version >= now.complete_since && has_recent_change(from, id, known->change);
}

} // namespace

std::optional<session_state> find_state(connection& from, session_id id)
{
    auto row = from.rows(query::find_state, id);
    if (!row.next())
        return std::nullopt;
    const auto number = [&](int column) { return static_cast<std::uint64_t>(row.integer(column)); };
    return session_state{
        {session_version{number(0)}, change_id{number(1)}, config_version{number(2)}},
        row.time(3),
        session_version{number(4)}};
}

store_result<session_load> load_session(connection& from, const load_request& request)
{
    const auto now = find_state(from, request.session);
    if (!now)
        return make_error_code(errc::session_not_found);
    if (request.known == now->stamp)
        return session_load{session_unchanged{}};
    if (is_delta_possible(from, request.session, *now, request.known))
        return session_load{delta_of(from, request.session, *now, request.known->version)};
    return session_load{snapshot_of(from, request.session, *now, request.with_ended)};
}

store_result<store_reply> inventory::do_load(std::span<const load_request> requests,
                                             std::span<store_result<session_load>> out)
{
    const auto done = in_->read(
        [&](connection& from) -> store_result<void>
        {
            for (std::size_t i = 0; i < requests.size(); ++i)
                out[i] = load_session(from, requests[i]);
            return {};
        });
    if (!done)
        return done.error();
    return in_->reply();
}

store_result<std::pair<session_stamp, std::vector<guard_row>>> inventory::guard_rows(session_id id)
{
    using answer = std::pair<session_stamp, std::vector<guard_row>>;
    return in_->read(
        [&](connection& from) -> store_result<answer>
        {
            const auto now = find_state(from, id);
            if (!now)
                return make_error_code(errc::session_not_found);
            answer guard{now->stamp, {}};
            auto rows = from.rows(query::guard_of_session, id);
            while (rows.next())
                guard.second.push_back({seat_number{static_cast<std::int32_t>(rows.integer(0))},
                                        uuid{rows.array<16>(1)}});
            return guard;
        });
}

store_result<stored_key> inventory::find_key(session_id session, const key_digest& key)
{
    return in_->read(
        [&](connection& from) -> store_result<stored_key>
        {
            auto row = from.rows(query::find_key, session, blob{key.bytes});
            if (!row.next())
                return stored_key{};
            auto of = reservation_from(row);
            const key_record record{.key = key,
                                    .request = row.array<32>(8),
                                    .reservation = of->id.id,
                                    .event = static_cast<std::uint16_t>(row.integer(9))};
            return stored_key{record, std::move(of)};
        });
}

store_result<store_reply> inventory::ping()
{
    const auto done = in_->read(
        [](connection& from) -> store_result<void>
        {
            (void)find_state(from, session_id{1}); // any read
            return {};
        });
    if (!done)
        return done.error();
    return in_->reply();
}

} // namespace cinema::booking::sqlite
