// Verbs that change a PostgreSQL database ask the MongoDB beside it first whose documents it has.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Walk } from '../docs/walk.mjs';

let walk;
let documents;
before(async () => {
  walk = await Walk.start();
  const told = await walk.services('start');
  documents = `${/^export CINEMA_TEST_MONGODB_URI=(\S+)$/m.exec(told)[1]}/documents`;
  await walk.sql('CREATE DATABASE first', 'postgres');
  await walk.sql('CREATE DATABASE second', 'postgres');
});
after(() => walk.stop());

/** Runs a verb on a PostgreSQL database, beside MongoDB unless `more` is empty. */
function run(verb, database, more = `--documents ${documents}`) {
  const store = `postgresql://postgres@localhost/${database}`;
  return walk.run(`cinema-server ${verb} --store ${store} ${more}`);
}

test('the first PostgreSQL database has its documents there', async () => {
  const migrated = await run('migrate up', 'first');
  assert.equal(migrated.code, 0, migrated.err);
  const told = await run('reconcile', 'first');
  assert.equal(told.code, 0, told.err);
});

test('no migration has another one\'s follow, which goes on alone', async () => {
  for (const verb of ['migrate up --dry-run', 'migrate up']) {
    const refused = await run(verb, 'second');
    assert.equal(refused.code, 2, refused.out + refused.err);
    assert.match(refused.err, /has the documents of another PostgreSQL database/);
    assert.equal(refused.out, '');
  }
  const alone = await run('migrate up', 'second', '');
  assert.equal(alone.code, 0, alone.err);
  assert.equal((await run('check', 'second', '')).code, 0);
});
