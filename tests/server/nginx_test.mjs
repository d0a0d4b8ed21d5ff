// Two servers on one PostgreSQL database behind nginx with server/deploy/nginx.conf as it is
// shipped. Needs nginx and PostgreSQL, which ./dev test installs, and fails without them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Server, until } from '../support/cinema_server.mjs';
import { makeFolder } from '../support/leftovers.mjs';
import { Nginx } from '../support/nginx.mjs';
import { Postgres } from '../support/postgres.mjs';

const sessions = 24;
const followMsMax = 1000; // promised for the maps of other servers
let postgres;
let servers;
let nginx;

async function startServer(url, args) {
  const folder = makeFolder();
  const log = join(folder, 'access.log');
  const server = await Server.start({
    folder,
    args: ['--store', url, '--access-log', log, ...args],
  });
  return Object.assign(server, { log });
}

before(async () => {
  postgres = await Postgres.start(makeFolder());
  const url = postgres.url();
  const first = await startServer(url, ['--demo-sessions', `${sessions}`, '--demo-hall', '5x8']);
  servers = [first, await startServer(url, ['--no-demo'])];
  nginx = await Nginx.start(makeFolder(), servers.map((server) => new URL(server.url).host));
});

after(async () => {
  await nginx?.stop();
  for (const server of servers ?? []) if (server.running.code === undefined) await server.stop();
  await postgres?.stop();
});

async function ask(method, path, { body, headers } = {}) {
  const response = await fetch(nginx.url + path, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, text, data: text.startsWith('{') ? JSON.parse(text) : null };
}

function requestsOf(server) {
  return readFileSync(server.log, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
}

/** Which servers have had each session's requests, by what their access logs say. */
function serversBySession(marker) {
  const found = new Map();
  servers.forEach((server, index) => {
    for (const { path, request_id: id } of requestsOf(server)) {
      const session = /^\/(?:sessions|reservations)\/(\d+)/.exec(path)?.[1];
      if (!session || !id.startsWith(marker)) continue;
      const seen = found.get(session) ?? { requests: 0, servers: new Set() };
      found.set(session, seen);
      seen.requests += 1;
      seen.servers.add(index);
    }
  });
  return found;
}

test('all requests about a session reach the same server, and both servers have some', async () => {
  const headers = { 'X-Request-Id': 'affinity' };
  for (let session = 1; session <= sessions; ++session) {
    const made = await ask('POST', `/sessions/${session}/seats/reserve`,
      { body: { seats: ['C4'], hold: true }, headers });
    assert.equal(made.status, 201, made.text);
    const { id, secret } = made.data;
    const own = { headers: { ...headers, Authorization: `Bearer ${secret}` } };
    for (const [method, path] of [
      ['GET', `/sessions/${session}/seats`],
      ['GET', `/sessions/${session}?x=1`],
      ['GET', `/sessions/${session}/seats/best?count=2`],
      ['POST', `/reservations/${id}/confirm`],
      ['GET', `/reservations/${id}`],
      ['DELETE', `/reservations/${id}`],
    ])
      assert.equal((await ask(method, path, own)).status, 200, path);
  }
  // The logs are written with a delay.
  const isAll = (found) => found.size === sessions
    && [...found.values()].every(({ requests }) => requests === 7);
  const found = await until(() => {
    const now = serversBySession('affinity');
    return isAll(now) && now;
  }, 'all requests in the logs');
  for (const [session, seen] of found) assert.equal(seen.servers.size, 1, `session ${session}`);
  const used = new Set([...found.values()].flatMap((seen) => [...seen.servers]));
  assert.equal(used.size, 2);
});

test('without a session any server answers, but not with its own metrics', async () => {
  const headers = { 'X-Request-Id': 'any' };
  for (let i = 0; i < 20; ++i)
    assert.equal((await ask('GET', '/sessions', { headers })).status, 200);
  const isAsked = (server) => requestsOf(server).some((request) => request.request_id === 'any');
  await until(() => servers.every(isAsked), 'both servers to be asked');
  assert.equal((await ask('GET', '/metrics')).status, 404);
  assert.equal((await ask('GET', '/')).status, 200);
});

test('what is too large is refused by the server, in its own words', async () => {
  const body = { seats: [1], userId: 'x'.repeat(70_000) };
  const answer = await ask('POST', '/sessions/1/seats/reserve', { body });
  assert.equal(answer.status, 413);
  assert.equal(answer.data.type, 'urn:cinema:body-too-large');
});

test('the seat map of one server follows a reservation made at the other', async () => {
  const [one, other] = servers;
  const isReserved = async (seat) => (await other.seats(1))
    .find((item) => item.seat_number === seat).isReserved;
  // On a busy machine it may be late for once.
  const follows = async (seat) => {
    assert.equal(await isReserved(seat), false);
    assert.equal((await one.reserve(1, [seat])).status, 201);
    const answered = Date.now();
    let asked;
    await until(() => {
      asked = Date.now();
      return isReserved(seat);
    }, 'the map to follow');
    return asked - answered <= followMsMax;
  };
  assert.ok(await follows(1) || await follows(2) || await follows(3));
});

test('when a server is lost, the other one sells its sessions', async () => {
  const [lost, other] = servers;
  assert.equal(await lost.stop(), 0);
  for (let session = 1; session <= sessions; ++session) {
    const path = `/sessions/${session}/seats/reserve`;
    const answer = await ask('POST', path, { body: { seats: ['E8'] } });
    assert.equal(answer.status, 201, answer.text);
  }
  assert.equal(await other.stop(), 0);
  const nobody = await ask('POST', '/sessions/1/seats/reserve', { body: { seats: [1] } });
  assert.equal(nobody.status, 502);
});
