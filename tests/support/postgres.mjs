// A throwaway PostgreSQL server, run by tests/services/postgres.sh.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { endsWithTest } from './leftovers.mjs';

const script = fileURLToPath(new URL('../services/postgres.sh', import.meta.url));
const readyMsMax = 60_000;

export class Postgres {
  /** Its data lie in `folder`, whose parent others than root must be able to enter. */
  static async start(folder, settings = []) {
    const server = new Postgres();
    server.folder = folder;
    server.child = endsWithTest(spawn('bash', [script, folder, ...settings],
      { stdio: ['ignore', 'pipe', 'pipe'] }));
    server.ended = once(server.child, 'close');
    let said = '';
    for (const stream of [server.child.stdout, server.child.stderr])
      stream.on('data', (text) => { said = (said + text).slice(-10_000); });
    const pidFile = join(folder, 'data/postmaster.pid');
    const end = Date.now() + readyMsMax;
    while (!existsSync(pidFile) || !readFileSync(pidFile, 'utf8').includes('\nready')) {
      if (server.child.exitCode !== null || Date.now() > end)
        throw new Error(`PostgreSQL does not start: ${said}`);
      await new Promise((done) => setTimeout(done, 20));
    }
    return server;
  }

  /** The address of a database, as cinema-server and pg take it. */
  url(database = 'postgres') {
    return `postgresql://postgres@/${database}?host=${this.folder}`;
  }

  /** Runs SQL outside of transactions; gives what psql prints, columns separated by `|`. */
  run(sql, database = 'postgres') {
    const args = ['-h', this.folder, '-U', 'postgres', '-d', database, '-qAtX', '-c', sql];
    const { status, stdout, stderr, error } = spawnSync('psql', args, { encoding: 'utf8' });
    if (status !== 0) throw error ?? new Error(`${sql}: ${stderr}`);
    return stdout.trim();
  }

  async stop() {
    this.child.kill('SIGINT');
    await this.ended;
  }
}
