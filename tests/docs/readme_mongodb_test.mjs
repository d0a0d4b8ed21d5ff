// README's section on MongoDB, line by line: the two environment variables of the original program
// are enough, or MONGODB_URI alone.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { walkOf } from './snippets.mjs';
import { sells, Walk } from './walk.mjs';

const fences = walkOf('README.md', 'tests/docs/readme_mongodb_test.mjs');

let walk;
before(async () => { walk = await Walk.start(); });
after(() => walk.stop());

async function sellsAndDelivers(url) {
  const { id, secret } = await sells(url);
  const found = await fetch(`${url}/reservations/${id}`,
    { headers: { Authorization: `Bearer ${secret}` } });
  assert.equal(found.status, 200);
  await delivered(url);
}

/** Waits until the reservation has become a document. */
async function delivered(url) {
  for (let i = 0; i < 200; i++) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (/^cinema_outbox_delivered_entries 1$/m.test(text)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('no document was made');
}

test('both databases are started, sold from, and taken away', async () => {
  const done = await walk.runServer(fences[0], sellsAndDelivers);
  assert.equal(done.code, 0, done.err);
  assert.match(done.err,
    /store postgresql:\/\/postgres@127\.0\.0\.1:\d+\/postgres and mongodb:\/\/127\.0\.0\.1:\d+/);
  assert.ok(!existsSync(join(walk.folder, 'cinema.db')));
});

test('MongoDB alone is sold from', async () => {
  const done = await walk.runServer(fences[1], sellsAndDelivers);
  assert.equal(done.code, 0, done.err);
  assert.match(done.err, /store mongodb:\/\/127\.0\.0\.1:\d+\/shop\)/);
});

test('no other fence waits to be run', () => assert.equal(fences.length, 2));
