// A page in the style of the original program's, which knows only its three endpoints and their
// names, works unchanged against this server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Server } from '../support/cinema_server.mjs';
import { launchChromium } from './chromium.mjs';
import { Visitor } from './visitor.mjs';

let server, browser;

before(async () => {
  const folder = fileURLToPath(new URL('original_page', import.meta.url));
  [server, browser] =
    await Promise.all([Server.start({ args: ['--web-root', folder] }), launchChromium()]);
});

after(async () => {
  await browser?.close();
  assert.equal(await server?.stop(), 0);
});

test('the original kind of page lists, shows, reserves and tells an error', async () => {
  const visitor = await Visitor.come(browser, server, { expected: /status of 409/ });
  const { page } = visitor;
  const { data: sessions } = await server.get('/sessions');
  await page.goto(`${server.url}/`);
  await page.locator('.seat').first().waitFor();
  assert.equal(await page.locator('#sessions option').count(), sessions.length);
  assert.ok(!(await page.locator('#sessions').textContent()).includes('Invalid Date'));

  const session = sessions[1].id;
  await page.locator('#sessions').selectOption(String(session));
  const seat = (number) => page.locator(`.seat[data-seat-number="${number}"]`);
  await seat(3).click();
  await page.locator('#reserve').click();
  await page.getByText(/^Reservation \d+-[0-9a-f-]+ successful$/).waitFor();
  await page.locator('.seat[data-seat-number="3"]:disabled').waitFor();
  const sold = (await server.seats(session)).filter((each) => each.status === 'sold');
  assert.deepEqual(sold.map((each) => each.seat_number), [3]);

  await seat(4).click();
  assert.equal((await server.reserve(session, [4])).status, 201);
  await page.locator('#reserve').click();
  await page.getByText('Error: a requested seat is already taken; choose others').waitFor();

  // Places of the map: by row and column as they are, aisles included.
  const places = await page.locator('.seat').evaluateAll(
    (all) => new Set(all.map((each) => each.style.top + each.style.left)).size);
  assert.equal(places, (await server.seats(session)).length);
  await visitor.leave();
});
