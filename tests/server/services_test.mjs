// ./dev services, also where the folder of the checkout is closed to others, as in /root.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { makeFolder, removeFolder } from '../support/cinema_server.mjs';

const script = fileURLToPath(new URL('../services/services.sh', import.meta.url));
const folder = makeFolder(); // for its owner alone

function services(verb) {
  return spawnSync('bash', [script, verb, folder], { encoding: 'utf8' });
}

after(() => {
  services('stop');
  removeFolder(folder);
});

test('a PostgreSQL is started, told of again, and taken away without a trace', () => {
  const started = services('start');
  assert.equal(started.status, 0, started.stderr);
  const [, url] = /^export CINEMA_TEST_POSTGRES_URL=(postgresql:\S+)$/m.exec(started.stdout);
  const asked = spawnSync('psql', [url, '-qAtc', 'SELECT 6 * 7'], { encoding: 'utf8' });
  assert.equal(asked.stdout, '42\n', asked.stderr);
  assert.equal(services('start').stdout, started.stdout);

  assert.equal(services('stop').status, 0);
  assert.deepEqual(readdirSync(folder), []);
  assert.notEqual(spawnSync('psql', [url, '-qAtc', 'SELECT 1']).status, 0);
  assert.equal(services('stop').status, 0); // there is nothing to stop
});
