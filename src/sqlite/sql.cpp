#include "sql.hpp"

#include <initializer_list>

#define CINEMA_RESERVATION_COLUMNS                                                                 \
    "session_id, id, user_label, account, currency, seats, events, version"

// Keeps the document that `source`, VALUES or SELECT, gives, unless a newer one is kept.
#define CINEMA_PUT_DOCUMENT(source)                                                                \
    "INSERT INTO documents (session_id, id, version, status, held_until, updated_at, account,"     \
    " user_label, currency, seats, events) " source                                                \
    " ON CONFLICT (session_id, id) DO UPDATE SET version = excluded.version,"                      \
    " status = excluded.status, held_until = excluded.held_until,"                                 \
    " updated_at = excluded.updated_at, account = excluded.account,"                               \
    " user_label = excluded.user_label, currency = excluded.currency,"                             \
    " seats = excluded.seats, events = excluded.events WHERE excluded.version > version"

namespace cinema::booking::sqlite
{
namespace
{

const char* text_of_commit(query which) noexcept
{
    switch (which)
    {
    case query::begin_read: return "BEGIN";
    case query::begin_write: return "BEGIN IMMEDIATE";
    case query::commit: return "COMMIT";
    case query::rollback: return "ROLLBACK";
    case query::find_state:
        return "SELECT version, change_id, config_version, changed_at, complete_since"
               " FROM sessions WHERE id = ?1";
    case query::swap_session:
        return "UPDATE sessions SET version = ?4, change_id = ?5, config_version = ?6,"
               " changed_at = ?7, recent_changes = substr(CAST(recent_changes || ?8 AS BLOB), -?9)"
               " WHERE id = ?1 AND version = ?2 AND change_id = ?3";
    case query::add_reservation:
        return "INSERT INTO reservations (session_id, id, version, status, held_until, updated_at,"
               " account, user_label, currency, seats, events)"
               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING";
    case query::move_reservation:
        // The account stays as it is: to write it again would cost an entry of an index.
        return "UPDATE reservations SET version = ?3, status = ?4, held_until = ?5,"
               " updated_at = ?6, user_label = ?8, currency = ?9, seats = ?10, events = ?11"
               " WHERE session_id = ?1 AND id = ?2 AND account IS ?7"
               " AND (status NOT IN ('cancelled', 'expired')) = ?12";
    case query::take_seat:
        return "INSERT INTO session_seats (session_id, seat_number, reservation)"
               " VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    case query::free_seat:
        return "DELETE FROM session_seats"
               " WHERE session_id = ?1 AND seat_number = ?2 AND reservation = ?3";
    case query::put_key:
        return "INSERT INTO idempotency_keys"
               " (session_id, digest, version, event, reservation, request)"
               " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (session_id, digest) DO UPDATE SET"
               " version = excluded.version, event = excluded.event,"
               " reservation = excluded.reservation, request = excluded.request";
    case query::drop_blocks: return "DELETE FROM session_blocks WHERE session_id = ?1";
    case query::add_block:
        return "INSERT INTO session_blocks (session_id, seat_number) VALUES (?1, ?2)";
    default: return nullptr;
    }
}

const char* text_of_load(query which) noexcept
{
    switch (which)
    {
    case query::has_recent_change:
        return "SELECT instr(recent_changes, ?2) % ?3 = 1 FROM sessions WHERE id = ?1";
    case query::find_session:
        return "SELECT id, hall_id, showtime, ends_at, currency, movie_title"
               " FROM sessions WHERE id = ?1";
    case query::prices_of_session:
        return "SELECT category, price, price_type FROM session_prices"
               " WHERE session_id = ?1 ORDER BY position";
    case query::blocks_of_session:
        return "SELECT seat_number FROM session_blocks WHERE session_id = ?1 ORDER BY seat_number";
    case query::keys_of_session:
        return "SELECT digest, request, reservation, event FROM idempotency_keys"
               " WHERE session_id = ?1";
    case query::find_key:
        return "SELECT r.session_id, r.id, r.user_label, r.account, r.currency, r.seats, r.events,"
               " r.version, k.request, k.event FROM idempotency_keys AS k"
               " JOIN reservations AS r ON r.session_id = k.session_id AND r.id = k.reservation"
               " WHERE k.session_id = ?1 AND k.digest = ?2";
    case query::live_reservations:
        return "SELECT " CINEMA_RESERVATION_COLUMNS " FROM reservations WHERE session_id = ?1"
               " AND status NOT IN ('cancelled', 'expired')";
    case query::keys_since:
        return "SELECT digest, request, reservation, event FROM idempotency_keys"
               " WHERE session_id = ?1 AND version > ?2";
    case query::reservations_of_session:
        return "SELECT " CINEMA_RESERVATION_COLUMNS " FROM reservations WHERE session_id = ?1"
               " AND (status NOT IN ('cancelled', 'expired') OR id IN"
               " (SELECT reservation FROM idempotency_keys WHERE session_id = ?1))";
    case query::reservations_since:
        return "SELECT " CINEMA_RESERVATION_COLUMNS
               " FROM reservations WHERE session_id = ?1 AND version > ?2";
    case query::guard_of_session:
        return "SELECT seat_number, reservation FROM session_seats WHERE session_id = ?1"
               " ORDER BY seat_number";
    default: return nullptr;
    }
}

const char* text_of_catalogue(query which) noexcept
{
    switch (which)
    {
    case query::add_hall:
        return "INSERT INTO halls (name, time_zone, capacity, seat_config) VALUES (?1, ?2, ?3, ?4)";
    case query::add_seat:
        return "INSERT INTO seats (hall_id, row, col, seat_number, label, category, kind, blocked)"
               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    case query::find_hall: return "SELECT name, time_zone, seat_config FROM halls WHERE id = ?1";
    case query::find_hall_by_name: return "SELECT id FROM halls WHERE name = ?1";
    case query::seats_of_hall:
        return "SELECT id, seat_number, row, col, category, kind, blocked, label FROM seats"
               " WHERE hall_id = ?1 ORDER BY seat_number";
    case query::hall_ids: return "SELECT id FROM halls ORDER BY id";
    case query::last_guarded_before:
        // Guarded sessions do not overlap: the last that begins before a time is the last to end.
        return "SELECT ends_at FROM sessions WHERE hall_id = ?1 AND ends_at IS NOT NULL"
               " AND showtime < ?2 ORDER BY showtime DESC LIMIT 1";
    case query::add_session:
        return "INSERT INTO sessions (hall_id, version, change_id, config_version, changed_at,"
               " showtime, ends_at, currency, movie_title)"
               " VALUES (?1, 1, ?2, 1, ?3, ?4, ?5, ?6, ?7)";
    case query::add_price:
        return "INSERT INTO session_prices (session_id, position, category, price, price_type)"
               " VALUES (?1, ?2, ?3, ?4, ?5)";
    case query::sessions_at:
        return "SELECT id, hall_id, showtime, ends_at, currency, movie_title FROM sessions"
               " WHERE showtime = ?1 AND id > ?2 ORDER BY id";
    case query::sessions_from:
        return "SELECT id, hall_id, showtime, ends_at, currency, movie_title FROM sessions"
               " WHERE showtime >= ?1 ORDER BY showtime, id";
    case query::sessions_of_hall_at:
        return "SELECT id, hall_id, showtime, ends_at, currency, movie_title FROM sessions"
               " WHERE hall_id = ?3 AND showtime = ?1 AND id > ?2 ORDER BY id";
    case query::sessions_of_hall_from:
        return "SELECT id, hall_id, showtime, ends_at, currency, movie_title FROM sessions"
               " WHERE hall_id = ?2 AND showtime >= ?1 ORDER BY showtime, id";
    default: return nullptr;
    }
}

const char* text_of_purge(query which) noexcept
{
    switch (which)
    {
    case query::lapsed_sessions:
        return "SELECT DISTINCT session_id FROM reservations INDEXED BY reservations_held"
               " WHERE held_until <= ?1 LIMIT ?2";
    case query::ended_reservations:
        return "SELECT session_id, id, version FROM reservations"
               " WHERE status IN ('cancelled', 'expired') AND updated_at < ?1"
               " ORDER BY updated_at LIMIT ?2";
    case query::ended_of_session: // not by their time, since that finds those of other sessions
        return "SELECT id, version FROM reservations WHERE session_id = ?1"
               " AND status IN ('cancelled', 'expired') AND +updated_at < ?2 LIMIT ?3";
    case query::keep_document:
        return CINEMA_PUT_DOCUMENT("SELECT session_id, id, version, status, held_until, updated_at,"
                                   " account, user_label, currency, seats, events FROM reservations"
                                   " WHERE session_id = ?1 AND id = ?2 AND account IS NOT NULL");
    case query::drop_reservation:
        return "DELETE FROM reservations WHERE session_id = ?1 AND id = ?2";
    case query::note_purge:
        return "UPDATE sessions SET complete_since = max(complete_since, ?2) WHERE id = ?1";
    case query::key_owners:
        return "SELECT digest, reservation FROM idempotency_keys WHERE session_id = ?1";
    case query::over_sessions_with_keys:
        // Goes from one session that has keys to the next, past the many that have none any more.
        return "WITH RECURSIVE keyed (id) AS (SELECT min(session_id) FROM idempotency_keys"
               " UNION ALL SELECT (SELECT min(session_id) FROM idempotency_keys"
               " WHERE session_id > keyed.id) FROM keyed WHERE keyed.id IS NOT NULL)"
               " SELECT id FROM keyed CROSS JOIN sessions USING (id)"
               " WHERE coalesce(ends_at, showtime) < ?1";
    case query::outlived_keys:
        return "SELECT digest, reservation FROM idempotency_keys AS k WHERE session_id = ?1 AND "
               "NOT EXISTS"
               " (SELECT 1 FROM reservations AS r WHERE r.session_id = k.session_id"
               " AND r.id = k.reservation"
               " AND (r.updated_at >= ?2 OR r.status IN ('cancelled', 'expired'))) LIMIT ?3";
    case query::drop_key:
        return "DELETE FROM idempotency_keys"
               " WHERE session_id = ?1 AND digest = ?2 AND reservation = ?3";
    case query::drop_documents_of_guests:
        return "DELETE FROM documents WHERE (session_id, id) IN (SELECT session_id, id"
               " FROM documents INDEXED BY documents_of_guests WHERE account IS NULL"
               " AND updated_at < ?1 AND status IN ('cancelled', 'expired') LIMIT ?2)";
    case query::drop_expired_tokens:
        return "DELETE FROM access_tokens WHERE digest IN"
               " (SELECT digest FROM access_tokens WHERE expires_at <= ?1 LIMIT ?2)";
    default: return nullptr;
    }
}

const char* text_of_token(query which) noexcept
{
    switch (which)
    {
    case query::keep_property:
        return "INSERT INTO properties (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    case query::find_property: return "SELECT value FROM properties WHERE name = ?1";
    case query::take_lease:
        return "INSERT INTO leases (name, owner, until) VALUES (?1, ?2, ?3)"
               " ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until"
               " WHERE owner = excluded.owner OR until <= ?4";
    case query::add_token:
        return "INSERT INTO access_tokens (digest, user_id, issued_at, last_used, expires_at)"
               " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    case query::find_token:
        return "SELECT user_id, issued_at, last_used, expires_at FROM access_tokens"
               " WHERE digest = ?1";
    case query::touch_token:
        return "UPDATE access_tokens SET last_used = ?2 WHERE digest = ?1 AND last_used < ?2";
    case query::drop_token: return "DELETE FROM access_tokens WHERE digest = ?1";
    case query::drop_tokens_of: return "DELETE FROM access_tokens WHERE user_id = ?1";
    default: return nullptr;
    }
}

const char* text_of_document(query which) noexcept
{
    switch (which)
    {
    case query::find_reservation:
        return "SELECT " CINEMA_RESERVATION_COLUMNS
               " FROM reservations WHERE session_id = ?1 AND id = ?2"
               " UNION ALL SELECT " CINEMA_RESERVATION_COLUMNS
               " FROM documents WHERE session_id = ?1 AND id = ?2"
               " ORDER BY version DESC LIMIT 1";
    case query::list_reservations:
        return "SELECT " CINEMA_RESERVATION_COLUMNS " FROM reservations AS r"
               " WHERE account = ?1 AND (id, session_id) < (?2, ?3) AND NOT EXISTS"
               " (SELECT 1 FROM documents AS d WHERE d.session_id = r.session_id AND d.id = r.id"
               " AND d.version > r.version)"
               " UNION ALL SELECT " CINEMA_RESERVATION_COLUMNS " FROM documents AS d"
               " WHERE account = ?1 AND (id, session_id) < (?2, ?3) AND NOT EXISTS"
               " (SELECT 1 FROM reservations AS r WHERE r.session_id = d.session_id"
               " AND r.id = d.id AND r.version >= d.version)"
               " ORDER BY id DESC, session_id DESC LIMIT ?4";
    case query::put_document:
        return CINEMA_PUT_DOCUMENT("VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
    case query::add_user:
        return "INSERT INTO users (id, name, email, email_key, password_hash, role, created_at)"
               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
    case query::find_user:
        return "SELECT id, name, email, password_hash, role, created_at FROM users WHERE id = ?1";
    case query::find_user_by_email:
        return "SELECT id, name, email, password_hash, role, created_at FROM users"
               " WHERE email_key = ?1";
    case query::update_user:
        return "UPDATE OR IGNORE users SET name = ?2, email = ?3, email_key = ?4,"
               " password_hash = ?5, role = ?6 WHERE id = ?1";
    default: return nullptr;
    }
}

} // namespace

const char* text_of(query which) noexcept
{
    for (const auto part : {text_of_commit, text_of_load, text_of_catalogue, text_of_purge,
                            text_of_token, text_of_document})
        if (const char* const text = part(which))
            return text;
    return "";
}

} // namespace cinema::booking::sqlite
