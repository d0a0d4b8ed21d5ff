#pragma once

#include <cstddef>

namespace cinema::booking::sqlite
{

/// Every statement of the adapter but those of the schema. Connections keep them prepared.
enum class query : std::size_t
{
    begin_read,
    begin_write,
    commit,
    rollback,

    find_state,
    swap_session,
    add_reservation,
    move_reservation,
    take_seat,
    free_seat,
    put_key,
    drop_blocks,
    add_block,

    has_recent_change,
    find_session,
    prices_of_session,
    blocks_of_session,
    keys_of_session,
    keys_since,
    find_key,
    reservations_of_session,
    live_reservations,
    reservations_since,
    guard_of_session,

    add_hall,
    add_seat,
    find_hall,
    find_hall_by_name,
    seats_of_hall,
    hall_ids,
    last_guarded_before,
    add_session,
    add_price,
    sessions_at,
    sessions_from,
    sessions_of_hall_at,
    sessions_of_hall_from,

    lapsed_sessions,
    ended_reservations,
    ended_of_session,
    keep_document,
    drop_reservation,
    note_purge,
    key_owners,
    over_sessions_with_keys,
    outlived_keys,
    drop_key,
    drop_documents_of_guests,
    drop_expired_tokens,

    keep_property,
    find_property,
    take_lease,
    add_token,
    find_token,
    touch_token,
    drop_token,
    drop_tokens_of,

    find_reservation,
    list_reservations,
    put_document,

    add_user,
    find_user,
    find_user_by_email,
    update_user,

    count ///< How many there are.
};

/// The SQL of `which`.
[[nodiscard]] const char* text_of(query which) noexcept;

} // namespace cinema::booking::sqlite
