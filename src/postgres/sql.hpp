#pragma once

#include <cstddef>

namespace cinema::booking::postgres
{

/// Every statement of the adapter but those of the schema. Connections keep them prepared.
enum class query : std::size_t
{
    begin,
    commit,
    commit_changes,
    load_sessions,
    find_key,
    lock_session,
    lock_sessions,
    guard_rows,
    now,

    add_hall,
    add_seats,
    find_halls,
    lock_hall,
    add_session,
    add_times,
    add_prices,
    add_blocks,
    sessions,
    sessions_of_hall,

    lapsed_sessions,
    purge_ended,
    purge_keys,
    purge_tokens,

    keep_property,
    find_property,
    lease,
    add_token,
    find_token,
    touch_token,
    drop_token,
    drop_tokens_of,

    find_reservation,
    list_reservations,
    reservations_of_session,
    put_document,

    take_outbox,
    drop_delivered,
    note_trouble,
    outbox_status,
    list_set_aside,
    retry_set_aside,
    drop_set_aside,

    add_user,
    find_user,
    find_user_by_email,
    update_user,

    count ///< How many there are.
};

/// The SQL of `which`.
[[nodiscard]] const char* text_of(query which) noexcept;

} // namespace cinema::booking::postgres
