// Reservations on PostgreSQL: cinema-server beside bare_beast and what a user would write instead,
// two shops of baselines/.

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { Postgres } from "../support/postgres.mjs";
import { grantedOf, median, percent, printRow } from "./bench.mjs";
import { bytesOfAnswer, measureBare } from "./http_part.mjs";

const shop = fileURLToPath(new URL("baselines/shop.mjs", import.meta.url));
const warmUpSeconds = 2; // of reservations: plans are made, programs compiled, pools filled
const quietMs = 1_000;

export const measures = {
    hot: { name: "one hot session of 2,000 seats", sessions: 100, hall: "40x50",
        load: ["--mode", "reserve"] },
    spread: { name: "200 sessions of 500 seats", sessions: 400, hall: "20x25",
        load: ["--mode", "reserve", "--spread", "200"] },
};

const contenders = [
    { id: "ours", name: "cinema-server" },
    { id: "read_then_update", name: "express, UPDATE … WHERE version" },
    { id: "lock_rows", name: "express, SELECT … FOR UPDATE" },
];

/// A server with PostgreSQL's own defaults where it matters: fsync and synchronous_commit are on.
export async function startPostgres(bench) {
    const folder = bench.fresh("postgres");
    mkdirSync(folder);
    return bench.keep(await Postgres.start(folder));
}

export async function withDatabase(postgres, use) {
    const name = "bench";
    postgres.run(`CREATE DATABASE ${name}`);
    const result = await use(postgres.url(name), name);
    postgres.run(`DROP DATABASE ${name} WITH (FORCE)`);
    return result;
}

/// A server goes on with what was asked, though nobody waits for it any more.
async function untilQuiet(postgres, database, which = "true") {
    const count = () => postgres.run(`SELECT count(*) FROM reservations WHERE ${which}`, database);
    for (let before; before !== (before = count());) await sleep(quietMs);
}

/// Reservations at a port, after first ones that are not counted.
export async function loadWarm(bench, postgres, database, port, measure, settle = async () => {}) {
    postgres.run("CHECKPOINT"); // all begin alike, and none pays for what others have written
    bench.load(port, measure.load, warmUpSeconds);
    await untilQuiet(postgres, database, measure.quiet);
    await settle();
    return grantedOf(bench.load(port, measure.load), measure.name);
}

export function demo(measure) {
    return ["--demo-sessions", String(measure.sessions), "--demo-hall", measure.hall];
}

/// Audits the store with the server's own verb.
export function check(bench, url, more = []) {
    const run = spawnSync(bench.cinema, ["check", "--store", url, ...more], { encoding: "utf8" });
    if (run.status !== 0) throw new Error(`cinema-server check: ${run.stdout}${run.stderr}`);
}

async function measureOurs(bench, postgres, measure) {
    return withDatabase(postgres, async (url, database) => {
        const server = await bench.startCinema(url, demo(measure));
        const bytes = await bytesOfAnswer(server.port, 201);
        const loaded = await loadWarm(bench, postgres, database, server.port, measure);
        await bench.stop(server);
        check(bench, url);
        return { ...loaded, bytes };
    });
}

async function measureShop(bench, postgres, measure, design) {
    return withDatabase(postgres, async (url, database) => {
        const server = await bench.start(process.execPath, [shop, design, url,
            "--sessions", String(measure.sessions), "--hall", measure.hall]);
        const loaded = await loadWarm(bench, postgres, database, server.port, measure);
        await bench.stop(server);
        const isOnce = postgres.run("SELECT count(*) = count(DISTINCT (session_id, seat))"
            + " FROM reservations, unnest(seats) seat", database);
        if (isOnce !== "t") throw new Error(`${design} sold a seat twice`);
        return loaded;
    });
}

async function measureRound(bench, postgres, measure) {
    const ours = await measureOurs(bench, postgres, measure);
    const round = { ours, bare: await measureBare(bench, 201, ours.bytes) };
    for (const { id } of contenders.slice(1))
        round[id] = await measureShop(bench, postgres, measure, id);
    return round;
}

const quotient = (number, by, digits) => by > 0 ? (number / by).toFixed(digits) : "-";

export async function measurePostgres(bench) {
    const postgres = await startPostgres(bench);
    const settings = ["fsync", "full_page_writes", "synchronous_commit"]
        .map((name) => `${name}=${postgres.run(`SHOW ${name}`)}`).join(", ");
    console.log("Reservations on PostgreSQL, each seat once. The server has"
        + ` ${settings}.\n${bench.conditions()}\n`);
    const widths = [34, 9, 9, 9, 6, 9, 10];
    for (const measure of Object.values(measures)) {
        const rounds = [];
        for (let i = 0; i < bench.rounds; ++i)
            rounds.push(await measureRound(bench, postgres, measure));
        const of = (id, field) => median(rounds.map((round) => round[id][field]));
        const rate = (id) => of(id, "per_second");
        printRow(widths, measure.name, "201/s", "p50 ms", "p99 ms", "503", "to bare",
            "ours is");
        for (const { id, name } of [...contenders, { id: "bare", name: "bare_beast" }])
            printRow(widths, `  ${name}`, rate(id).toFixed(rate(id) < 100 ? 1 : 0),
                (of(id, "p50_us") / 1e3).toFixed(2), (of(id, "p99_us") / 1e3).toFixed(2),
                id === "bare" ? "" : percent(of(id, "refused")),
                quotient(rate(id), rate("bare"), 3),
                id === "ours" || id === "bare" ? "" : `${quotient(rate("ours"), rate(id), 1)}x`);
        console.log();
    }
    await bench.stop(postgres);
}
