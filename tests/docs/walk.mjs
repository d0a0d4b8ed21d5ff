// Runs what pages show to be typed, against a PostgreSQL server that is thrown away afterwards.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { environment, program, until } from '../support/cinema_server.mjs';
import { makeFolder } from '../support/leftovers.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

// The programs of pages: those of this build, and services in a folder of their own. A server tells
// its process, so that it can be ended as by Ctrl-C.
const programs = `
cinema-server() {
  case \${1:-} in
  migrate | check) "$CINEMA_SERVER" "$@" ;;
  *) "$CINEMA_SERVER" "$@" & echo "server $!"; wait $! ;;
  esac
}
dev() {
  case \${1:-} in
  run) cinema-server --access-log off ;;
  services) "$SERVICES" "$2" "$FOLDER/of_walk" ;;
  esac
}
`;

/** Where PostgreSQL's programs are: Debian has some of them in the path, and wrappers at that. */
function postgresPrograms() {
  const versions = '/usr/lib/postgresql';
  try {
    return readdirSync(versions).sort((a, b) => a - b).map((name) => join(versions, name, 'bin'))
      .reverse();
  } catch {
    return [];
  }
}

/** Buys the best two seats of a server's first session; gives what was answered. */
export async function sells(url) {
  const sessions = await (await fetch(`${url}/sessions`)).json();
  assert.ok(sessions.length > 10);
  const answer = await fetch(`${url}/sessions/${sessions[0].id}/seats/reserve`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"best": 2}',
  });
  assert.equal(answer.status, 201);
  return answer.json();
}

/** A folder with a PostgreSQL server, which is what libpq finds where an address says no more. */
export class Walk {
  static async start() {
    const walk = new Walk();
    try {
      await walk.#start();
    } catch (error) {
      await walk.stop(); // one of two services may run
      throw error;
    }
    return walk;
  }

  async #start() {
    this.folder = makeFolder();
    chmodSync(this.folder, 0o755); // PostgreSQL does not run as root
    this.environment = environment({
      PATH: [...postgresPrograms(), process.env.PATH].join(':'),
      CINEMA_SERVER: program,
      SERVICES: join(root, 'tests/services/services.sh'),
      FOLDER: this.folder,
      PORT: '0',
    });
    const told = await this.services('start');
    const url = /^export CINEMA_TEST_POSTGRES_URL=(\S+)$/m.exec(told)[1];
    this.host = new URL(url).host;
    const [PGHOST, PGPORT] = this.host.split(':');
    Object.assign(this.environment, { PGHOST, PGPORT, PGUSER: 'postgres' });
  }

  async services(verb) {
    const { stdout } = await promisify(execFile)(this.environment.SERVICES,
      [verb, join(this.folder, 'services')], { env: this.environment });
    return stdout;
  }

  /** Begins to run a fence; it ends with its first line that fails. */
  begin(fence, more = {}) {
    const script = fence.replaceAll('./dev ', 'dev ')
      .replace(/@localhost\//g, () => `@${this.host}/`);
    const child = spawn('bash', ['-euc', programs + script],
      {
        cwd: this.folder,
        env: { ...this.environment, ...more },
        stdio: ['ignore', 'pipe', 'pipe'], // bash reads its settings if this may be a remote shell
      });
    const running = { out: '', err: '' };
    child.stdout.on('data', (text) => { running.out += text; });
    child.stderr.on('data', (text) => { running.err += text; });
    running.ended = once(child, 'close').then(([code, signal]) => {
      running.code = code ?? signal;
      return running;
    });
    return running;
  }

  /** Runs a fence to its end. */
  run(fence, more) {
    return this.begin(fence, more).ended;
  }

  /** Runs a fence in which a server is started: `use(url)` while it is ready, then it is ended. */
  async runServer(fence, use, more) {
    const running = this.begin(fence, more);
    const url = await until(() => {
      if (running.code !== undefined) throw new Error(`it ended: ${running.out}${running.err}`);
      return /listens on (http:\S+)/.exec(running.err)?.[1];
    }, 'the server to be ready');
    const process_ = Number(/^server (\d+)$/m.exec(running.out)[1]);
    try {
      await use(url);
    } finally {
      process.kill(process_, 'SIGINT');
      await running.ended;
    }
    return running;
  }

  /** Runs SQL in a database, and fails with it. */
  async sql(text, database, user = 'postgres') {
    const { stdout } = await promisify(execFile)('psql',
      ['-X', '-v', 'ON_ERROR_STOP=1', '-U', user, '-d', database, '-c', text],
      { env: this.environment });
    return stdout;
  }

  stop() {
    return this.services('stop');
  }
}
