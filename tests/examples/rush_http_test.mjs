// Sixty-four buyers of the demo `rush` storm a real server: no seat is sold twice.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';

import { Server, run } from '../support/cinema_server.mjs';
import { makeFolder } from '../support/leftovers.mjs';

function rush(...args) {
  return new Promise((done) => {
    execFile(process.env.CINEMA_RUSH, args, (error, out, err) =>
      done({ code: error?.code ?? 0, out, err }));
  });
}

test('64 buyers over HTTP: each seat is sold once, and the store agrees', async () => {
  const folder = makeFolder();
  const server = await Server.start({
    folder, args: ['--demo-sessions', '2', '--demo-hall', '20x25', '--access-log', 'off'],
  });
  const told = await rush('--url', server.url, '--buyers', '64', '--session', '1', '--json');
  assert.equal(told.code, 0, told.out + told.err);
  const { seats_sold_once, seats_sold_twice, seats_left, failed } = JSON.parse(told.out);
  assert.deepEqual({ seats_sold_once, seats_sold_twice, seats_left, failed },
    { seats_sold_once: 500, seats_sold_twice: 0, seats_left: 0, failed: 0 });

  const again = await rush('--url', server.url, '--buyers', '64'); // the session that is left
  assert.equal(again.code, 0, again.out + again.err);
  assert.match(again.out, /session 2 of .*500 seats sold, 0 left.*\n0 seats sold twice\n/s);

  const gone = await rush('--url', server.url);
  assert.equal(gone.code, 2);
  assert.match(gone.err, /has no session with free seats/);
  const unknown = await rush('--url', server.url, '--session', '999');
  assert.equal(unknown.code, 2);
  assert.match(unknown.err, /answers 404: no session has this id/);

  assert.equal(await server.stop(), 0);
  const audit = await run(['check', '--store', `sqlite:${join(folder, 'cinema.db')}`]);
  assert.equal(audit.code, 0, audit.out + audit.err);
});

test('what is no cinema-server is told so, with its address and what is missing', async () => {
  const answers = {
    '/sessions?limit=1000': [{ id: 1 }],
    '/sessions/1/seats': [{ status: 'free', label: 'A1', seat_number: 'one' }],
    '/sessions/2/seats': { detail: 'another kind of list' },
  };
  const other = createServer((request, response) =>
    response.end(JSON.stringify(answers[request.url] ?? [1]))).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const url = `http://127.0.0.1:${other.address().port}`;
  for (const [args, complaint] of [
    [[], `${url}/sessions?limit=1000 answers with an item without a whole number "seats_free"`],
    [['--session', '1'],
      `${url}/sessions/1/seats answers with an item without a whole number "seat_number"`],
    [['--session', '2'], `${url}/sessions/2/seats answers 200: another kind of list`],
    [['--session', '3'], 'the session has no free seat'],
  ]) {
    const { code, err } = await rush('--url', url, ...args);
    assert.equal(code, 2, err);
    assert.ok(err.startsWith('rush: ') && err.includes(complaint), err);
    assert.equal(err.trim().split('\n').length, 1, err);
  }
  other.close();
});
