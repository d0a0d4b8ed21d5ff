// Each view in light and dark, wide and at 320 px: axe finds nothing, nothing scrolls sideways.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Server } from '../support/cinema_server.mjs';
import { launchChromium } from './chromium.mjs';
import { Visitor, sessionsIn } from './visitor.mjs';

let server, browser;

before(async () => {
  [server, browser] = await Promise.all([Server.start(), launchChromium()]);
});

after(async () => {
  await browser?.close();
  assert.equal(await server?.stop(), 0);
});

const hallNames = ['Great Hall', 'Blue Hall', 'Garden Hall', 'The Attic'];
const looks = [
  { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'light', viewport: { width: 320, height: 640 }, reducedMotion: 'reduce' },
  { colorScheme: 'dark', viewport: { width: 320, height: 640 } },
];

looks.forEach((look, index) => {
  test(`${look.colorScheme}, ${look.viewport.width} px wide`, async () => {
    const visitor = await Visitor.come(browser, server, look);
    const { page } = visitor;
    const check = async (state) => {
      await visitor.expectAccessible(state);
      await visitor.expectReflow(state);
    };
    const [session] = await sessionsIn(server, hallNames[index]);
    await visitor.openList();
    await check('the list');
    await visitor.openSession(session);
    await check('a seat map');
    const free = page.locator('[role=grid] button[aria-pressed=false]:not([aria-disabled])');
    await free.nth(2).click();
    await free.nth(7).click();
    await check('chosen seats');
    await visitor.button('Hold for 10 minutes').click();
    await visitor.heading('Seats on hold').waitFor();
    await check('a hold');
    await page.getByText('Secret of this booking').click();
    await visitor.button('Confirm the booking').click();
    await visitor.heading('Booked').waitFor();
    await check('a booking');
    await page.getByRole('link', { name: 'Your bookings' }).click();
    await visitor.heading('Your bookings').waitFor();
    await check('all bookings');
    await visitor.leave();
  });
});

test('a long list comes page by page; what is over only where nothing is to come', async () => {
  const many = await Server.start({ args: ['--demo-sessions', '130', '--demo-hall', '1x2'] });
  const visitor = await Visitor.come(browser, many, looks[0]);
  const { page } = visitor;
  const shown = () => page.locator('a.session').count();
  await visitor.openList();
  assert.equal(await shown(), 100);
  await visitor.button('Show later sessions').click();
  await page.locator('a.session').nth(129).waitFor();
  assert.equal(await shown(), 130);
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Test Film 101/);
  await visitor.expectAccessible('a list of two pages');

  const { data } = await many.get('/sessions?limit=1000');
  await page.clock.setFixedTime(Date.parse(data[119].showtime) + 3_600_000 + 59_000);
  await page.route('**/sessions*', async (route) => {  // this browser's clock is the server's, too
    const response = await route.fetch();
    const headers = { ...response.headers() };
    delete headers.date;
    await route.fulfill({ response, headers });
  });
  await page.reload();
  await page.locator('a.session').first().waitFor();
  const first = await page.locator('a.session strong').first().textContent();
  assert.ok(Number(/\d+/.exec(first)[0]) > 40, first);
  await page.clock.setFixedTime(Date.parse(data[129].showtime) + 86_400_000);
  await page.reload();
  await page.locator('a.session').first().waitFor();
  assert.equal(await page.locator('a.session strong').first().textContent(), 'Test Film 1');
  await visitor.leave();
  assert.equal(await many.stop(), 0);
});

test('every seat can be hit by a finger, also at 320 px', async () => {
  const visitor = await Visitor.come(browser, server, looks[2]);
  for (const name of hallNames) {
    const [session] = await sessionsIn(server, name);
    await visitor.openSession(session);
    const least = await visitor.page.locator('[role=grid] button').evaluateAll((all) => Math.min(
      ...all.flatMap((each) => [each.offsetWidth, each.offsetHeight])));
    assert.ok(least >= 24, `${least} px in ${name}`);
  }
  await visitor.leave();
});
