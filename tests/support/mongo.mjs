// A throwaway server that speaks MongoDB's protocol, run by tests/services/mongodb.sh.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { endsWithTest } from './leftovers.mjs';

const script = fileURLToPath(new URL('../services/mongodb.sh', import.meta.url));
const readyMsMax = 300_000; // the first start of all builds it, from what may have to be fetched

export class Mongo {
  /** Its data lie in `folder`. */
  static async start(folder) {
    const server = new Mongo();
    server.folder = folder;
    await server.#start([]);
    return server;
  }

  /** Once it has stopped: with the same data, on the same port. */
  async startAgain() {
    await this.#start([new URL(this.address).port]);
  }

  async #start(port) {
    const addressFile = join(this.folder, 'address');
    rmSync(addressFile, { force: true });
    this.child = endsWithTest(spawn('bash', [script, this.folder, ...port],
      { stdio: ['ignore', 'inherit', 'pipe'] }));
    this.ended = once(this.child, 'close');
    let said = '';
    this.child.stderr.on('data', (text) => { said = (said + text).slice(-10_000); });
    const end = Date.now() + readyMsMax;
    while (!existsSync(addressFile) || !readFileSync(addressFile, 'utf8').endsWith('\n')) {
      if (this.child.exitCode !== null || Date.now() > end)
        throw new Error(`mongodb.sh does not start: ${said}`);
      await new Promise((done) => setTimeout(done, 20));
    }
    this.address = readFileSync(addressFile, 'utf8').trim();
  }

  /** The URI of a database, as cinema-server and MongoDB's driver take it. */
  uri(database = 'cinema') {
    return `${this.address}/${database}`;
  }

  /** By SIGTERM in good order; by SIGKILL, it keeps what it acknowledged. */
  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    await this.ended;
  }
}
