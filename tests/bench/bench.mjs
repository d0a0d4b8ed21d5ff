// What the parts of the bench share: the programs, a folder for data, the load, medians, tables.

import { spawnSync } from "node:child_process";
import {
    chmodSync, closeSync, fdatasyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync,
} from "node:fs";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";

import { startServer } from "./server_process.mjs";

export function median(numbers) {
    const sorted = [...numbers].sort((a, b) => a - b);
    const middle = sorted.length / 2;
    return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

/// The first cell to the left, the others to the right.
export function printRow(widths, ...cells) {
    console.log(cells.map((cell, i) => i === 0 ? String(cell).padEnd(widths[i])
        : String(cell).padStart(widths[i])).join(" "));
}

/// Fails unless every request was answered, with that status.
export function expectOnly(status, loaded, what) {
    const statuses = Object.keys(loaded.statuses);
    if (loaded.errors !== 0 || statuses.some((other) => Number(other) !== status))
        throw new Error(`${what}: ${JSON.stringify(loaded)}`);
}

/// What was granted of reservations, and the share that was refused for the time being (503). Fails
/// at any other answer.
export function grantedOf(loaded, what) {
    const { 201: granted = 0, 503: refused = 0, ...others } = loaded.statuses;
    if (loaded.errors !== 0 || granted === 0 || Object.keys(others).length > 0)
        throw new Error(`${what}: ${JSON.stringify(loaded)}`);
    return { ...loaded, per_second: granted / loaded.seconds, refused: refused / loaded.answers };
}

export const percent = (share) => `${(share * 100).toFixed(0)}%`;

export class Bench {
    constructor(build, { rounds, seconds, connections }) {
        this.build = resolve(build);
        this.rounds = Number(rounds);
        this.seconds = Number(seconds);
        this.connections = Number(connections);
        this.cinema = join(this.build, "server/cinema-server");
        const data = join(this.build, "bench-data"); // on a disk, unlike some /tmp
        mkdirSync(data, { recursive: true });
        this.folder = mkdtempSync(join(data, "run-"));
        chmodSync(this.folder, 0o711); // PostgreSQL and nginx are not root
        this.running = [];
        this.files = 0;
    }

    program(name) {
        return join(this.build, "tests/bench", name);
    }

    /// A name in the folder that nothing has yet.
    fresh(name) {
        return join(this.folder, `${++this.files}-${name}`);
    }

    /// Ends what was started and still runs, and removes the data.
    async close() {
        for (const one of this.running.splice(0).reverse()) await one.stop();
        rmSync(this.folder, { recursive: true });
    }

    /// Keeps what has just been started, until it is stopped.
    keep(started) {
        this.running.push(started);
        return started;
    }

    async stop(...started) {
        for (const one of started) {
            this.running.splice(this.running.indexOf(one), 1);
            await one.stop();
        }
    }

    async start(program, args) {
        return this.keep(await startServer(program, args));
    }

    startCinema(store, more) {
        return this.start(this.cinema, ["--port", "0", "--store", store,
            "--access-log", join(this.folder, "access.log"), ...more]);
    }

    startBare(status, bytes) {
        return this.start(this.program("bare_beast"),
            ["--port", "0", "--status", String(status), "--bytes", String(bytes)]);
    }

    /// Runs a program that measures by itself.
    run(name) {
        const run = spawnSync(this.program(name), [], { stdio: "inherit", cwd: this.folder });
        if (run.status !== 0) throw new Error(`${name} ended with ${run.status ?? run.signal}`);
    }

    load(port, more, seconds = this.seconds) {
        const args = ["--port", String(port), "--connections", String(this.connections),
            "--seconds", String(seconds), "--json", ...more];
        const run = spawnSync(this.program("http_load"), args, { encoding: "utf8" });
        if (run.status !== 0) throw new Error(`http_load ${args.join(" ")}: ${run.stderr}`);
        return JSON.parse(run.stdout);
    }

    millisecondsToDisk() {
        const file = openSync(join(this.folder, "probe"), "w");
        const times = [];
        for (let i = 0; i < 200; ++i) {
            writeSync(file, Buffer.alloc(4096, i));
            const start = process.hrtime.bigint();
            fdatasyncSync(file);
            times.push(Number(process.hrtime.bigint() - start) / 1e6);
        }
        closeSync(file);
        return median(times).toFixed(2);
    }

    /// How it is measured, to stand above the tables.
    conditions() {
        const average = loadavg()[0].toFixed(1);
        return `${this.connections} kept-alive connections; medians of ${this.rounds} rounds of`
            + ` ${this.seconds} s; the load shares the\nmachine with all it measures; fdatasync`
            + ` takes ${this.millisecondsToDisk()} ms here; the load average is ${average}.`;
    }
}
