// Reservations on PostgreSQL with MongoDB for the documents, beside PostgreSQL alone; how fast the
// documents follow; and reservations on MongoDB alone. MongoDB's part is played by the server for
// tests, unless CINEMA_TEST_MONGODB_URI names a real one.

import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { Mongo } from "../support/mongo.mjs";
import { expectOnly, median, percent, printRow } from "./bench.mjs";
import { check, demo, loadWarm, measures, startPostgres, withDatabase } from "./postgres_part.mjs";

const emptyMsMax = 600_000;

const ways = [
    { id: "alone", name: "PostgreSQL alone" },
    { id: "off", name: "with MongoDB, relay off", more: ["--no-relay"] },
    { id: "on", name: "with MongoDB, relay on", more: [] },
];

async function startMongo(bench) {
    const uri = process.env.CINEMA_TEST_MONGODB_URI;
    const name = (round) => `cinema_bench_${process.pid}_${round}`;
    if (uri) return { name: "MongoDB at CINEMA_TEST_MONGODB_URI",
        uri: (round) => `${uri.replace(/\/+$/, "")}/${name(round)}`, stop: async () => {} };
    const folder = bench.fresh("mongodb");
    mkdirSync(folder);
    const server = bench.keep(await Mongo.start(folder));
    return { name: "mongo-java-server", uri: (round) => server.uri(name(round)),
        stop: () => bench.stop(server) };
}

async function metric(port, name) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1] ?? 0);
}

/// Loads a server and, where documents follow, says how fast.
async function measureWay(bench, postgres, measure, way, documents) {
    return withDatabase(postgres, async (url, database) => {
        const more = way.more ? ["--documents", documents, ...way.more] : [];
        const server = await bench.startCinema(url, [...demo(measure), ...more]);
        const delivered = () => metric(server.port, "cinema_outbox_delivered_entries");
        let begin = { rows: 0, at: 0 };
        const loaded = await loadWarm(bench, postgres, database, server.port, measure,
            async () => { begin = { rows: await delivered(), at: performance.now() }; });
        const end = { rows: await delivered(), at: performance.now() };
        const result = { ...loaded,
            rows_per_second: (end.rows - begin.rows) * 1e3 / (end.at - begin.at) };
        if (way.id === "on") result.empty_after = await untilEmpty(postgres, database, end.at);
        await bench.stop(server);
        check(bench, url, way.more ? ["--documents", documents] : []);
        return result;
    });
}

/// Seconds until all documents have followed.
async function untilEmpty(postgres, database, since) {
    while (postgres.run("SELECT count(*) FROM outbox", database) !== "0") {
        if (performance.now() - since > emptyMsMax) throw new Error("documents do not follow");
        await sleep(200);
    }
    return (performance.now() - since) / 1e3;
}

async function measureBoth(bench, mongo) {
    const postgres = await startPostgres(bench);
    const widths = [34, 9, 9, 9, 6, 10, 10, 10];
    let number = 0;
    for (const measure of Object.values(measures)) {
        const rounds = [];
        for (let i = 0; i < bench.rounds; ++i) {
            const round = {};
            for (const way of ways)
                round[way.id] =
                    await measureWay(bench, postgres, measure, way, mongo.uri(++number));
            rounds.push(round);
        }
        const of = (id, field) => median(rounds.map((round) => round[id][field] ?? 0));
        printRow(widths, measure.name, "201/s", "p50 ms", "p99 ms", "503", "to alone",
            "rows/s", "empty s");
        for (const { id, name } of ways)
            printRow(widths, `  ${name}`, of(id, "per_second").toFixed(0),
                (of(id, "p50_us") / 1e3).toFixed(2), (of(id, "p99_us") / 1e3).toFixed(2),
                percent(of(id, "refused")),
                (of(id, "per_second") / of("alone", "per_second")).toFixed(2),
                id === "on" ? of(id, "rows_per_second").toFixed(0) : "",
                id === "on" ? of(id, "empty_after").toFixed(1) : "");
        console.log();
    }
    await bench.stop(postgres);
}

async function measureAlone(bench, mongo) {
    const widths = [34, 9, 9, 9];
    printRow(widths, "MongoDB alone", "201/s", "p50 ms", "p99 ms");
    for (const [id, measure] of Object.entries(measures)) {
        const rounds = [];
        for (let i = 0; i < bench.rounds; ++i) {
            const uri = mongo.uri(`${id}_${i}`);
            const server = await bench.startCinema(uri, demo(measure));
            bench.load(server.port, measure.load, 1);
            await sleep(1_000); // what that left under way may still sell seats
            const loaded = bench.load(server.port, measure.load);
            expectOnly(201, loaded, measure.name);
            rounds.push(loaded);
            await bench.stop(server);
            check(bench, uri);
        }
        const of = (field) => median(rounds.map((round) => round[field]));
        printRow(widths, `  ${measure.name}`, of("per_second").toFixed(0),
            (of("p50_us") / 1e3).toFixed(2), (of("p99_us") / 1e3).toFixed(2));
    }
    console.log();
}

export async function measurePolyglot(bench) {
    const mongo = await startMongo(bench);
    console.log(`Reservations with documents in ${mongo.name}.\n${bench.conditions()}\n`);
    await measureBoth(bench, mongo);
    await measureAlone(bench, mongo);
    await mongo.stop();
}
