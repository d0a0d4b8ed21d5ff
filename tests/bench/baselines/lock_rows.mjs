// A row for each seat of each session: lock the session's row and those of the seats, then write.

export const schema = `
    CREATE TABLE sessions (
        id int PRIMARY KEY, hall_id int NOT NULL REFERENCES halls,
        movie_title text NOT NULL, showtime timestamptz NOT NULL, version int NOT NULL);
    CREATE TABLE session_seats (
        session_id int, seat_number int, reservation_id uuid,
        PRIMARY KEY (session_id, seat_number));`;

export const fill = [
    `INSERT INTO sessions
     SELECT s, 1, 'Film ' || s, now() + s * interval '1 hour', 1
     FROM generate_series(1, $1::int) s`,
    `INSERT INTO session_seats
     SELECT s, seat_number, NULL FROM generate_series(1, $1::int) s, seats
     ORDER BY s, seat_number`,
];

export const list = `
    SELECT id, hall_id, movie_title, showtime, version,
           (SELECT coalesce(json_agg(seat_number ORDER BY seat_number), '[]')
            FROM session_seats WHERE session_id = id AND reservation_id IS NULL) AS seats
    FROM sessions ORDER BY id`;

const lockSession = {
    name: "lock_session",
    text: "SELECT version FROM sessions WHERE id = $1 FOR UPDATE",
};
const lockSeats = {
    name: "lock_seats",
    text: `
        SELECT seat_number FROM session_seats
        WHERE session_id = $1 AND seat_number = ANY ($2) AND reservation_id IS NULL
        ORDER BY seat_number FOR UPDATE`,
};
const write = {
    name: "write",
    text: `
        WITH sold AS (
            UPDATE session_seats SET reservation_id = $1
            WHERE session_id = $2 AND seat_number = ANY ($4)),
        raised AS (
            UPDATE sessions SET version = version + 1 WHERE id = $2)
        INSERT INTO reservations (id, session_id, user_id, seats) VALUES ($1, $2, $3, $4)`,
};

export async function reserve(client, { id, session, user, seats }) {
    await client.query("BEGIN");
    const found = await client.query({ ...lockSession, values: [session] });
    const free = await client.query({ ...lockSeats, values: [session, seats] });
    if (found.rowCount !== 1 || free.rowCount !== seats.length) {
        await client.query("ROLLBACK");
        return false;
    }
    await client.query({ ...write, values: [id, session, user, seats] });
    await client.query("COMMIT");
    return true;
}
