// shop.mjs DESIGN DATABASE_URL [--sessions N] [--hall ROWSxCOLUMNS]: what cinema-server is measured
// against: a shop on Express and pg that pays one transaction for each reservation and sells no
// seat twice. It makes tables and demo data in the empty database and listens on a free port.
//
// DESIGN is read_then_update or lock_rows, a file of this folder. It exports `schema` (SQL of its
// own tables), `fill` (statements that make as many sessions as $1 says), `list` (SQL of all
// sessions with their free seats) and `reserve(client, order)`, which gives whether the seats were
// sold.
//
// Both are given what helps them: prepared statements, one round trip for what can share one, and a
// pool as large as pg makes it by itself. With more clients they are slower where rows are hot.

import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";

import express from "express";
import pg from "pg";

const designs = ["read_then_update", "lock_rows"];
const { values: options, positionals: [name, url] } = parseArgs({
    allowPositionals: true,
    options: {
        sessions: { type: "string", default: "10" },
        hall: { type: "string", default: "20x25" },
    },
});
if (!designs.includes(name) || !url) throw new Error(`shop.mjs ${designs.join("|")} DATABASE_URL`);
const design = await import(`./${name}.mjs`);
const pool = new pg.Pool({ connectionString: url });

/// The tables that no design has otherwise.
const schema = `
    CREATE TABLE halls (id int PRIMARY KEY, name text NOT NULL, capacity int NOT NULL);
    CREATE TABLE seats (
        id int PRIMARY KEY, hall_id int NOT NULL REFERENCES halls,
        "row" int NOT NULL, col int NOT NULL, seat_number int NOT NULL);
    CREATE TABLE reservations (
        id uuid PRIMARY KEY, session_id int NOT NULL, user_id text NOT NULL, seats int[] NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now());`;

async function makeDemoData() {
    const size = options.hall.split("x").map(Number);
    await pool.query(schema);
    await pool.query(design.schema);
    await pool.query("INSERT INTO halls VALUES (1, 'Hall', $1)", [size[0] * size[1]]);
    await pool.query(`INSERT INTO seats
        SELECT (r - 1) * $2 + c, 1, r, c, (r - 1) * $2 + c
        FROM generate_series(1, $1::int) r, generate_series(1, $2::int) c`, size);
    for (const statement of design.fill) await pool.query(statement, [Number(options.sessions)]);
    await pool.query("ANALYZE");
}

function orderOf(request) {
    const session = Number(request.params.id);
    const { userId, seats } = request.body ?? {};
    const isGood = Number.isInteger(session) && Array.isArray(seats) && seats.length > 0
        && seats.every(Number.isInteger) && new Set(seats).size === seats.length;
    return isGood ? { id: randomUUID(), session, user: String(userId ?? ""), seats } : null;
}

const app = express();
app.use(express.json());

app.get("/sessions", async (request, response) => {
    response.json((await pool.query(design.list)).rows);
});

app.post("/sessions/:id/seats/reserve", async (request, response) => {
    const order = orderOf(request);
    if (!order) return response.status(400).json({ error: "a session and seat numbers, please" });
    const client = await pool.connect();
    try {
        if (await design.reserve(client, order)) response.status(201).json(order);
        else response.status(409).json({ error: "a seat is taken" });
        client.release();
    } catch (error) {
        client.release(error); // it may be in the middle of a transaction
        throw error;
    }
});

await makeDemoData();
const server = app.listen(0, "127.0.0.1", () => {
    console.log(`${name} listens on http://127.0.0.1:${server.address().port}`);
});
