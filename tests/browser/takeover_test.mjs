// A page in the style of the original program's goes on with that program's database: POSTGRES_URL
// as it was, another server behind it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Server } from '../support/cinema_server.mjs';
import { makeFolder } from '../support/leftovers.mjs';
import { Postgres } from '../support/postgres.mjs';
import { launchChromium } from './chromium.mjs';
import { Visitor } from './visitor.mjs';

const originals = fileURLToPath(new URL('../support/original_database.sql', import.meta.url));
const folder = makeFolder();
let postgres, server, browser;

before(async () => {
  postgres = await Postgres.start(folder);
  postgres.run(readFileSync(originals, 'utf8'));
  const page = fileURLToPath(new URL('original_page', import.meta.url));
  [server, browser] = await Promise.all([
    Server.start({
      args: ['--web-root', page, '--time-zone', 'Europe/Berlin'],
      env: { POSTGRES_URL: postgres.url() },
      finds: true,
    }),
    launchChromium(),
  ]);
});

after(async () => {
  await browser?.close();
  const code = await server?.stop();
  await postgres?.stop();
  assert.equal(code, 0);
});

const free = async (session) => (await server.seats(session))
  .filter(({ isReserved }) => !isReserved).map(({ seat_number: number }) => number);

test('the sessions of the original program are served as they were', async () => {
  const { data: sessions } = await server.get('/sessions');
  assert.deepEqual(
    sessions.map(({ id, movie_title: title, showtime }) => [id, title, Date.parse(showtime)]),
    [[9, 'Nosferatu', Date.UTC(1990, 0, 1, 19)],
      [7, 'Sunrise', Date.UTC(2030, 0, 1, 19, 0, 0, 123)],
      [5, 'Metropolis', Date.UTC(2030, 6, 1, 18)]]);
  assert.deepEqual(await free(5), [1, 2, 3, 5, 8]);
  assert.deepEqual(await free(7), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(await free(9), []);
});

test('its page sells what was free, and nothing else', async () => {
  const visitor = await Visitor.come(browser, server);
  const { page } = visitor;
  await page.goto(`${server.url}/`);
  await page.locator('.seat').first().waitFor();
  await page.locator('#sessions').selectOption('5');
  const seat = (number, more = '') => page.locator(`.seat[data-seat-number="${number}"]${more}`);
  await seat(4, ':disabled').waitFor();
  await seat(5, ':enabled').click();
  await page.locator('#reserve').click();
  await page.getByText(/^Reservation 5-[0-9a-f-]+ successful$/).waitFor();
  await seat(5, ':disabled').waitFor();
  assert.deepEqual(await free(5), [1, 2, 3, 8]);
  assert.equal((await server.reserve(5, [4])).status, 409);
  await visitor.leave();
});
