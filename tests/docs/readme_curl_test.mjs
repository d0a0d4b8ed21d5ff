// README's walk with curl, line by line, against a server with demo data.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { Server } from '../support/cinema_server.mjs';
import { fencesOf, read } from './snippets.mjs';

const shownUrl = 'http://127.0.0.1:3000';
const lines = read('README.md').split('\n');
const commands = fencesOf(lines)
  .filter(({ language }) => language === 'sh')
  .map(({ first, last }) => lines.slice(first, last).join('\n'))
  .filter((command) => command.includes('curl '));

let server;
before(async () => { server = await Server.start(); });
after(() => server.stop());

/** What a fence prints, with its variables set; fails as soon as one of its lines does. */
async function print(command, variables = {}) {
  let script = command.replaceAll(shownUrl, server.url);
  for (const [name, value] of Object.entries(variables)) {
    const line = new RegExp(`^${name}=….*$`, 'm');
    assert.match(script, line);
    script = script.replace(line, `${name}='${value}'`);
  }
  const { stdout } = await promisify(execFile)('bash', ['-euc', script]);
  return stdout;
}

/** Status, fields and body of what `curl -i` prints. */
function answerOf(printed) {
  const [head, body] = printed.split('\r\n\r\n');
  const status = Number(head.split(' ')[1]);
  const fields = new Map(head.split('\r\n').slice(1).map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  }));
  return { status, fields, data: JSON.parse(body) };
}

test('the walk with curl goes as README says', async () => {
  assert.equal(commands.length, 4, 'another number of steps: this test has to follow');
  const [list, seats, hold, life] = commands;

  const sessions = JSON.parse(await print(list));
  assert.equal(sessions.length, 2);

  const map = answerOf(await print(seats));
  assert.equal(map.status, 200);
  assert.match(map.fields.get('etag'), /^"v\d+"$/);
  const named = (label) => map.data.find((seat) => seat.label === label);
  assert.equal(named('C3').status, 'free');

  const held = answerOf(await print(hold));
  assert.equal(held.status, 201);
  assert.deepEqual(held.data.labels, ['C3', 'C4']);
  assert.equal(held.data.status, 'held');

  const again = answerOf(await print(hold));
  assert.equal(again.data.id, held.data.id);
  assert.equal(again.fields.get('idempotency-replayed'), 'true');

  const rival = answerOf(await print(hold.replace(/ -H 'Idempotency-Key: [^']*'/, '')));
  assert.equal(rival.status, 409);
  assert.deepEqual(rival.data.seats, [named('C3').seat_number, named('C4').seat_number]);

  const printed = await print(life, { ID: held.data.id, SECRET: held.data.secret });
  const steps = printed.replaceAll('}{', '}\n{').trim().split('\n');
  assert.deepEqual(steps.map((step) => JSON.parse(step).status),
    ['held', 'confirmed', 'cancelled']);
});

test('the addresses that README names in passing answer', async () => {
  const inline = [...read('README.md').matchAll(/`curl -s (\S+?)`/g)].map(([, url]) => url);
  assert.deepEqual(inline, [`${shownUrl}/kpi`]);
  assert.ok(JSON.parse(await print(`curl -s ${inline[0]}`)).windows);
  assert.match(await print(`curl -s ${shownUrl}/metrics`), /^# HELP/);
});
