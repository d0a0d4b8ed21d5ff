// What docs/operations.md shows to be typed, in its order, on a PostgreSQL that is thrown away.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { walkOf } from './snippets.mjs';
import { Walk } from './walk.mjs';

const fences = walkOf('docs/operations.md', 'tests/docs/operations_test.mjs');
const [roles, privileges, schema, backup, watching] = fences;

let walk;
before(async () => { walk = await Walk.start(); });
after(() => walk.stop());

test('a role that owns the tables and one that sells', async () => {
  assert.equal(fences.length, 5, 'another number of fences: this test has to follow');
  for (const statement of roles.split('\n')) await walk.sql(statement, 'postgres');
  await walk.sql(privileges, 'cinema', 'cinema_owner');

  const [status, dryRun, ...rest] = schema.split('\n');
  const before_ = await walk.run(status);
  assert.equal(before_.code, 1, before_.err);
  assert.match(before_.out, /^1 0001_initial: to be done$/m);
  const would = await walk.run(dryRun);
  assert.match(would.out, /^CREATE TABLE sessions/m);
  assert.equal((await walk.run(status)).code, 1);

  const done = await walk.runServer(rest.join('\n'), async (url) => {
    assert.deepEqual(await (await fetch(`${url}/sessions`)).json(), []);
  });
  assert.equal(done.code, 0, done.err);
  assert.equal((await walk.run(status)).code, 0);
});

test('the one that sells may do all that a server does, and no more', async () => {
  const serve = schema.split('\n').at(-1).replace(' --no-demo', '');
  const done = await walk.runServer(serve, async (url) => {
    const answer = await fetch(`${url}/sessions/1/seats/reserve`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'one' },
      body: '{"best": 2, "hold": true}',
    });
    assert.equal(answer.status, 201);
    const { id, secret } = await answer.json();
    const cancelled = await fetch(`${url}/reservations/${id}`,
      { method: 'DELETE', headers: { Authorization: `Bearer ${secret}` } });
    assert.equal(cancelled.status, 200);
  });
  assert.equal(done.code, 0, done.err);
  await assert.rejects(walk.sql('DROP TABLE halls CASCADE', 'cinema', 'cinema'), /must be owner/);
});

test('a backup is restored beside the database, and all agrees in it', async () => {
  const done = await walk.run(backup);
  assert.equal(done.code, 0, done.out + done.err);
  assert.match(done.out, /\d+ sessions, 1 reservations, 0 taken seats, 1 keys\nall agrees/);
});

test('the queries to watch by are answered', async () => {
  for (const query of watching.split('\n\n'))
    assert.match(await walk.sql(query, 'cinema'), /\(\d+ rows?\)/);
});
