// cinema-server on a PostgreSQL database as years of business leave it, beside an empty one: 20,000
// sessions with 2 million reservations, live and ended, and 5 million idempotency keys.

import { setTimeout as sleep } from "node:timers/promises";

import { median, percent, printRow } from "./bench.mjs";
import { check, loadWarm, startPostgres } from "./postgres_part.mjs";

const sessions = 20_000;
const reservationsEach = 100; // on as many seats
const liveEach = 20;
const lapsedSessions = 5_000; // with a hold that has run out
const selling = { name: "200 sessions of 500 seats", sessions: 800, hall: "20x25",
    load: ["--mode", "reserve", "--spread", "200", "--sessions", "800"],
    quiet: "status <> 'cancelled'" }; // the purge takes the others away meanwhile
const purgeMs = 10_000; // of each measurement

/// Fills a database whose schema and hall are there. `days`: so long ago all of it happened.
function fill(postgres, database, days) {
    const at = `now() - interval '${days} days'`;
    const ms = `(extract(epoch from ${at}) * 1000)::bigint`;
    postgres.run(`
        INSERT INTO sessions (hall_id, movie_title, showtime, currency, version, change_id,
                              changed_at)
        SELECT hall_id, 'Metropolis', showtime + n * interval '1 minute', currency, 3, n, ${at}
        FROM (SELECT * FROM sessions ORDER BY id LIMIT 1) AS one,
            generate_series(1, ${sessions}) AS n;
        INSERT INTO session_prices (session_id, position, category, price, price_type)
        SELECT s.id, p.position, p.category, p.price, p.price_type
        FROM sessions AS s, session_prices AS p
        WHERE s.version = 3 AND p.session_id = (SELECT min(id) FROM sessions);
        CREATE TEMPORARY TABLE made AS
        SELECT s.id AS session_id, gen_random_uuid() AS id, r AS seat,
            CASE WHEN r > ${liveEach} THEN 'cancelled'
                WHEN r = 1 AND s.change_id <= ${lapsedSessions} THEN 'held'
                ELSE 'confirmed' END AS status
        FROM generate_series(1, ${reservationsEach}) AS r, sessions AS s WHERE s.version = 3;
        INSERT INTO reservations (session_id, id, version, status, held_until, updated_at,
                                  user_label, currency, seats, events)
        SELECT session_id, id, CASE status WHEN 'cancelled' THEN 3 ELSE 2 END, status,
            CASE status WHEN 'held' THEN ${at} END, ${at}, 'guest', 'EUR',
            jsonb_build_array(jsonb_build_array(seat, 1200)),
            CASE status
                WHEN 'cancelled' THEN jsonb_build_array(
                    jsonb_build_array('confirmed', 2, ${ms}, null, null),
                    jsonb_build_array('cancelled', 3, ${ms}, null, null))
                WHEN 'held' THEN jsonb_build_array(
                    jsonb_build_array('held', 2, ${ms}, ${ms}, null))
                ELSE jsonb_build_array(jsonb_build_array('confirmed', 2, ${ms}, null, null))
            END
        FROM made;
        INSERT INTO session_seats (session_id, seat_number, reservation)
        SELECT session_id, seat, id FROM made WHERE status <> 'cancelled';
        INSERT INTO idempotency_keys (session_id, digest, version, event, reservation, request)
        SELECT session_id, decode(md5(id::text || k), 'hex'), 2, 0, id,
            sha256(id::text::bytea)
        FROM made, generate_series(1, 3) AS k WHERE k < 3 OR seat % 2 = 0`, database);
    postgres.run("VACUUM ANALYZE", database); // as it would have been done meanwhile
}

/// A database with the schema, one hall and `count` sessions.
async function create(bench, postgres, name, count) {
    postgres.run(`CREATE DATABASE ${name}`);
    const server = await bench.startCinema(postgres.url(name),
        ["--demo-sessions", String(count), "--demo-hall", selling.hall]);
    await bench.stop(server);
}

async function timed(action) {
    const start = process.hrtime.bigint();
    await action();
    return Number(process.hrtime.bigint() - start) / 1e6;
}

async function ask(port, path, body) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, body === undefined ? {}
        : { method: "POST", headers: { "content-type": "application/json" },
            body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
}

/// The chores are free at once, not only when the leases of the last server have run out.
async function startReady(bench, postgres, name) {
    postgres.run("DELETE FROM leases", name);
    const server = await bench.startCinema(postgres.url(name), ["--no-demo"]);
    while (!(await fetch(`http://127.0.0.1:${server.port}/readyz`)).ok) await sleep(5);
    return server;
}

/// How long the start and the first answers take: no session is in memory.
async function measureFirst(bench, postgres, name) {
    let server;
    const start = await timed(async () => { server = await startReady(bench, postgres, name); });
    const rows = [["start", [start]]];
    const measure = async (what, count, path, body) => {
        const times = [];
        for (let i = 0; i < count; ++i)
            times.push(await timed(() => ask(server.port, path(i), body)));
        rows.push([what, times]);
    };
    await measure("GET /sessions", 1, () => "/sessions");
    await measure("GET /sessions/:id/seats", 50, (i) => `/sessions/${1_000 + i * 300}/seats`);
    await measure("reserve", 50, (i) => `/sessions/${1_100 + i * 300}/seats/reserve`,
        { userId: "guest", seats: [400] });
    await bench.stop(server);
    const widths = [26, 8, 10, 10];
    printRow(widths, "first answers, large", "", "median ms", "most ms");
    for (const [what, times] of rows)
        printRow(widths, `  ${what}`, times.length, median(times).toFixed(1),
            Math.max(...times).toFixed(1));
    console.log();
}

/// How long the sweep takes to end all holds that have run out.
async function measureSweep(bench, postgres, name) {
    const left = () => Number(postgres.run(
        "SELECT count(*) FROM reservations WHERE held_until < now()", name));
    const before = left();
    const server = await startReady(bench, postgres, name);
    const took = await timed(async () => { while (left() > 0) await sleep(200); });
    await bench.stop(server);
    console.log(`${before} holds that had run out were ended in ${(took / 1e3).toFixed(1)} s\n`);
}

/// Reservations on each of the databases in turn.
async function measureSelling(bench, postgres, names) {
    const rounds = Object.fromEntries(names.map((name) => [name, []]));
    for (let i = 0; i < bench.rounds; ++i)
        for (const name of names) {
            const server = await startReady(bench, postgres, name);
            const loaded = await loadWarm(bench, postgres, name, server.port, selling);
            await bench.stop(server);
            rounds[name].push(loaded);
        }
    const widths = [26, 9, 9, 9, 6];
    printRow(widths, `reserve, ${selling.sessions} sessions`, "201/s", "p50 ms", "p99 ms", "503");
    for (const name of names) {
        const of = (field) => median(rounds[name].map((round) => round[field]));
        printRow(widths, `  ${name}`, of("per_second").toFixed(0), (of("p50_us") / 1e3).toFixed(2),
            (of("p99_us") / 1e3).toFixed(2), percent(of("refused")));
    }
    console.log();
}

/// What the purge of a database takes away in some seconds, with nobody buying.
async function measurePurge(bench, postgres, name) {
    const counts = () => postgres.run("SELECT count(*) FROM reservations UNION ALL"
        + " SELECT count(*) FROM idempotency_keys", name).split("\n").map(Number);
    const before = counts();
    const server = await startReady(bench, postgres, name);
    await sleep(purgeMs);
    await bench.stop(server);
    const gone = counts().map((count, i) => before[i] - count);
    console.log(`purged in ${purgeMs / 1e3} s: ${gone[0]} of ${before[0]} reservations,`
        + ` ${gone[1]} of ${before[1]} keys\n`);
}

export async function measureLarge(bench) {
    const postgres = await startPostgres(bench);
    console.log(`${sessions} sessions, ${sessions * reservationsEach} reservations,`
        + ` ${sessions * reservationsEach * 2.5} keys on PostgreSQL; "large": nothing is to be`
        + ` purged;\n"old": the purge is at work.\n${bench.conditions()}\n`);
    await create(bench, postgres, "empty", selling.sessions);
    for (const [name, days] of [["large", 1], ["old", 30]]) {
        await create(bench, postgres, name, 1);
        fill(postgres, name, days);
    }
    await measureSweep(bench, postgres, "large"); // the first server to come ends these holds
    await measureFirst(bench, postgres, "large");
    await measurePurge(bench, postgres, "old");
    await measureSelling(bench, postgres, ["empty", "large", "old"]);
    const took = await timed(() => check(bench, postgres.url("large")));
    console.log(`cinema-server check of "large": ${(took / 1e3).toFixed(0)} s`);
    await bench.stop(postgres);
}
