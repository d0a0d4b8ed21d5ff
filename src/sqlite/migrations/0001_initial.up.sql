-- The stores of cinema::booking in one file.
--
-- Times are milliseconds since 1970-01-01 UTC. Prices are minor units (cents). UUIDs and digests
-- are blobs. change_id is an unsigned 64-bit number, kept as the signed one with the same bits.

PRAGMA application_id = 1128877637; -- "CINE"

-- Halls and their seats never change once they are made.

CREATE TABLE halls (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL UNIQUE,
    time_zone   TEXT NOT NULL,
    capacity    INTEGER NOT NULL,
    seat_config TEXT NOT NULL -- {"categories":["standard","premium"],"rows":["A","B"]}
) STRICT;

CREATE TABLE seats (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    hall_id     INTEGER NOT NULL REFERENCES halls,
    row         INTEGER NOT NULL,
    col         INTEGER NOT NULL,
    seat_number INTEGER NOT NULL,
    label       TEXT NOT NULL,
    category    TEXT NOT NULL,
    kind        TEXT NOT NULL,
    blocked     INTEGER NOT NULL,
    UNIQUE (hall_id, seat_number)
) STRICT;

-- Who writes anything of a session raises its version, and only if version and change_id are still
-- the ones the change was decided on.

CREATE TABLE sessions (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    hall_id        INTEGER NOT NULL REFERENCES halls,
    version        INTEGER NOT NULL,
    change_id      INTEGER NOT NULL,
    config_version INTEGER NOT NULL, -- raised when session_prices or session_blocks change
    changed_at     INTEGER NOT NULL,
    complete_since INTEGER NOT NULL DEFAULT 0, -- what changed before, may have been purged since
    showtime       INTEGER NOT NULL,
    ends_at        INTEGER,
    currency       TEXT NOT NULL,
    movie_title    TEXT NOT NULL
) STRICT;

CREATE INDEX sessions_by_showtime ON sessions (showtime);
CREATE INDEX sessions_by_hall ON sessions (hall_id, showtime);
CREATE INDEX sessions_guarded ON sessions (hall_id, showtime, ends_at) WHERE ends_at IS NOT NULL;

CREATE TABLE session_prices (
    session_id INTEGER NOT NULL REFERENCES sessions,
    position   INTEGER NOT NULL,
    category   TEXT NOT NULL,
    price      INTEGER NOT NULL,
    PRIMARY KEY (session_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_blocks (
    session_id  INTEGER NOT NULL REFERENCES sessions,
    seat_number INTEGER NOT NULL,
    PRIMARY KEY (session_id, seat_number)
) STRICT, WITHOUT ROWID;

-- A reservation's state and history. `events` is its life, oldest first, each
-- [status, version of the session, time, end of the hold or null, operation or null]; `seats` is
-- [[seat number, price], ...]. The views below show both as tables. The other columns repeat the
-- last event for the indexes; `version` is the one that the commit made, never below the event's.

CREATE TABLE reservations (
    session_id INTEGER NOT NULL REFERENCES sessions,
    id         BLOB NOT NULL,
    version    INTEGER NOT NULL,
    status     TEXT NOT NULL,
    held_until INTEGER, -- while held
    updated_at INTEGER NOT NULL,
    account    TEXT,    -- none: a guest's
    user_label TEXT NOT NULL,
    currency   TEXT NOT NULL,
    seats      TEXT NOT NULL,
    events     TEXT NOT NULL,
    PRIMARY KEY (session_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX reservations_held ON reservations (held_until) WHERE held_until IS NOT NULL;
CREATE INDEX reservations_ended ON reservations (updated_at)
    WHERE status IN ('cancelled', 'expired');
CREATE INDEX reservations_of_account ON reservations (account, id) WHERE account IS NOT NULL;

-- The last guard: a seat of a session belongs to one reservation, whoever writes.

CREATE TABLE session_seats (
    session_id  INTEGER NOT NULL REFERENCES sessions,
    seat_number INTEGER NOT NULL,
    reservation BLOB NOT NULL,
    PRIMARY KEY (session_id, seat_number)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
    session_id  INTEGER NOT NULL REFERENCES sessions,
    digest      BLOB NOT NULL,
    version     INTEGER NOT NULL, -- the session's, that the commit made
    event       INTEGER NOT NULL,
    reservation BLOB NOT NULL,
    request     BLOB NOT NULL,
    PRIMARY KEY (session_id, digest)
) STRICT, WITHOUT ROWID;

-- Reservations that are only documents: another inventory sold them, or they ended long ago and
-- were purged from the table above, but are in an account's history.

CREATE TABLE documents (
    session_id INTEGER NOT NULL,
    id         BLOB NOT NULL,
    version    INTEGER NOT NULL,
    status     TEXT NOT NULL,
    held_until INTEGER,
    updated_at INTEGER NOT NULL,
    account    TEXT,
    user_label TEXT NOT NULL,
    currency   TEXT NOT NULL,
    seats      TEXT NOT NULL,
    events     TEXT NOT NULL,
    PRIMARY KEY (session_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX documents_of_account ON documents (account, id) WHERE account IS NOT NULL;

CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    email         TEXT NOT NULL,
    email_key     TEXT NOT NULL UNIQUE, -- ASCII letters made small
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE access_tokens (
    digest     BLOB PRIMARY KEY,
    user_id    TEXT NOT NULL,
    issued_at  INTEGER NOT NULL,
    last_used  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX access_tokens_of_user ON access_tokens (user_id);
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);

CREATE TABLE properties (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- For people with the sqlite3 program.

CREATE VIEW reservation_seats AS
SELECT r.session_id, lower(hex(r.id)) AS reservation, s.value ->> 0 AS seat_number,
       s.value ->> 1 AS price
FROM reservations AS r, json_each(r.seats) AS s;

CREATE VIEW reservation_events AS
SELECT r.session_id, lower(hex(r.id)) AS reservation, e.key AS event, e.value ->> 0 AS status,
       e.value ->> 1 AS version, datetime((e.value ->> 2) / 1000, 'unixepoch') AS at,
       datetime((e.value ->> 3) / 1000, 'unixepoch') AS held_until, e.value ->> 4 AS operation
FROM reservations AS r, json_each(r.events) AS e;
