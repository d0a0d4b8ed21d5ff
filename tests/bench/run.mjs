// run.mjs <build folder> [--rounds N] [--seconds N] [--only PART]: measures, prints tables.
//
// Parts: http (cinema-server on SQLite beside bare_beast, which answers at once with as many
// bytes), memory (what 1,000 sessions of 250 seats take), programs (engine_bench and the others).
// In each round both servers take their turn; machines are noisy, so the ratio is that of medians.

import { spawnSync } from "node:child_process";
import {
    closeSync, fdatasyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { startServer } from "./server_process.mjs";

const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        rounds: { type: "string", default: "3" },
        seconds: { type: "string", default: "3" },
        connections: { type: "string", default: "64" },
        only: { type: "string", multiple: true, default: ["http", "memory", "programs"] },
    },
});
const build = resolve(positionals[0] ?? "");
if (!positionals[0]) throw new Error("name the build folder: ./dev bench does");

const program = (name) => join(build, "tests/bench", name);
const cinema = join(build, "server/cinema-server");
mkdirSync(join(build, "bench-data"), { recursive: true });
const folder = mkdtempSync(join(build, "bench-data/run-")); // on a disk, unlike some /tmp
process.on("exit", () => rmSync(folder, { recursive: true }));

// What load to put on which demo data, and the status of the answers.
const spread = ["--spread", "200"];
const small = { sessions: 200, hall: "10x25" };
const measures = [
    { name: "reserve, one hot session", status: 201, sessions: 100, hall: "40x50",
        load: ["--mode", "reserve"] },
    { name: "reserve, 200 sessions", status: 201, sessions: 400, hall: "20x25",
        load: ["--mode", "reserve", ...spread] },
    { name: "refusals, one session", status: 409, ...small, load: ["--mode", "taken"] },
    { name: "refusals, 200 sessions", status: 409, ...small, load: ["--mode", "taken", ...spread] },
    { name: "seat map of 250 seats", status: 200, ...small, load: ["--mode", "map"] },
    { name: "seat maps, 200 sessions", status: 200, ...small, load: ["--mode", "map", ...spread] },
];

function median(numbers) {
    const sorted = [...numbers].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
}

function millisecondsToDisk() {
    const file = openSync(join(folder, "probe"), "w");
    const times = [];
    for (let i = 0; i < 200; ++i) {
        writeSync(file, Buffer.alloc(4096, i));
        const start = process.hrtime.bigint();
        fdatasyncSync(file);
        times.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
    closeSync(file);
    return median(times);
}

let files = 0;
function startCinema(sessions, hall) {
    const file = join(folder, `cinema${++files}.db`);
    return startServer(cinema, ["--port", "0", "--store", `sqlite:${file}`,
        "--access-log", join(folder, "access.log"),
        "--demo-sessions", String(sessions), "--demo-hall", hall]);
}

function load(port, more) {
    const args = ["--port", String(port), "--connections", options.connections,
        "--seconds", options.seconds, "--json", ...more];
    const run = spawnSync(program("http_load"), args, { encoding: "utf8" });
    if (run.status !== 0) throw new Error(`http_load ${args.join(" ")}: ${run.stderr}`);
    return JSON.parse(run.stdout);
}

async function bytesOfAnswer(port, measure) {
    const session = `http://127.0.0.1:${port}/sessions/1/seats`;
    if (measure.status === 200) return (await (await fetch(session)).arrayBuffer()).byteLength;
    const ask = () => fetch(`${session}/reserve`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ userId: "load", seats: [1] }),
    });
    let answer = await ask();
    if (measure.status === 409) answer = await ask();
    return (await answer.arrayBuffer()).byteLength;
}

async function measureRound(measure) {
    const server = await startCinema(measure.sessions, measure.hall);
    const bytes = await bytesOfAnswer(server.port, measure);
    const ours = load(server.port, measure.load);
    await server.stop();
    const statuses = Object.keys(ours.statuses);
    if (ours.errors !== 0 || statuses.length !== 1 || Number(statuses[0]) !== measure.status)
        throw new Error(`${measure.name}: ${JSON.stringify(ours)}`);

    const bare = await startServer(program("bare_beast"),
        ["--port", "0", "--status", String(measure.status), "--bytes", String(bytes)]);
    const theirs = load(bare.port, measure.status === 200
        ? ["--mode", "get"] : ["--mode", "reserve", "--unconditional"]);
    await bare.stop();
    return { ours, theirs };
}

function row(...cells) {
    const widths = [28, 11, 11, 7, 9, 9];
    console.log(cells.map((cell, i) => i === 0 ? String(cell).padEnd(widths[i])
        : String(cell).padStart(widths[i])).join(" "));
}

async function measureHttp() {
    console.log(`HTTP, ${options.connections} kept-alive connections; SQLite, synchronous=FULL;`
        + ` an access log is written; fdatasync takes ${millisecondsToDisk().toFixed(2)} ms here.\n`
        + `Medians of ${options.rounds} rounds of ${options.seconds} s; the load shares the`
        + " machine with the server.\n");
    row("", "ours/s", "bare/s", "ratio", "p50 ms", "p99 ms");
    for (const measure of measures) {
        const rounds = [];
        for (let i = 0; i < Number(options.rounds); ++i)
            rounds.push(await measureRound(measure));
        const ours = (field) => median(rounds.map((round) => round.ours[field]));
        const bare = median(rounds.map((round) => round.theirs.per_second));
        row(measure.name, Math.round(ours("per_second")), Math.round(bare),
            (ours("per_second") / bare).toFixed(2),
            (ours("p50_us") / 1e3).toFixed(2), (ours("p99_us") / 1e3).toFixed(2));
    }
    console.log();
}

async function measureMemory() {
    const server = await startCinema(1000, "10x25");
    const fresh = server.megabytes();
    load(server.port, ["--mode", "map", "--spread", "1000"]);
    const read = server.megabytes();
    load(server.port, ["--mode", "reserve", "--spread", "1000"]);
    console.log(`Resident memory with 1,000 sessions of 250 seats: ${fresh} MB when started,`
        + ` ${read} MB when every seat map was read, ${server.megabytes()} MB when`
        + ` ${options.seconds} s of reservations were made in all of them.\n`);
    await server.stop();
}

function runPrograms() {
    for (const name of ["engine_bench", "sqlite_commit_bench", "service_bench"]) {
        const run = spawnSync(program(name), [], { stdio: "inherit", cwd: folder });
        if (run.status !== 0) throw new Error(`${name} ended with ${run.status ?? run.signal}`);
    }
}

if (options.only.includes("http")) await measureHttp();
if (options.only.includes("memory")) await measureMemory();
if (options.only.includes("programs")) runPrograms();
