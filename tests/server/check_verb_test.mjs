// The verbs check and migrate, on a file that is right and on damaged copies of it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { Server, run } from '../support/cinema_server.mjs';
import { makeFolder } from '../support/leftovers.mjs';

const folder = makeFolder();
const file = join(folder, 'cinema.db');

before(async () => {
  const server = await Server.start({ folder, args: ['--demo-sessions', '3'] });
  for (const session of [1, 2]) {
    assert.equal((await server.reserve(session, [1, 2], { 'Idempotency-Key': 'a' })).status, 201);
    assert.equal((await server.reserve(session, [3])).status, 201);
  }
  assert.equal(await server.stop(), 0);
});

function check(path) {
  return run(['check', '--store', `sqlite:${path}`]);
}

test('a store in which all agrees: exit code 0, and the counts', async () => {
  const { code, out } = await check(file);
  assert.equal(out,
    `sqlite:${file}: 3 sessions, 4 reservations, 6 taken seats, 2 keys\nall agrees\n`);
  assert.equal(code, 0);
});

test('a server may go on selling meanwhile', async () => {
  const server = await Server.start({ folder });
  assert.equal((await check(file)).code, 0);
  assert.equal(await server.stop(), 0);
});

test('a file has no outbox, and says so', async () => {
  for (const verb of ['outbox', 'reconcile']) {
    const { code, err } = await run([verb, '--store', `sqlite:${file}`]);
    assert.match(err, /has no outbox.*--documents/);
    assert.equal(code, 2);
  }
});

const damages = {
  'a sold seat without its guard':
    'DELETE FROM session_seats WHERE session_id = 1 AND seat_number = 3',
  'a guard of a seat that nobody has':
    "INSERT INTO session_seats VALUES (3, 7, x'00112233445566778899aabbccddeeff')",
  'a seat guarded for another reservation':
    "UPDATE session_seats SET reservation = x'00112233445566778899aabbccddeeff' "
    + 'WHERE session_id = 2 AND seat_number = 1',
  'a reservation past the version of its session':
    'UPDATE sessions SET version = 1 WHERE id = 1',
  'a key that refers to no reservation':
    "UPDATE idempotency_keys SET reservation = x'00112233445566778899aabbccddeeff' "
    + 'WHERE session_id = 1',
  'a seat that the hall does not have':
    'UPDATE reservations SET seats = replace(seats, \'[3,\', \'[9999,\') WHERE session_id = 1',
};

for (const [what, sql] of Object.entries(damages)) {
  test(`found, with exit code 1: ${what}`, async () => {
    const copy = join(folder, 'damaged.db');
    copyFileSync(file, copy);
    execFileSync(process.env.CINEMA_RUN_SQL, [copy, sql]);
    const { code, out } = await check(copy);
    assert.match(out, /^finding: session [123]: /m);
    assert.match(out, /something does not agree\n$/);
    assert.equal(code, 1);
  });
}

test('what is no database cannot be checked: exit code 2', async () => {
  const { code, err } = await check(process.execPath);
  assert.equal(code, 2);
  assert.match(err, /^cinema-server: /m);
});

test('migrate status changes nothing, migrate up makes the schema', async () => {
  const fresh = join(folder, 'fresh.db');
  const store = ['--store', `sqlite:${fresh}`];
  assert.equal((await run(['migrate', 'status', ...store])).code, 2);
  assert.ok(!existsSync(fresh));
  const up = await run(['migrate', 'up', ...store]);
  assert.equal(up.code, 0, up.err);
  assert.match(up.out, /^1 \S+: done \d{4}-\d\d-\d\d/);
  const status = await run(['migrate', ...store]);
  assert.equal(status.code, 0);
  assert.equal(status.out, up.out);
});
