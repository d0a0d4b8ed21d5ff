// README's section on PostgreSQL, line by line: POSTGRES_URL alone is enough.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { walkOf } from './snippets.mjs';
import { sells, Walk } from './walk.mjs';

const fences = walkOf('README.md', 'tests/docs/readme_postgres_test.mjs');

let walk;
before(async () => { walk = await Walk.start(); });
after(() => walk.stop());

test('a database of one\'s own: it is made, and a server sells from it', async () => {
  const done = await walk.runServer(fences[0], sells);
  assert.equal(done.code, 0, done.err);
  assert.match(done.err, /store postgresql:\/\/\/cinema\)/);
  assert.match(await walk.sql('SELECT count(*) FROM session_seats', 'cinema'), /^ +2$/m);
  assert.ok(!existsSync(join(walk.folder, 'cinema.db')));
});

test('a server to try things on is started, sold from, and taken away', async () => {
  const done = await walk.runServer(fences[1], sells,
    { PGHOST: '/nowhere', PGUSER: 'nobody' });
  assert.equal(done.code, 0, done.err);
  assert.match(done.err, /store postgresql:\/\/postgres@127\.0\.0\.1:\d+\/postgres\)/);
  assert.ok(!existsSync(join(walk.folder, 'of_walk/postgres')));
});

test('no other fence waits to be run', () => assert.equal(fences.length, 2));
