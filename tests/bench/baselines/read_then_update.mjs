// The free seats of a session in one array beside its version: read it, take the seats out, write
// it back if the version is still the same, else begin again.

export const schema = `
    CREATE TABLE sessions (
        id int PRIMARY KEY, hall_id int NOT NULL REFERENCES halls,
        movie_title text NOT NULL, showtime timestamptz NOT NULL,
        seats jsonb NOT NULL, version int NOT NULL);`;

export const fill = [
    `INSERT INTO sessions
     SELECT s, 1, 'Film ' || s, now() + s * interval '1 hour',
            (SELECT jsonb_agg(seat_number ORDER BY seat_number) FROM seats), 1
     FROM generate_series(1, $1::int) s`,
];

export const list =
    "SELECT id, hall_id, movie_title, showtime, seats, version FROM sessions ORDER BY id";

const read = {
    name: "read",
    text: "SELECT seats, version FROM sessions WHERE id = $1",
};
const write = {
    name: "write",
    text: `
        WITH sold AS (
            UPDATE sessions SET seats = $4::jsonb, version = version + 1
            WHERE id = $2 AND version = $3
            RETURNING id)
        INSERT INTO reservations (id, session_id, user_id, seats)
        SELECT $1, id, $5, $6 FROM sold`,
};

export async function reserve(client, { id, session, user, seats }) {
    for (;;) {
        await client.query("BEGIN");
        const found = (await client.query({ ...read, values: [session] })).rows[0];
        const left = found?.seats.filter((seat) => !seats.includes(seat));
        if (!found || left.length !== found.seats.length - seats.length) {
            await client.query("ROLLBACK");
            return false;
        }
        const sold = await client.query({
            ...write,
            values: [id, session, found.version, JSON.stringify(left), user, seats],
        });
        await client.query(sold.rowCount === 1 ? "COMMIT" : "ROLLBACK");
        if (sold.rowCount === 1) return true;
    }
}
