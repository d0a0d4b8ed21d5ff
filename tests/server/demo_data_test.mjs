// Demo data: there before the server is ready, whole, and once, whoever begins it and how often.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

import { Server, run, start, until } from '../support/cinema_server.mjs';
import { makeFolder } from '../support/leftovers.mjs';

const halls = ['Blue Hall', 'Garden Hall', 'Great Hall', 'The Attic'];
const sessionsMade = 66;

async function listAll(server) {
  const sessions = [];
  for (let path = '/sessions?limit=1000'; path;) {
    const { data, headers } = await server.get(path);
    sessions.push(...data);
    path = /<([^>]*)>/.exec(headers.get('Link') ?? '')?.[1];
  }
  return sessions;
}

function expectWhole(sessions) {
  assert.equal(sessions.length, sessionsMade);
  assert.deepEqual([...new Set(sessions.map((session) => session.hall))].sort(), halls);
  const showings = sessions.map((session) => `${session.hall} ${session.showtime}`);
  assert.equal(new Set(showings).size, sessionsMade);
  const seats = sessions.reduce((sum, session) => sum + session.seats_total, 0);
  assert.ok(seats >= 2000, `${seats} seats`);
}

test('an empty store gets sessions of the coming days in varied halls', async () => {
  const server = await Server.start();
  assert.equal((await server.get('/readyz')).status, 200);
  const sessions = await listAll(server);
  expectWhole(sessions);
  const now = Date.now();
  for (const session of sessions) {
    const time = Date.parse(session.showtime);
    assert.ok(time > now && time < now + 8 * 86_400_000, session.showtime);
    assert.equal(session.currency, 'EUR');
    assert.equal(session.time_zone, 'Europe/Berlin');
  }
  const hour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', timeZone: 'Europe/Berlin' });
  const hours = sessions.map((session) => Number(hour.format(Date.parse(session.showtime))));
  assert.ok(hours.every((each) => each >= 14 && each <= 21), 'shown in the afternoon and evening');

  const great = sessions.find((session) => session.hall === 'Great Hall');
  const seats = await server.seats(great.id);
  const values = (name) => new Set(seats.map((seat) => seat[name]));
  assert.deepEqual(values('category'), new Set(['standard', 'premium']));
  assert.deepEqual(values('kind'), new Set(['standard', 'accessible', 'companion']));
  assert.deepEqual(values('status'), new Set(['free', 'blocked']));
  assert.equal(values('price').size, 2);
  assert.ok([...values('price')].every((price) => price > 0));
  assert.equal(await server.stop(), 0);
});

test('a second start adds nothing, also after seats were sold', async () => {
  const folder = makeFolder();
  const first = await Server.start({ folder });
  const before = await listAll(first);
  assert.equal((await first.reserve(before[0].id, [1])).status, 201);
  assert.equal(await first.stop(), 0);
  const second = await Server.start({ folder });
  const after = await listAll(second);
  expectWhole(after);
  assert.deepEqual(after.map(({ id }) => id), before.map(({ id }) => id));
  assert.equal(after[0].seats_free, before[0].seats_free - 1);
  assert.equal(await second.stop(), 0);
});

test('two servers that start at once on one file make one set', async () => {
  const folder = makeFolder();
  const servers = await Promise.all([Server.start({ folder }), Server.start({ folder })]);
  for (const server of servers) expectWhole(await listAll(server));
  for (const server of servers) assert.equal(await server.stop(), 0);
});

test('a start that is killed midway is completed by the next', async () => {
  const folder = makeFolder();
  const file = join(folder, 'cinema.db');
  const count = async () => {
    const { code, out } = await runSql(file, 'SELECT count(*) FROM sessions');
    return code === 0 ? Number(out) : 0;
  };
  for (const least of [1, 5, 20]) {
    const running = start(['demo-data', '--store', `sqlite:${file}`]);
    await until(async () => running.code !== undefined || await count() >= least, 'sessions');
    running.child.kill('SIGKILL');
    await running.ended;
  }
  const server = await Server.start({ folder });
  expectWhole(await listAll(server));
  assert.equal(await server.stop(), 0);
});

/** Runs a statement in an SQLite file. */
function runSql(file, ...statements) {
  return new Promise((done) => {
    execFile(process.env.CINEMA_RUN_SQL, [file, ...statements],
      (error, out, err) => done({ code: error?.code ?? 0, out, err }));
  });
}

test('--no-demo makes none; later, in the still empty store, it can be made', async () => {
  const folder = makeFolder();
  const without = await Server.start({ folder, args: ['--no-demo'] });
  assert.deepEqual(await listAll(without), []);
  assert.equal(await without.stop(), 0);
  const store = ['--store', `sqlite:${join(folder, 'cinema.db')}`];
  const made = await run(['demo-data', ...store]);
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /66 sessions in 4 halls, \d+ seats; 66 sessions are new/);
  const again = await run(['demo-data', ...store]);
  assert.equal(again.code, 0);
  assert.match(again.out, /; 0 sessions are new/);
});

test('a store with a hall of its own gets no demo data', async () => {
  const folder = makeFolder();
  const file = join(folder, 'cinema.db');
  const store = ['--store', `sqlite:${file}`];
  assert.equal((await run(['migrate', 'up', ...store])).code, 0);
  const added = await runSql(file,
    'INSERT INTO halls (name, time_zone, capacity, seat_config) VALUES (\'My Hall\', \'UTC\', 1, '
    + '\'{"categories":["standard"],"rows":["A"]}\')',
    'INSERT INTO seats (hall_id, row, col, seat_number, label, category, kind, blocked) '
    + 'VALUES (1, 1, 1, 1, \'A1\', \'standard\', \'standard\', 0)');
  assert.equal(added.code, 0, added.err);
  const refused = await run(['demo-data', ...store]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /has halls of its own; no demo data was added/);
  const server = await Server.start({ folder });
  assert.deepEqual(await listAll(server), []);
  assert.equal(await server.stop(), 0);
});

test('--demo-sessions and --demo-hall make plain sessions for load tests', async () => {
  const folder = makeFolder();
  const args = ['--demo-sessions', '150', '--demo-hall', '12x30'];
  const server = await Server.start({ folder, args });
  const sessions = await listAll(server);
  assert.equal(sessions.length, 150);
  assert.ok(sessions.every((session) => session.seats_total === 360));
  assert.equal(await server.stop(), 0);

  const other = await Server.start({ folder });  // what was begun stays what it is
  assert.equal((await listAll(other)).length, 150);
  assert.match(other.running.err, /had other demo data before/);
  assert.equal(await other.stop(), 0);
});
