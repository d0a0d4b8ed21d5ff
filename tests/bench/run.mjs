// run.mjs <build folder> [--rounds N] [--seconds N] [--connections N] [--only PART]...: measures,
// prints tables. `./dev bench` builds what it runs and passes its options on.
//
// Parts:
//   http      cinema-server on SQLite beside bare_beast, which answers at once with as many bytes
//   postgres  cinema-server on PostgreSQL beside the same and two shops on Express and pg
//   polyglot  cinema-server on PostgreSQL with MongoDB, beside PostgreSQL alone; on MongoDB alone
//   servers   three cinema-servers on one PostgreSQL database behind nginx, beside one
//   large     cinema-server on a PostgreSQL database of 2 million reservations, beside an empty one
//   memory    what 1,000 sessions of 250 seats take
//   programs  engine_bench and the others
// `--only postgres` runs `servers` as well; `--only servers` that alone. `large` must be named.
//
// In each round all that is compared takes its turn; machines are noisy, so a ratio is that of
// medians, and figures of different runs are not to be compared.

import { parseArgs } from "node:util";

import { Bench } from "./bench.mjs";
import { measureHttp, measureMemory } from "./http_part.mjs";
import { measureLarge } from "./large_part.mjs";
import { measurePolyglot } from "./polyglot_part.mjs";
import { measurePostgres } from "./postgres_part.mjs";
import { measureServers } from "./servers_part.mjs";

const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        rounds: { type: "string", default: "3" },
        seconds: { type: "string", default: "3" },
        connections: { type: "string", default: "64" },
        only: { type: "string", multiple: true },
    },
});
if (!positionals[0]) throw new Error("name the build folder: ./dev bench does");

const parts = {
    http: measureHttp,
    postgres: async (bench) => {
        await measurePostgres(bench);
        await measureServers(bench);
    },
    polyglot: measurePolyglot,
    servers: measureServers,
    large: measureLarge,
    memory: measureMemory,
    programs: (bench) => {
        for (const name of ["engine_bench", "sqlite_commit_bench", "service_bench"])
            bench.run(name);
    },
};
const wanted = options.only ?? ["http", "postgres", "polyglot", "memory", "programs"];
for (const name of wanted)
    if (!parts[name]) throw new Error(`there is no part ${name}: ${Object.keys(parts).join(", ")}`);

const bench = new Bench(positionals[0], options);
try {
    for (const name of wanted) await parts[name](bench);
} finally {
    await bench.close();
}
