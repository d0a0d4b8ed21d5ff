// The demos on MongoDB, where reservations become documents after they are made: no server has to
// run for that.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';

import { run } from '../support/cinema_server.mjs';
import { makeFolder } from '../support/leftovers.mjs';
import { Mongo } from '../support/mongo.mjs';

let folder;
let mongo;

before(async () => {
  folder = makeFolder();
  mongo = await Mongo.start(folder);
});

after(() => mongo.stop());

function demo(program, ...args) {
  return new Promise((done) => {
    execFile(process.env[program], args, { cwd: folder }, (error, out, err) =>
      done({ code: error?.code ?? 0, out, err }));
  });
}

async function checkNothingWaits(store) {
  const { out, err } = await run(['outbox', 'list', '--store', store]);
  assert.equal(out, '0 waiting; 0 set aside\n', err);
}

test('what seats holds, sells and gives back has become documents when it ends', async () => {
  const store = mongo.uri('seats');
  const seats = async (...args) => {
    const told = await demo('CINEMA_SEATS', ...args, '--json', '--store', store);
    assert.equal(told.code, 0, told.out + told.err);
    assert.equal(told.err, '');
    await checkNothingWaits(store);
    return JSON.parse(told.out);
  };
  await seats('demo');
  const { id } = await seats('hold', '1', 'C4', 'C5');
  assert.equal((await seats('confirm', id)).status, 'confirmed');
  await seats('cancel', id);
  await seats('best', '1', '3', '--reserve');
  assert.equal((await seats('list'))[0].seats_free, 101);
});

test('what rush sells has become documents when it ends', async () => {
  const store = mongo.uri('rush');
  const told = await demo('CINEMA_RUSH', '--store', store, '--hall', '5x5', '--buyers', '8');
  assert.equal(told.code, 0, told.out + told.err);
  assert.match(told.out, /25 seats sold, 0 left\n  the store agrees.*\n0 seats sold twice\n/s);
  await checkNothingWaits(store);
});
