#include "takeover_sql.hpp"

// What a hall's `seat_config` says of its size; null where that is no number.
#define CINEMA_SIZE                                                                                \
    "SELECT CASE WHEN seat_config ->> 'rows' ~ '^[0-9]{1,3}$'"                                     \
    " THEN (seat_config ->> 'rows')::integer END AS rows,"                                         \
    " CASE WHEN seat_config ->> 'cols' ~ '^[0-9]{1,3}$'"                                           \
    " THEN (seat_config ->> 'cols')::integer END AS cols"

// The halls' seats: the rows of the table, or, where a hall has none, what its `seat_config` says,
// numbered row by row from 1; these have no id.
#define CINEMA_PLACES                                                                              \
    "SELECT id, hall_id, \"row\", col, seat_number FROM {schema}.seats"                            \
    " UNION ALL"                                                                                   \
    " SELECT NULL, h.id, r, c, (r - 1) * size.cols + c FROM {schema}.halls AS h"                   \
    " CROSS JOIN LATERAL (" CINEMA_SIZE ") AS size"                                                \
    " CROSS JOIN LATERAL generate_series(1, size.rows) AS r"                                       \
    " CROSS JOIN LATERAL generate_series(1, size.cols) AS c"                                       \
    " WHERE size.rows <= {rows_max} AND size.cols <= {columns_max}"                                \
    " AND NOT EXISTS (SELECT 1 FROM {schema}.seats AS s WHERE s.hall_id = h.id)"

// The database's time, as exact as ours, the same throughout the transaction.
#define CINEMA_NOW "date_trunc('milliseconds', now())"

namespace cinema::booking::postgres::takeover_sql
{

const char* const is_original =
    "(SELECT bool_and(c.relkind = 'r') AND string_agg(c.relname || '.' || a.attname || ' '"
    " || CASE WHEN t.typname IN ('int2', 'int4', 'int8') THEN 'number'"
    " WHEN t.typname IN ('text', 'varchar') THEN 'text' ELSE t.typname END, ', '"
    " ORDER BY c.relname COLLATE \"C\", a.attname COLLATE \"C\") = 'halls.capacity number,"
    " halls.id number, halls.name text, halls.seat_config jsonb,"
    " seats.col number, seats.hall_id number, seats.id number, seats.row number,"
    " seats.seat_number number,"
    " sessions.hall_id number, sessions.id number, sessions.movie_title text,"
    " sessions.seats jsonb, sessions.showtime timestamp, sessions.version number'"
    " FROM pg_catalog.pg_class AS c"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid"
    " JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid"
    " WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
    " AND a.attnum > 0 AND NOT a.attisdropped"
    " AND c.relname IN ('schema_migrations', 'halls', 'seats', 'sessions', 'hall_times',"
    " 'session_prices', 'session_blocks', 'reservations', 'session_seats', 'idempotency_keys',"
    " 'documents', 'users', 'access_tokens', 'properties', 'outbox', 'leases'))";

const char* const names = "SELECT quote_ident(current_schema()), quote_ident(kept), kept,"
                          " EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = kept)"
                          " FROM (SELECT (current_schema() || '_original')::name) AS it (kept)";

const char* const is_zone_known =
    "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_timezone_names WHERE name = {zone})";

const char* const lock =
    // Whole tables are joined, of which the planner knows little.
    "SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on;"
    "SET LOCAL enable_nestloop = off; SET LOCAL cursor_tuple_fraction = 1;"
    "LOCK TABLE {schema}.sessions, {schema}.seats, {schema}.halls IN ACCESS EXCLUSIVE MODE";

const char* const contradictions =
    "WITH places AS MATERIALIZED (" CINEMA_PLACES "),"
    " sizes AS (SELECT h.id, h.capacity, count(p.hall_id) AS seats FROM {schema}.halls AS h"
    " LEFT JOIN places AS p ON p.hall_id = h.id GROUP BY h.id, h.capacity),"
    " ids AS (SELECT 1 AS part, 'hall' AS what, id FROM {schema}.halls"
    " UNION ALL SELECT 2, 'seat', id FROM {schema}.seats"
    " UNION ALL SELECT 3, 'session', id FROM {schema}.sessions),"
    " elements AS MATERIALIZED (SELECT s.id, s.hall_id,"
    " CASE jsonb_typeof(e) WHEN 'number' THEN (e #>> '{}')::numeric END AS seat"
    " FROM {schema}.sessions AS s CROSS JOIN LATERAL jsonb_array_elements("
    " CASE jsonb_typeof(s.seats) WHEN 'array' THEN s.seats ELSE '[]' END) AS e)"
    " SELECT line, count(*) OVER () FROM ("

    " SELECT part, id, format('%s %s: its id is not positive', what, id) FROM ids"
    " WHERE NOT coalesce(id > 0, false)"
    " UNION ALL SELECT part, id, format('%s %s: %s have this id', what, id, count(*)) FROM ids"
    " GROUP BY part, what, id HAVING count(*) > 1"

    " UNION ALL SELECT 1, id, format('hall %s: its name is missing, empty or longer than"
    " {hall_name_bytes_max} bytes', id) FROM {schema}.halls"
    " WHERE NOT coalesce(octet_length(name) BETWEEN 1 AND {hall_name_bytes_max}, false)"
    " UNION ALL SELECT 1, min(id), format('halls %s: they have the same name',"
    " string_agg(id::text, ', ' ORDER BY id)) FROM {schema}.halls"
    " GROUP BY name HAVING count(*) > 1 AND name <> ''"
    " UNION ALL SELECT 1, id, format('hall %s: it has no seats, and its seat_config has no rows"
    " (1 to {rows_max}) and cols (1 to {columns_max})', id) FROM sizes WHERE seats = 0"
    " UNION ALL SELECT 1, id, format('hall %s: its capacity is %s, but it has %s seats', id,"
    " coalesce(capacity::text, 'missing'), seats) FROM sizes"
    " WHERE seats > 0 AND capacity IS DISTINCT FROM seats"
    " UNION ALL SELECT 1, id, format('hall %s: it has %s seats, more than {seats_max}', id, seats)"
    " FROM sizes WHERE seats > {seats_max}"

    " UNION ALL SELECT 2, s.id, format('seat %s: there is no hall %s', s.id,"
    " coalesce(s.hall_id::text, 'of it')) FROM {schema}.seats AS s"
    " WHERE NOT EXISTS (SELECT 1 FROM {schema}.halls AS h WHERE h.id = s.hall_id)"
    " UNION ALL SELECT 2, id, format('seat %s: its row %s and col %s are not within 1 to {rows_max}"
    " and 1 to {columns_max}', id, coalesce(\"row\"::text, '(missing)'),"
    " coalesce(col::text, '(missing)')) FROM {schema}.seats WHERE NOT coalesce("
    "\"row\" BETWEEN 1 AND {rows_max} AND col BETWEEN 1 AND {columns_max}, false)"
    " UNION ALL SELECT 2, id, format('seat %s: its seat_number is missing or not positive', id)"
    " FROM {schema}.seats WHERE NOT coalesce(seat_number BETWEEN 1 AND 2147483647, false)"
    " UNION ALL SELECT 2, min(id), format('seats %s: they have the same seat_number %s in hall %s',"
    " string_agg(id::text, ', ' ORDER BY id), seat_number, hall_id) FROM {schema}.seats"
    " GROUP BY hall_id, seat_number HAVING count(*) > 1"
    " UNION ALL SELECT 2, min(id), format('seats %s: they are all in row %s, col %s of hall %s',"
    " string_agg(id::text, ', ' ORDER BY id), \"row\", col, hall_id) FROM {schema}.seats"
    " GROUP BY hall_id, \"row\", col HAVING count(*) > 1"

    " UNION ALL SELECT 3, s.id, format('session %s: there is no hall %s', s.id,"
    " coalesce(s.hall_id::text, 'of it')) FROM {schema}.sessions AS s"
    " WHERE NOT EXISTS (SELECT 1 FROM {schema}.halls AS h WHERE h.id = s.hall_id)"
    " UNION ALL SELECT 3, id, format('session %s: its movie_title is missing, empty or longer than"
    " {title_bytes_max} bytes', id) FROM {schema}.sessions"
    " WHERE NOT coalesce(octet_length(movie_title) BETWEEN 1 AND {title_bytes_max}, false)"
    " UNION ALL SELECT 3, id, format('session %s: its showtime is missing or not within the years"
    " 1970 to 9999', id) FROM {schema}.sessions WHERE NOT coalesce(showtime AT TIME ZONE {zone}"
    " BETWEEN '1970-01-01 00:00:00+00' AND '9999-12-31 23:59:59.999+00', false)"
    " UNION ALL SELECT 3, id, format('session %s: its version is negative', id)"
    " FROM {schema}.sessions WHERE version < 0"
    " UNION ALL SELECT 3, id, format('session %s: its seats are no array of positive whole"
    " numbers', id) FROM (SELECT id FROM {schema}.sessions"
    " WHERE jsonb_typeof(seats) IS DISTINCT FROM 'array' UNION SELECT id FROM elements"
    " WHERE NOT coalesce(seat BETWEEN 1 AND 2147483647 AND seat = trunc(seat), false)) AS bad"
    " UNION ALL SELECT 3, id, format('session %s: its free seat %s is there %s times', id, seat,"
    " count(*)) FROM elements WHERE seat IS NOT NULL GROUP BY id, seat HAVING count(*) > 1"
    " UNION ALL SELECT DISTINCT 3, e.id, format('session %s: its seat %s is free, but hall %s has"
    " no such seat', e.id, e.seat, e.hall_id) FROM elements AS e"
    " JOIN {schema}.halls AS h ON h.id = e.hall_id"
    " WHERE e.seat BETWEEN 1 AND 2147483647 AND e.seat = trunc(e.seat)"
    " AND NOT EXISTS (SELECT 1 FROM places AS p"
    " WHERE p.hall_id = e.hall_id AND p.seat_number::numeric = e.seat)"

    ") AS found (part, id, line) ORDER BY part, id, line LIMIT {lines_max}";

const char* const move_away = "CREATE SCHEMA {kept};"
                              "ALTER TABLE {schema}.sessions SET SCHEMA {kept};"
                              "ALTER TABLE {schema}.seats SET SCHEMA {kept};"
                              "ALTER TABLE {schema}.halls SET SCHEMA {kept}";

const char* const fill_halls =
    "INSERT INTO halls (id, name, capacity, seat_config, time_zone)"
    " SELECT h.id, h.name, h.capacity, jsonb_build_object('categories',"
    " jsonb_build_array('standard'), 'rows', to_jsonb(({row_names})[1:p.rows])), {zone}"
    " FROM {schema}.halls AS h JOIN (SELECT hall_id, max(\"row\")::integer AS rows"
    " FROM (" CINEMA_PLACES ") AS all_places GROUP BY hall_id) AS p ON p.hall_id = h.id;"
    "SELECT setval(pg_get_serial_sequence('halls', 'id'), max(id)) FROM halls;"
    // What has no id yet gets one behind all that there are.
    "SELECT setval(pg_get_serial_sequence('seats', 'id'), max(id)) FROM {schema}.seats;"
    "INSERT INTO seats (id, hall_id, \"row\", col, seat_number, label, category, kind, blocked)"
    " SELECT coalesce(id, nextval(pg_get_serial_sequence('seats', 'id'))), hall_id, \"row\", col,"
    " seat_number, ({row_names})[\"row\"::integer] || col, 'standard', 'standard', false"
    " FROM (" CINEMA_PLACES ") AS p ORDER BY id, hall_id, seat_number";

const char* const fill_sessions =
    "INSERT INTO sessions (id, hall_id, movie_title, showtime, currency, version, change_id,"
    " changed_at)"
    " SELECT id, hall_id, movie_title, date_trunc('milliseconds', showtime) AT TIME ZONE {zone},"
    " '{currency}', greatest(version, 1), hashtextextended(gen_random_uuid()::text, 0), " CINEMA_NOW
    " FROM {schema}.sessions;"
    "SELECT setval(pg_get_serial_sequence('sessions', 'id'), max(id)) FROM sessions;"
    // The rows are new: without this, what follows would be planned for a handful.
    "ANALYZE seats, sessions";

const char* const open_sales =
    "DECLARE original_sales NO SCROLL CURSOR FOR"
    " SELECT s.id, s.version, p.seat_number, round(extract(epoch FROM " CINEMA_NOW
    ") * 1000)::bigint"
    " FROM sessions AS s JOIN seats AS p ON p.hall_id = s.hall_id"
    " WHERE NOT EXISTS (SELECT 1 FROM {schema}.sessions AS o"
    " CROSS JOIN LATERAL jsonb_array_elements(o.seats) AS e"
    " WHERE o.id = s.id AND (e #>> '{}')::numeric = p.seat_number)"
    " ORDER BY s.id, p.seat_number";

const char* const next_sales = "FETCH 1000 FROM original_sales";

const char* const guard_sales =
    "CLOSE original_sales;"
    "INSERT INTO session_seats (session_id, seat_number, reservation)"
    " SELECT r.session_id, (e ->> 0)::integer, r.id FROM reservations AS r"
    " CROSS JOIN LATERAL jsonb_array_elements(r.seats) AS e";

const char* const count = "SELECT (SELECT count(*) FROM halls), (SELECT count(*) FROM seats),"
                          " (SELECT count(*) FROM sessions), (SELECT count(*) FROM session_seats)";

} // namespace cinema::booking::postgres::takeover_sql
