// Start and end: a store that is away, a signal in the middle of the rush.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { Server, run, start, until } from '../support/cinema_server.mjs';
import { makeFolder } from '../support/leftovers.mjs';

const endMsMax = 5000;

test('SIGINT ends an idle server with exit code 0', async () => {
  const server = await Server.start({ args: ['--no-demo'] });
  assert.equal(await server.stop('SIGINT'), 0);
});

test('an open connection does not keep the server from ending', async () => {
  const server = await Server.start({ args: ['--no-demo'] });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await new Promise((done) => socket.once('connect', done));
  socket.on('error', () => {});
  const asked = Date.now();
  assert.equal(await server.stop(), 0);
  assert.ok(Date.now() - asked < endMsMax);
  socket.destroy();
});

/** Books seat after seat until the server ends; notes what was answered and what was not. */
async function buy(server, session, seats, log) {
  for (const seat of seats) {
    const key = `${session}-${seat}`;
    try {
      const answer = await server.reserve(session, [seat], { 'Idempotency-Key': key });
      if (answer.status === 201) log.granted.push({ session, seat, key, id: answer.data.id });
      else log.refused.push({ session, seat, key, status: answer.status });
      if (answer.status === 503) return;
    } catch {
      log.open.push({ session, seat, key });
      return;
    }
  }
}

test('SIGTERM in the rush: exit code 0 in time, nothing acknowledged is lost', async () => {
  const folder = makeFolder();
  const args = ['--demo-sessions', '8', '--demo-hall', '40x50'];
  let server = await Server.start({ folder, args });
  const log = { granted: [], refused: [], open: [] };
  const seats = Array.from({ length: 2000 }, (_, index) => index + 1);
  const buyers = [];
  for (let session = 1; session <= 8; ++session)
    for (let part = 0; part < 4; ++part)
      buyers.push(buy(server, session, seats.filter((seat) => seat % 4 === part), log));
  await until(() => log.granted.length > 200, 'bookings');
  const asked = Date.now();
  assert.equal(await server.stop(), 0);
  assert.ok(Date.now() - asked < endMsMax, 'it took too long');
  await Promise.all(buyers);
  assert.ok(log.refused.every(({ status }) => status === 503), 'nobody wants the same seat');

  const checked = await run(['check', '--store', `sqlite:${join(folder, 'cinema.db')}`]);
  assert.equal(checked.code, 0, checked.out);
  server = await Server.start({ folder, args });
  for (const { session, seat, key, id } of log.granted) {
    const again = await server.reserve(session, [seat], { 'Idempotency-Key': key });
    assert.equal(again.status, 201);
    assert.equal(again.data.id, id);
    assert.equal(again.headers.get('Idempotency-Replayed'), 'true');
  }
  for (const { session, seat, key } of [...log.refused, ...log.open])
    assert.equal((await server.reserve(session, [seat], { 'Idempotency-Key': key })).status, 201);
  assert.equal(await server.stop(), 0);
});

test('a second signal ends the server at once', async () => {
  const server = await Server.start({ args: ['--no-demo'] });
  // A request that is not complete keeps the draining server busy for a while.
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => {});
  await new Promise((done) => socket.once('connect', done));
  socket.write('POST /sessions/1/seats/reserve HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n');
  await server.get('/livez');
  server.running.child.kill('SIGTERM');
  await until(() => server.running.err.includes('SIGTERM'), 'the first signal to be seen');
  const code = await server.stop('SIGTERM');
  assert.equal(code, 'SIGTERM');
  socket.destroy();
});

test('a store that is away at the start: live, not ready, then ready', async () => {
  const folder = makeFolder();
  const file = join(folder, 'cinema.db');
  const holder = spawn(process.env.CINEMA_RUN_SQL,
    [await made(file), 'PRAGMA locking_mode = EXCLUSIVE', 'BEGIN EXCLUSIVE', '--hold']);
  let out = '';
  holder.stdout.on('data', (text) => { out += text; });
  await until(() => out.includes('held'), 'the lock');

  const running = start(['--port', '0', '--store', `sqlite:${file}`]);
  const url = await until(() => /(http:\S+) answers, but is not ready/.exec(running.err)?.[1],
    'the server to answer');
  assert.equal((await fetch(`${url}/livez`)).status, 200);
  assert.equal((await fetch(`${url}/readyz`)).status, 503);
  const sessions = await fetch(`${url}/sessions`);
  assert.equal(sessions.status, 503);
  assert.ok(sessions.headers.get('Retry-After'));

  holder.stdin.end();
  await until(() => running.err.includes('listens on'), 'the server to be ready');
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  assert.equal((await (await fetch(`${url}/sessions`)).json()).length, 66);
  running.child.kill('SIGTERM');
  assert.equal((await running.ended).code, 0);
});

/** An empty store's file. */
async function made(file) {
  assert.equal((await run(['migrate', 'up', '--store', `sqlite:${file}`])).code, 0);
  return file;
}

test('a server told to stop while its store is away ends with exit code 0', async () => {
  const folder = makeFolder();
  const file = await made(join(folder, 'cinema.db'));
  const holder = spawn(process.env.CINEMA_RUN_SQL,
    [file, 'PRAGMA locking_mode = EXCLUSIVE', 'BEGIN EXCLUSIVE', '--hold']);
  let out = '';
  holder.stdout.on('data', (text) => { out += text; });
  await until(() => out.includes('held'), 'the lock');
  const running = start(['--port', '0', '--store', `sqlite:${file}`]);
  await until(() => running.err.includes('answers, but is not ready'), 'the server to answer');
  running.child.kill('SIGTERM');
  assert.equal((await running.ended).code, 0);
  holder.stdin.end();
});

test('a store that comes late with a newer schema ends the server, and it says why', async () => {
  const folder = makeFolder();
  const file = await made(join(folder, 'cinema.db'));
  const holder = spawn(process.env.CINEMA_RUN_SQL, [file, 'PRAGMA locking_mode = EXCLUSIVE',
    "INSERT INTO schema_migrations VALUES (99, '0099_future', 'x', 0)", '--hold']);
  let out = '';
  holder.stdout.on('data', (text) => { out += text; });
  await until(() => out.includes('held'), 'the lock');
  const running = start(['--port', '0', '--store', `sqlite:${file}`]);
  await until(() => running.err.includes('answers, but is not ready'), 'the server to answer');
  holder.stdin.end();
  assert.equal((await running.ended).code, 2);
  assert.match(running.err, /--store: cannot use sqlite:.*schema/);
});

test('a server told to stop while it makes demo data ends with exit code 0', async () => {
  const folder = makeFolder();
  const file = join(folder, 'cinema.db');
  const running = start(['--port', '0', '--store', `sqlite:${file}`, '--demo-sessions', '1000000']);
  await until(() => existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 500_000,
    'some demo data');
  running.child.kill('SIGTERM');
  assert.equal((await running.ended).code, 0);
});

test('nobody reads the access log on stdout: the server does not wait for it', async () => {
  const server = await Server.start({ args: ['--no-demo', '--access-log', '-'] });
  server.running.child.stdout.pause();
  const filler = 'x'.repeat(3000);
  for (let i = 0; i < 100; ++i)  // 6 MB of log: more than any pipe holds
    await Promise.all(Array.from({ length: 20 }, () => fetch(`${server.url}/livez/${filler}`)));
  assert.equal((await server.get('/livez')).status, 200);
  server.running.child.kill('SIGTERM');
  await until(() => server.running.child.exitCode !== null, 'the end');
  assert.equal(server.running.child.exitCode, 0);
  server.running.child.stdout.resume();
});
