#include "sql.hpp"

#include <initializer_list>

#define CINEMA_RESERVATION_COLUMNS "session_id, id, user_label, account, currency, seats, events"

#define CINEMA_STORED_COLUMNS                                                                      \
    "session_id, id, version, status, held_until, updated_at, account, user_label, currency,"      \
    " seats, events"

// What is to be done with a document that is there: replaced by a newer one.
#define CINEMA_KEEP_NEWER                                                                          \
    " ON CONFLICT (session_id, id) DO UPDATE SET version = excluded.version,"                      \
    " status = excluded.status, held_until = excluded.held_until,"                                 \
    " updated_at = excluded.updated_at, account = excluded.account,"                               \
    " user_label = excluded.user_label, currency = excluded.currency, seats = excluded.seats,"     \
    " events = excluded.events WHERE excluded.version > documents.version"

#define CINEMA_SESSION_COLUMNS                                                                     \
    "s.id, s.hall_id, s.movie_title, s.showtime, s.ends_at, s.currency, p.categories, p.prices,"   \
    " p.types"

#define CINEMA_SESSION_PRICES                                                                      \
    "LATERAL (SELECT array_agg(category ORDER BY position) AS categories,"                         \
    " array_agg(price ORDER BY position) AS prices,"                                               \
    " array_agg(price_type ORDER BY position) AS types"                                            \
    " FROM session_prices WHERE session_id = s.id"

// ASCII letters alone are made small, in any locale: $5 has been treated likewise.
#define CINEMA_SESSION_PAGE(where)                                                                 \
    "SELECT " CINEMA_SESSION_COLUMNS " FROM sessions AS s"                                         \
    " CROSS JOIN " CINEMA_SESSION_PRICES ") AS p"                                                  \
    " WHERE (s.showtime, s.id) > ($1, $2) AND s.showtime < $3" where                               \
    " AND strpos(translate(s.movie_title, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',"                           \
    " 'abcdefghijklmnopqrstuvwxyz'), $5) > 0"                                                      \
    " ORDER BY s.showtime, s.id LIMIT $4"

namespace cinema::booking::postgres
{
namespace
{

const char* text_of_hot(query which) noexcept
{
    switch (which)
    {
    case query::begin: return "BEGIN";
    case query::commit: return "COMMIT";
    case query::commit_changes:
        return "SELECT won, now FROM commit_changes($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
               " $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27,"
               " $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43,"
               " $44, $45, $46, $47, $48)";
    case query::load_sessions:
        // One row for each session that is there: of one moment, however many. Mode 0: it is as
        // known; 1: what came since, if the session went through what is known; 2: all of it. A
        // known config version of 0 is none. A subquery with a LIMIT or an OFFSET is never made a
        // join, nor a table of all keys.
        return "SELECT q.place, m.mode, s.version, s.change_id, s.config_version, s.changed_at,"
               " " CINEMA_SESSION_COLUMNS ", b.seats, r.ids, r.labels, r.accounts, r.currencies,"
               " r.seats, r.events, k.digests, k.requests, k.reservations, k.events, h.prefixes,"
               " clock_timestamp(), s.xmax = '0'"
               " FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY"
               " AS q (session, version, change, config, with_ended, place)"
               " JOIN sessions AS s ON s.id = q.session"
               " CROSS JOIN LATERAL (SELECT CASE"
               " WHEN q.version = s.version AND q.change = s.change_id"
               " AND q.config = s.config_version THEN 0"
               " WHEN q.config = s.config_version AND q.version < s.version"
               " AND q.version >= s.complete_since AND q.change = ANY (s.recent)"
               " THEN 1 ELSE 2 END AS mode) AS m"
               " CROSS JOIN " CINEMA_SESSION_PRICES " AND m.mode = 2) AS p"
               " CROSS JOIN LATERAL (SELECT array_agg(seat_number ORDER BY seat_number) AS seats"
               " FROM session_blocks WHERE session_id = s.id AND m.mode = 2) AS b"
               " CROSS JOIN LATERAL (SELECT array_agg(a.id) AS ids,"
               " array_agg(a.user_label) AS labels, array_agg(a.account) AS accounts,"
               " array_agg(a.currency) AS currencies, array_agg(a.seats) AS seats,"
               " array_agg(a.events) AS events FROM ("
               " SELECT id, user_label, account, currency, seats, events FROM reservations"
               " WHERE session_id = s.id AND m.mode = 1 AND version > q.version"
               " UNION ALL"
               " SELECT id, user_label, account, currency, seats, events FROM reservations AS e"
               " WHERE session_id = s.id AND m.mode = 2"
               " AND (status NOT IN ('cancelled', 'expired') OR q.with_ended AND (SELECT true"
               " FROM idempotency_keys AS i WHERE i.session_id = e.session_id"
               " AND i.reservation = e.id LIMIT 1))) AS a) AS r"
               " CROSS JOIN LATERAL (SELECT array_agg(c.digest) AS digests,"
               " array_agg(c.request) AS requests, array_agg(c.reservation) AS reservations,"
               " array_agg(c.event) AS events FROM ("
               " SELECT digest, request, reservation, event FROM idempotency_keys"
               " WHERE session_id = s.id AND m.mode = 1 AND version > q.version"
               " UNION ALL"
               " SELECT digest, request, reservation, event FROM idempotency_keys"
               " WHERE session_id = s.id AND m.mode = 2 AND q.with_ended"
               " UNION ALL"
               " SELECT f.digest, f.request, f.reservation, f.event FROM unnest(r.ids) AS l (id)"
               " CROSS JOIN LATERAL (SELECT digest, request, reservation, event"
               " FROM idempotency_keys WHERE session_id = s.id AND reservation = l.id"
               " OFFSET 0) AS f WHERE m.mode = 2 AND NOT q.with_ended) AS c) AS k"
               " CROSS JOIN LATERAL (SELECT string_agg(substring(digest for 8), ''::bytea)"
               " AS prefixes FROM idempotency_keys WHERE session_id = s.id AND m.mode = 2"
               " AND NOT q.with_ended) AS h";
    case query::find_key:
        return "SELECT r.*, k.request, k.event FROM idempotency_keys AS k CROSS JOIN LATERAL"
               " (SELECT " CINEMA_RESERVATION_COLUMNS " FROM reservations"
               " WHERE session_id = k.session_id AND id = k.reservation OFFSET 0) AS r"
               " WHERE k.session_id = $1 AND k.digest = $2";
    case query::lock_session: return "SELECT FROM sessions WHERE id = $1 FOR UPDATE";
    case query::lock_sessions:
        return "SELECT FROM sessions WHERE id = ANY ($1) ORDER BY id FOR UPDATE";
    case query::guard_rows:
        return "SELECT s.version, s.change_id, s.config_version, g.seats, g.reservations"
               " FROM sessions AS s CROSS JOIN LATERAL"
               " (SELECT array_agg(seat_number ORDER BY seat_number) AS seats,"
               " array_agg(reservation ORDER BY seat_number) AS reservations"
               " FROM session_seats WHERE session_id = s.id) AS g WHERE s.id = $1";
    case query::now: return "SELECT clock_timestamp()";
    default: return nullptr;
    }
}

const char* text_of_catalogue(query which) noexcept
{
    switch (which)
    {
    case query::add_hall:
        return "INSERT INTO halls (name, capacity, seat_config, time_zone) VALUES ($1, $2, $3, $4)"
               " ON CONFLICT (name) DO NOTHING RETURNING id";
    case query::add_seats:
        return "INSERT INTO seats (hall_id, \"row\", col, seat_number, label, category, kind,"
               " blocked) SELECT $1, s.* FROM unnest($2, $3, $4, $5, $6, $7, $8) AS s"
               " RETURNING seat_number, id";
    case query::find_halls:
        return "SELECT h.id, h.name, h.time_zone, h.seat_config, s.ids, s.numbers, s.rows,"
               " s.columns, s.labels, s.categories, s.kinds, s.blocked"
               " FROM halls AS h CROSS JOIN LATERAL (SELECT"
               " array_agg(id ORDER BY seat_number) AS ids,"
               " array_agg(seat_number ORDER BY seat_number) AS numbers,"
               " array_agg(\"row\" ORDER BY seat_number) AS rows,"
               " array_agg(col ORDER BY seat_number) AS columns,"
               " array_agg(label ORDER BY seat_number) AS labels,"
               " array_agg(category ORDER BY seat_number) AS categories,"
               " array_agg(kind ORDER BY seat_number) AS kinds,"
               " array_agg(blocked ORDER BY seat_number) AS blocked"
               " FROM seats WHERE hall_id = h.id) AS s"
               " WHERE $1 = 0 OR h.id = $1 ORDER BY h.id";
    case query::lock_hall: return "SELECT id FROM halls WHERE id = $1 FOR UPDATE";
    case query::add_session:
        return "INSERT INTO sessions (hall_id, movie_title, showtime, ends_at, currency, change_id,"
               " changed_at) VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp()) RETURNING id";
    case query::add_times:
        return "INSERT INTO hall_times (session_id, hall_id, during)"
               " VALUES ($1, $2, tstzrange($3, $4))";
    case query::add_prices:
        return "INSERT INTO session_prices (session_id, position, category, price, price_type)"
               " SELECT $1, p.position, p.category, p.price, p.price_type"
               " FROM unnest($2, $3, $4) WITH ORDINALITY"
               " AS p (category, price, price_type, position)";
    case query::add_blocks:
        return "INSERT INTO session_blocks (session_id, seat_number) SELECT $1, unnest($2)";
    case query::sessions: return CINEMA_SESSION_PAGE("");
    case query::sessions_of_hall: return CINEMA_SESSION_PAGE(" AND s.hall_id = $6");
    default: return nullptr;
    }
}

const char* text_of_purge(query which) noexcept
{
    switch (which)
    {
    case query::lapsed_sessions:
        // By the index of the holds, not by that of the sessions, which has all reservations.
        return "SELECT DISTINCT session_id FROM (SELECT session_id FROM reservations"
               " WHERE held_until IS NOT NULL AND held_until <= $1 ORDER BY held_until"
               " LIMIT 16 * $2) AS first LIMIT $2";
    case query::purge_ended:
        // The next $2 behind a place in the order of their ends, of which those go that wait in no
        // outbox. Each part is looked up for each of these, whatever the planner thinks of the
        // tables' sizes; a status with nothing added would offer the index of ended ones again.
        return "WITH next AS MATERIALIZED (SELECT updated_at, session_id, id FROM reservations"
               " WHERE status IN ('cancelled', 'expired') AND updated_at < $1"
               " AND (updated_at, session_id, id) > ($3, $4, $5)"
               " ORDER BY updated_at, session_id, id LIMIT $2),"
               " gone AS MATERIALIZED (SELECT r.* FROM next CROSS JOIN LATERAL"
               " (SELECT ctid AS place, " CINEMA_STORED_COLUMNS " FROM reservations AS e"
               " WHERE e.session_id = next.session_id AND e.id = next.id"
               " AND status || '' IN ('cancelled', 'expired') AND updated_at < $1"
               " AND (SELECT true FROM outbox AS o WHERE o.session_id = e.session_id"
               " AND o.reservation = e.id LIMIT 1) IS NULL FOR UPDATE SKIP LOCKED) AS r),"
               " kept AS (INSERT INTO documents (" CINEMA_STORED_COLUMNS ")"
               " SELECT " CINEMA_STORED_COLUMNS
               " FROM gone WHERE account IS NOT NULL AND NOT EXISTS"
               " (SELECT FROM properties WHERE name = 'documents elsewhere')" CINEMA_KEEP_NEWER "),"
               " keys AS (DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY("
               " SELECT k.place FROM gone CROSS JOIN LATERAL (SELECT ctid AS place"
               " FROM idempotency_keys AS i WHERE i.session_id = gone.session_id"
               " AND i.reservation = gone.id OFFSET 0) AS k)) RETURNING 1),"
               " dropped AS (DELETE FROM reservations"
               " WHERE ctid = ANY (ARRAY(SELECT place FROM gone)) RETURNING 1),"
               " noted AS (UPDATE sessions AS s SET complete_since = l.version"
               " FROM (SELECT session_id, max(version) AS version FROM gone"
               " GROUP BY session_id ORDER BY session_id) AS l"
               " WHERE s.id = l.session_id AND s.complete_since < l.version)"
               " SELECT (SELECT count(*) FROM dropped), (SELECT count(*) FROM keys),"
               " (SELECT count(*) FROM next), updated_at, session_id, id"
               " FROM (SELECT) AS always LEFT JOIN (SELECT * FROM next"
               " ORDER BY updated_at DESC, session_id DESC, id DESC LIMIT 1) AS last ON true";
    case query::purge_keys:
        // Of the next $2 sessions in the order of their showtimes; where these have more to go, it
        // goes on at the last one. What ended goes with its keys, not here.
        return "WITH next AS MATERIALIZED (SELECT showtime, id FROM sessions"
               " WHERE showtime < $1 AND coalesce(ends_at, showtime) < $1"
               " AND (showtime, id) >= ($3, $4) ORDER BY showtime, id LIMIT $2),"
               " gone AS MATERIALIZED (SELECT next.showtime, next.id, k.place"
               " FROM next CROSS JOIN LATERAL (SELECT ctid AS place FROM idempotency_keys AS i"
               " WHERE i.session_id = next.id AND coalesce((SELECT r.updated_at < $1"
               " AND r.status NOT IN ('cancelled', 'expired') FROM reservations AS r"
               " WHERE r.session_id = i.session_id AND r.id = i.reservation LIMIT 1), true)"
               " LIMIT $2) AS k LIMIT $2),"
               " dropped AS (DELETE FROM idempotency_keys"
               " WHERE ctid = ANY (ARRAY(SELECT place FROM gone)) RETURNING 1),"
               " found AS (SELECT (SELECT count(*) FROM gone) >= $2 AS has_more)"
               " SELECT (SELECT count(*) FROM dropped), NOT has_more"
               " AND (SELECT count(*) FROM next) < $2, showtime, id + (NOT has_more)::integer"
               " FROM found LEFT JOIN LATERAL (SELECT showtime, id FROM"
               " (SELECT showtime, id FROM next WHERE NOT has_more"
               " UNION ALL SELECT showtime, id FROM gone WHERE has_more) AS either"
               " ORDER BY showtime DESC, id DESC LIMIT 1) AS last ON true";
    case query::purge_tokens:
        return "DELETE FROM access_tokens WHERE digest IN (SELECT digest FROM access_tokens"
               " WHERE expires_at <= clock_timestamp() LIMIT $1)";
    default: return nullptr;
    }
}

const char* text_of_token(query which) noexcept
{
    switch (which)
    {
    case query::keep_property:
        return "INSERT INTO properties (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    case query::lease:
        return "INSERT INTO leases AS l (name, owner, expires_at)"
               " VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')"
               " ON CONFLICT (name) DO UPDATE SET owner = excluded.owner,"
               " expires_at = excluded.expires_at"
               " WHERE l.owner = excluded.owner OR l.expires_at <= clock_timestamp()";
    case query::find_property: return "SELECT value FROM properties WHERE name = $1";
    case query::add_token:
        return "INSERT INTO access_tokens (digest, user_id, issued_at, last_used, expires_at)"
               " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    case query::find_token:
        return "SELECT user_id, issued_at, last_used, expires_at FROM access_tokens"
               " WHERE digest = $1";
    case query::touch_token:
        return "UPDATE access_tokens SET last_used = $2 WHERE digest = $1 AND last_used < $2";
    case query::drop_token: return "DELETE FROM access_tokens WHERE digest = $1";
    case query::drop_tokens_of: return "DELETE FROM access_tokens WHERE user_id = $1";
    default: return nullptr;
    }
}

const char* text_of_document(query which) noexcept
{
    switch (which)
    {
    case query::find_reservation:
        return "SELECT " CINEMA_RESERVATION_COLUMNS ", version"
               " FROM reservations WHERE session_id = $1 AND id = $2"
               " UNION ALL SELECT " CINEMA_RESERVATION_COLUMNS ", version"
               " FROM documents WHERE session_id = $1 AND id = $2 ORDER BY version DESC LIMIT 1";
    case query::list_reservations:
        return "SELECT " CINEMA_RESERVATION_COLUMNS " FROM reservations AS r"
               " WHERE account = $1 AND (id, session_id) < ($2, $3) AND NOT EXISTS"
               " (SELECT 1 FROM documents AS d WHERE d.session_id = r.session_id AND d.id = r.id"
               " AND d.version > r.version)"
               " UNION ALL SELECT " CINEMA_RESERVATION_COLUMNS " FROM documents AS d"
               " WHERE account = $1 AND (id, session_id) < ($2, $3) AND NOT EXISTS"
               " (SELECT 1 FROM reservations AS r WHERE r.session_id = d.session_id"
               " AND r.id = d.id AND r.version >= d.version)"
               " ORDER BY id DESC, session_id DESC LIMIT $4";
    case query::reservations_of_session:
        return "SELECT " CINEMA_RESERVATION_COLUMNS " FROM reservations"
               " WHERE session_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    case query::put_document:
        return "INSERT INTO documents (" CINEMA_STORED_COLUMNS ")"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)" CINEMA_KEEP_NEWER;
    case query::add_user:
        return "INSERT INTO users (id, name, email, email_key, password_hash, role, created_at)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    case query::find_user:
        return "SELECT id, name, email, password_hash, role, created_at FROM users WHERE id = $1";
    case query::find_user_by_email:
        return "SELECT id, name, email, password_hash, role, created_at FROM users"
               " WHERE email_key = $1";
    case query::update_user:
        return "UPDATE users SET name = $2, email = $3, email_key = $4, password_hash = $5,"
               " role = $6 WHERE id = $1";
    default: return nullptr;
    }
}

const char* text_of_outbox(query which) noexcept
{
    switch (which)
    {
    case query::take_outbox:
        return "SELECT o.session_id, o.reservation, r.user_label, r.account, r.currency, r.seats,"
               " r.events, o.id FROM (SELECT id, session_id, reservation FROM outbox"
               " WHERE NOT is_set_aside AND next_try <= clock_timestamp() ORDER BY id LIMIT $1"
               " FOR UPDATE SKIP LOCKED) AS o"
               " LEFT JOIN reservations AS r"
               " ON r.session_id = o.session_id AND r.id = o.reservation";
    case query::drop_delivered:
        // What was set aside of a reservation is settled by its newer state.
        return "DELETE FROM outbox AS o USING unnest($1, $2, $3) AS d (id, session, reservation)"
               " WHERE o.session_id = d.session AND o.reservation = d.reservation"
               " AND (o.id = d.id OR o.is_set_aside)";
    case query::note_trouble:
        // Each with the pause behind it, in milliseconds, where it does not count: else 0.
        return "UPDATE outbox AS o SET tries = tries + (r.pause = 0)::integer, error = r.error,"
               " is_set_aside = r.pause = 0 AND tries + 1 >= $4, next_try = clock_timestamp()"
               " + CASE r.pause WHEN 0 THEN tries * 100 ELSE r.pause END * interval '1 millisecond'"
               " FROM unnest($1, $2, $3) AS r (id, error, pause) WHERE o.id = r.id"
               " RETURNING is_set_aside";
    case query::outbox_status:
        return "SELECT count(*) FILTER (WHERE NOT is_set_aside),"
               " min(queued_at) FILTER (WHERE NOT is_set_aside),"
               " count(*) FILTER (WHERE is_set_aside), clock_timestamp() FROM outbox";
    case query::list_set_aside:
        return "SELECT session_id, reservation, tries, error, queued_at FROM outbox"
               " WHERE is_set_aside ORDER BY id LIMIT $1";
    case query::retry_set_aside:
        return "UPDATE outbox SET is_set_aside = false, tries = 0, next_try = '-infinity'"
               " WHERE is_set_aside AND ($1 IS NULL OR (session_id = $1 AND reservation = $2))";
    case query::drop_set_aside:
        return "DELETE FROM outbox WHERE is_set_aside AND session_id = $1 AND reservation = $2";
    default: return nullptr;
    }
}

} // namespace

const char* text_of(query which) noexcept
{
    for (const auto part : {text_of_hot, text_of_catalogue, text_of_purge, text_of_token,
                            text_of_document, text_of_outbox})
        if (const char* const text = part(which))
            return text;
    return "";
}

} // namespace cinema::booking::postgres
