// cinema-server on SQLite: each kind of request beside bare_beast, and memory.

import { expectOnly, median, printRow } from "./bench.mjs";

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

function start(bench, sessions, hall) {
    return bench.startCinema(`sqlite:${bench.fresh("cinema.db")}`,
        ["--demo-sessions", String(sessions), "--demo-hall", hall]);
}

/// How many bytes the answer's body has, so that bare_beast sends as many.
export async function bytesOfAnswer(port, status) {
    const session = `http://127.0.0.1:${port}/sessions/1/seats`;
    if (status === 200) return (await (await fetch(session)).arrayBuffer()).byteLength;
    const ask = () => fetch(`${session}/reserve`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ userId: "load", seats: [1] }),
    });
    let answer = await ask();
    if (status === 409) answer = await ask();
    return (await answer.arrayBuffer()).byteLength;
}

export async function measureBare(bench, status, bytes) {
    const bare = await bench.startBare(status, bytes);
    const loaded = bench.load(bare.port, status === 200
        ? ["--mode", "get"] : ["--mode", "reserve", "--unconditional"]);
    await bench.stop(bare);
    return loaded;
}

async function measureRound(bench, measure) {
    const server = await start(bench, measure.sessions, measure.hall);
    const bytes = await bytesOfAnswer(server.port, measure.status);
    const ours = bench.load(server.port, measure.load);
    await bench.stop(server);
    expectOnly(measure.status, ours, measure.name);
    return { ours, theirs: await measureBare(bench, measure.status, bytes) };
}

export async function measureHttp(bench) {
    console.log("HTTP; SQLite, synchronous=FULL; an access log is written.\n"
        + `${bench.conditions()}\n`);
    const widths = [28, 11, 11, 7, 9, 9];
    printRow(widths, "", "ours/s", "bare/s", "ratio", "p50 ms", "p99 ms");
    for (const measure of measures) {
        const rounds = [];
        for (let i = 0; i < bench.rounds; ++i) rounds.push(await measureRound(bench, measure));
        const ours = (field) => median(rounds.map((round) => round.ours[field]));
        const bare = median(rounds.map((round) => round.theirs.per_second));
        printRow(widths, measure.name, Math.round(ours("per_second")), Math.round(bare),
            (ours("per_second") / bare).toFixed(2),
            (ours("p50_us") / 1e3).toFixed(2), (ours("p99_us") / 1e3).toFixed(2));
    }
    console.log();
}

export async function measureMemory(bench) {
    const server = await start(bench, 1000, "10x25");
    const fresh = server.megabytes();
    bench.load(server.port, ["--mode", "map", "--spread", "1000"]);
    const read = server.megabytes();
    bench.load(server.port, ["--mode", "reserve", "--spread", "1000"]);
    console.log(`Resident memory with 1,000 sessions of 250 seats: ${fresh} MB when started,`
        + ` ${read} MB when every seat map was read, ${server.megabytes()} MB when`
        + ` ${bench.seconds} s of reservations were made in all of them.\n`);
    await bench.stop(server);
}
