// Starts cinema-server for a test, on a free port, with files of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { endsWithTest, makeFolder } from './leftovers.mjs';

export const program = process.env.CINEMA_SERVER;
const readyMsMax = 60_000;

if (!program) throw new Error('CINEMA_SERVER does not name the program; run this by ctest');

const keptNames = /^(PATH|TZ|LANG|LC_.*|.*SAN_OPTIONS|LLVM_PROFILE_FILE|MONGOC_DISABLE_SHM)$/;

/** Only what is given and what sanitizers and ctest set: no PORT or POSTGRES_URL of the host. */
export function environment(more) {
  const kept = Object.entries(process.env).filter(([name]) => keptNames.test(name));
  return { ...Object.fromEntries(kept), ...more };
}

/** The program as a child, with what it has written so far in `out` and `err`. */
export function start(args, { env = {}, cwd } = {}) {
  const child = endsWithTest(spawn(program, args, { env: environment(env), cwd }));
  const running = { child, out: '', err: '', ended: once(child, 'close').then(([code, signal]) => {
    running.code = code ?? signal;
    return running;
  }) };
  child.stdout.on('data', (text) => { running.out += text; });
  child.stderr.on('data', (text) => { running.err += text; });
  return running;
}

/** Runs the program to its end. */
export function run(args, options) {
  return start(args, options).ended;
}

/** Waits until `condition` gives something; an error after a long while. */
export async function until(condition, what, timeoutMs = readyMsMax) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** A server that is ready; `stop` ends it and returns its exit code. */
export class Server {
  /** On a new file of SQLite unless `args` name a store, or `finds` leaves it to the server. */
  static async start({ args = [], env, folder, finds = false } = {}) {
    const server = new Server();
    server.folder = folder ?? makeFolder();
    server.file = join(server.folder, 'cinema.db');
    const store = finds ? [] : ['--store', `sqlite:${server.file}`];
    server.running = start(['--port', '0', ...store, ...args],
      { env, cwd: server.folder });
    const { running } = server;
    server.url = await until(() => {
      if (running.code !== undefined) throw new Error(`the server ended: ${running.err}`);
      return /listens on (http:\S+)/.exec(running.err)?.[1];
    }, 'the server to be ready');
    return server;
  }

  async get(path, headers) {
    const response = await fetch(this.url + path, { headers });
    return { status: response.status, headers: response.headers, data: await response.json() };
  }

  async post(path, body, headers) {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, data: await response.json() };
  }

  seats(session) {
    return this.get(`/sessions/${session}/seats`).then((answer) => answer.data);
  }

  reserve(session, seats, headers) {
    return this.post(`/sessions/${session}/seats/reserve`, { seats }, headers);
  }

  async stop(signal = 'SIGTERM') {
    this.running.child.kill(signal);
    const { code } = await this.running.ended;
    return code;
  }
}
