// Several cinema-servers on one PostgreSQL database behind nginx, with the configuration that is
// shipped: what a second and a third server bring, and what they cost without affinity.

import { setTimeout as sleep } from "node:timers/promises";

import { Nginx } from "../support/nginx.mjs";
import { median, percent, printRow } from "./bench.mjs";
import { check, loadWarm, measures, startPostgres, withDatabase } from "./postgres_part.mjs";

const followMs = 2_000; // by then all servers show what the others did, and their KPIs are new
const several = 3;

const cases = [
    { id: "spread1", measure: measures.spread, servers: 1, name: "one server" },
    { id: "spread3", measure: measures.spread, servers: several, base: "spread1",
        name: "three, each session at one" },
    { id: "turns3", measure: measures.spread, servers: several, base: "spread1",
        hasAffinity: false, name: "three in turn, no affinity" },
    { id: "hot1", measure: measures.hot, servers: 1, name: "one server" },
    { id: "hot3", measure: measures.hot, servers: several, base: "hot1", hasAffinity: false,
        name: "three in turn, no affinity" },
];

async function counts(server) {
    const kpi = await (await fetch(`http://127.0.0.1:${server.port}/kpi`)).json();
    const { granted, commits, commits_retried: retried } = kpi.windows.since_start;
    return { granted, commits, retried };
}

/// What the servers counted since `before`, each.
async function countsSince(servers, before) {
    const now = await Promise.all(servers.map(counts));
    return now.map((one, i) => Object.fromEntries(
        Object.entries(one).map(([name, value]) => [name, value - before[i][name]])));
}

async function startServers(bench, url, { measure, servers: count }) {
    const servers = [];
    for (let i = 0; i < count; ++i)
        servers.push(await bench.startCinema(url, i > 0 ? ["--no-demo"]
            : ["--demo-sessions", String(measure.sessions), "--demo-hall", measure.hall]));
    return servers;
}

async function measureCase(bench, postgres, one) {
    return withDatabase(postgres, async (url, database) => {
        const servers = await startServers(bench, url, one);
        const nginx = bench.keep(await Nginx.start(bench.fresh("nginx"),
            servers.map((server) => `127.0.0.1:${server.port}`), one));
        let before;
        const loaded = await loadWarm(bench, postgres, database, nginx.port, one.measure,
            async () => {
                await sleep(followMs);
                before = await Promise.all(servers.map(counts));
            });
        await sleep(followMs);
        const counted = await countsSince(servers, before);
        await bench.stop(nginx, ...servers);
        check(bench, url);
        const sum = (field) => counted.reduce((total, server) => total + server[field], 0);
        return {
            ...loaded,
            shares: counted.map(({ granted }) => granted / sum("granted")),
            lost: sum("retried") / (sum("retried") + sum("commits")),
        };
    });
}

export async function measureServers(bench) {
    const postgres = await startPostgres(bench);
    console.log("Reservations on PostgreSQL through nginx with server/deploy/nginx.conf. Lost are"
        + " the swaps that\nanother server's came before; shares are those of the last round."
        + `\n${bench.conditions()}\n`);
    const rounds = [];
    for (let i = 0; i < bench.rounds; ++i) {
        const round = {};
        for (const one of cases) round[one.id] = await measureCase(bench, postgres, one);
        rounds.push(round);
    }
    const of = (id, field) => median(rounds.map((round) => round[id][field]));
    const widths = [32, 8, 9, 9, 6, 8, 6, 16];
    let above;
    for (const { id, name, base, measure } of cases) {
        if (above !== measure)
            printRow(widths, measure.name, "201/s", "p50 ms", "p99 ms", "503", "to one", "lost",
                "shares");
        above = measure;
        printRow(widths, `  ${name}`, Math.round(of(id, "per_second")),
            (of(id, "p50_us") / 1e3).toFixed(2), (of(id, "p99_us") / 1e3).toFixed(2),
            percent(of(id, "refused")),
            base ? (of(id, "per_second") / of(base, "per_second")).toFixed(2) : "",
            percent(of(id, "lost")), rounds.at(-1)[id].shares.map(percent).join(" "));
    }
    console.log();
    await bench.stop(postgres);
}
