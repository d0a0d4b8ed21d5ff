// A server that is measured: started, found by what it prints, and ended.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

// Starts a program that prints `… listens on http://127.0.0.1:PORT`.
export async function startServer(program, args) {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const ended = once(child, "exit");
    let said = "";
    const port = await new Promise((resolve, reject) => {
        const listen = (chunk) => {
            said += chunk;
            const found = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(said);
            if (found) resolve(Number(found[1]));
        };
        child.stdout.on("data", listen);
        child.stderr.on("data", listen);
        child.on("error", reject);
        ended.then(() => reject(new Error(`${program} ended: ${said}`)));
    });
    return {
        port,
        megabytes: () => {
            const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
            return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024);
        },
        stop: async () => {
            child.kill("SIGTERM");
            await ended;
        },
    };
}
