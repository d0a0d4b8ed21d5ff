// ./dev services, also where the folder of the checkout is closed to others, as in /root.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { makeFolder } from '../support/leftovers.mjs';

const script = fileURLToPath(new URL('../services/services.sh', import.meta.url));
const folder = makeFolder(); // for its owner alone

function services(verb) {
  return spawnSync('bash', [script, verb, folder], { encoding: 'utf8' });
}

/** What a server says, as raw bytes, to `{hello: 1, $db: 'admin'}` in MongoDB's protocol. */
async function sayHello(uri) {
  const { hostname, port } = new URL(uri);
  const socket = connect(port, hostname);
  socket.write(Buffer.concat([
    Buffer.from(Int32Array.of(52, 1, 0, 2013, 0).buffer), // a message of 52 bytes: an OP_MSG
    Buffer.from('\0' + '\x1f\0\0\0' + '\x10hello\0\x01\0\0\0' + '\x02$db\0\x06\0\0\0admin\0\0'),
  ]));
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return answer.toString('latin1');
}

after(() => services('stop'));

test('database servers are started, told of again, and taken away without a trace', async () => {
  const started = services('start');
  assert.equal(started.status, 0, started.stderr);
  const [, url] = /^export CINEMA_TEST_POSTGRES_URL=(postgresql:\S+)$/m.exec(started.stdout);
  const asked = spawnSync('psql', [url, '-qAtc', 'SELECT 6 * 7'], { encoding: 'utf8' });
  assert.equal(asked.stdout, '42\n', asked.stderr);
  const [, uri] = /^export CINEMA_TEST_MONGODB_URI=(mongodb:\S+)$/m.exec(started.stdout);
  assert.match(await sayHello(uri), /isWritablePrimary/);
  assert.equal(services('start').stdout, started.stdout);

  assert.equal(services('stop').status, 0);
  assert.deepEqual(readdirSync(folder), []);
  assert.notEqual(spawnSync('psql', [url, '-qAtc', 'SELECT 1']).status, 0);
  await assert.rejects(sayHello(uri), { code: 'ECONNREFUSED' });
  assert.equal(services('stop').status, 0); // there is nothing to stop
});
