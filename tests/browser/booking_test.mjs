// Booking on the server's page: what a visitor does and sees.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Server } from '../support/cinema_server.mjs';
import { launchChromium } from './chromium.mjs';
import { Visitor, sessionsIn } from './visitor.mjs';

let server, browser, great;

before(async () => {
  [server, browser] = await Promise.all([Server.start(), launchChromium()]);
  great = await sessionsIn(server, 'Great Hall');
});

after(async () => {
  await browser?.close();
  assert.equal(await server?.stop(), 0);
});

/** The test gets a visitor, who leaves at its end, and a session of the great hall of its own. */
function visit(name, options, steps) {
  test(name, async () => {
    const visitor = await Visitor.come(browser, server, options);
    await steps(visitor, great.shift());
    await visitor.leave();
  });
}

async function statusOf(session, label) {
  return (await server.seats(session)).find((seat) => seat.label === label).status;
}

visit('the list leads to a session, two chosen seats are booked', {}, async (visitor, session) => {
  const { page } = visitor;
  await visitor.openList();
  const link = page.locator(`a.session[href="#/sessions/${session}"]`);
  assert.match(await link.textContent(), /^\d\d:\d\d, .+, Great Hall, \d+ of \d+ seats free$/);
  await link.click();
  await visitor.seat('C3').click();
  await visitor.seat('C4').click();
  await page.getByText('€', { exact: false }).first().waitFor();
  const price = (await server.seats(session)).find((seat) => seat.label === 'C3').price;
  assert.equal(await page.locator('.total strong').textContent(),
    `€${(2 * price / 100).toFixed(2)}`);
  await visitor.button('Book now').click();

  await visitor.heading('Booked').waitFor();
  assert.equal(await page.locator('dd.seats').textContent(), 'C3 and C4');
  assert.match(await page.locator('.id').textContent(), new RegExp(`^${session}-[0-9a-f-]{36}$`));
  assert.equal(await statusOf(session, 'C3'), 'sold');
  assert.equal(await statusOf(session, 'C4'), 'sold');

  await page.reload();  // the tab remembers
  await visitor.heading('Booked').waitFor();
  await page.getByRole('link', { name: 'Your bookings' }).click();
  await page.getByRole('link', { name: /C3 and C4/ }).waitFor();
});

visit('a seat says its row, number, category, price and status', {}, async (visitor, session) => {
  await server.reserve(session, ['C2']);
  await visitor.openSession(session);
  const names = await visitor.page.locator('[role=grid] button')
    .evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));
  const seats = await server.seats(session);
  assert.equal(names.length, seats.length);
  const price = (seats.find((seat) => seat.label === 'C1').price / 100).toFixed(2);
  assert.ok(names.includes(`Row C, seat 1, standard, ${price} EUR, free`));
  assert.ok(names.includes(`Row C, seat 2, standard, ${price} EUR, taken`));
  assert.ok(names.some((name) => name.includes('wheelchair space')));
  assert.ok(names.some((name) => name.includes('companion seat')));
  assert.ok(names.some((name) => name.includes('premium')));
  assert.ok(names.some((name) => name.endsWith('not for sale')));
});

visit('somebody else is faster: the page says which seat is lost and keeps the others',
  { expected: /status of 409/ }, async (visitor, session) => {
    const { page } = visitor;
    // Without its polling the page learns of the loss by booking.
    await page.route(`**/sessions/${session}/seats`, async (route) => {
      if (route.request().headers()['if-none-match']) await route.fulfill({ status: 304 });
      else await route.continue();
    });
    await visitor.openSession(session);
    await visitor.seat('D5').click();
    await visitor.seat('D6').click();
    assert.equal((await server.reserve(session, ['D5'])).status, 201);
    await visitor.button('Book now').click();

    await visitor.notice('Seat D5 has just been taken by somebody else. Nothing was booked. '
      + 'Still chosen: D6.').waitFor();
    assert.match(await visitor.seat('D5').getAttribute('aria-label'), /taken$/);
    assert.equal(await visitor.seat('D5').getAttribute('aria-pressed'), 'false');
    assert.equal(await visitor.seat('D5').getAttribute('aria-disabled'), 'true');
    assert.equal(await visitor.seat('D6').getAttribute('aria-pressed'), 'true');
    assert.equal(await page.locator('#notice').getAttribute('aria-live'), 'polite');
    assert.equal(await statusOf(session, 'D6'), 'free');
    await visitor.expectAccessible('after a refusal');

    await visitor.button('Book now').click();
    await visitor.heading('Booked').waitFor();
    assert.equal(await statusOf(session, 'D6'), 'sold');
  });

visit('a chosen seat that somebody takes is given up on the map without a click', {},
  async (visitor, session) => {
    await visitor.openSession(session);
    await visitor.seat('E4').click();
    await server.reserve(session, ['E4']);
    await visitor.notice('Seat E4 has just been taken').waitFor();
    await visitor.page.getByText('No seat chosen yet.').waitFor();
  });

visit('the keyboard alone is enough', {}, async (visitor, session) => {
  const { page } = visitor;
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label')
    ?? document.activeElement.textContent);
  const tabTo = async (condition) => {
    for (let i = 0; i < 200; ++i) {
      await press('Tab');
      if (await page.evaluate(condition.test, condition.argument)) return;
    }
    assert.fail('Tab does not lead there');
  };
  await visitor.openList();
  await tabTo({
    test: (href) => document.activeElement.getAttribute('href') === href,
    argument: `#/sessions/${session}`,
  });
  await press('Enter');
  await page.locator('[role=grid] button').first().waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');

  await tabTo({ test: () => document.activeElement.matches('[role=grid] button') });
  await press('Control+Home');
  assert.match(await focused(), /^Row A, seat 1,/);
  await press('End');
  assert.match(await focused(), /^Row A, seat 12,/);
  await press('Home', ...Array(6).fill('ArrowRight'));
  assert.match(await focused(), /^Row A, seat 7,/);  // across the aisle
  await press('ArrowLeft', 'ArrowDown');
  assert.match(await focused(), /^Row B, seat 7,/);  // the same column
  await press('ArrowUp', 'ArrowUp');
  assert.match(await focused(), /^Row A, seat 6,/);  // the first row is the end
  await press('Control+End');
  assert.match(await focused(), /^Row M, seat 16, .* not for sale$/);
  await press('Space');
  assert.equal(await page.locator('#announcer').textContent(), 'Seat M16 is not for sale.');
  await press('PageUp', 'PageUp', 'PageUp', 'Home', 'Space', 'ArrowRight', 'Enter');
  assert.equal(await visitor.seat('A1').getAttribute('aria-pressed'), 'true');
  assert.equal(await visitor.seat('A2').getAttribute('aria-pressed'), 'true');
  assert.equal(await page.locator('[role=grid] button[tabindex="0"]').count(), 1);
  await press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.closest('[role=grid]')), null);

  await tabTo({ test: () => document.activeElement.textContent === 'Book now' });
  await press('Enter');
  await visitor.heading('Booked').waitFor();
  assert.equal(await page.locator('dd.seats').textContent(), 'A1 and A2');
});

visit('ten seats are the most', {}, async (visitor, session) => {
  await visitor.openSession(session);
  for (let place = 1; place <= 11; ++place) await visitor.seat(`F${place}`).click();
  await visitor.notice('at most 10 seats').waitFor();
  assert.equal(await visitor.page.locator('[aria-pressed=true]').count(), 10);
  await visitor.button('Remove seat F1').click();
  assert.equal(await visitor.page.locator('[aria-pressed=true]').count(), 9);
});

visit('a hold is confirmed', {}, async (visitor, session) => {
  await visitor.openSession(session);
  await visitor.seat('G2').click();
  await visitor.button('Hold for 10 minutes').click();
  await visitor.heading('Seats on hold').waitFor();
  assert.match(await visitor.page.getByRole('timer').textContent(), /^(10:00|9:\d\d)$/);
  assert.equal(await statusOf(session, 'G2'), 'held');
  await visitor.expectAccessible('a hold');
  await visitor.button('Confirm the booking').click();
  await visitor.heading('Booked').waitFor();
  assert.equal(await statusOf(session, 'G2'), 'sold');

  await visitor.button('Cancel the booking').click();
  const dialog = visitor.page.getByRole('dialog');
  await visitor.expectAccessible('asked whether to cancel');
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  assert.equal(await statusOf(session, 'G2'), 'sold');
  await visitor.button('Cancel the booking').click();
  await dialog.getByRole('button', { name: 'Cancel the booking' }).click();
  await visitor.heading('Cancelled').waitFor();
  assert.equal(await statusOf(session, 'G2'), 'free');
});

visit('a hold is given back', {}, async (visitor, session) => {
  await visitor.openSession(session);
  await visitor.seat('G3').click();
  await visitor.button('Hold for 10 minutes').click();
  await visitor.button('Give the seats back').click();
  await visitor.heading('Cancelled').waitFor();
  assert.equal(await statusOf(session, 'G3'), 'free');
});

/** Lets `count` answers to reserving get lost after the server gave them; notes all keys. */
async function loseAnswers(page, count) {
  const seen = { keys: [], replayed: [] };
  await page.route('**/reserve', async (route) => {
    seen.keys.push(route.request().headers()['idempotency-key']);
    const response = await route.fetch();
    if (seen.keys.length <= count) {
      await route.abort('connectionreset');
      return;
    }
    seen.replayed.push(response.headers()['idempotency-replayed']);
    await route.fulfill({ response });
  });
  return seen;
}

visit('a lost answer is asked for again with the same key: one booking',
  { expected: /ERR_CONNECTION_RESET/ }, async (visitor, session) => {
    const seen = await loseAnswers(visitor.page, 2);
    await visitor.openSession(session);
    await visitor.seat('H3').click();
    await visitor.button('Book now').click();
    await visitor.heading('Booked').waitFor();
    assert.equal(seen.keys.length, 3);
    assert.equal(new Set(seen.keys).size, 1);
    assert.deepEqual(seen.replayed, ['true']);
    const taken = (await server.seats(session)).filter((seat) => seat.status === 'sold');
    assert.deepEqual(taken.map((seat) => seat.label), ['H3']);
  });

visit('a busy server is asked again with the same key', { expected: /status of 503/ },
  async (visitor, session) => {
    const keys = [];
    await visitor.page.route('**/reserve', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      if (keys.length > 1) await route.continue();
      else await route.fulfill({ status: 503, headers: { 'Retry-After': '1' }, body: '{}' });
    });
    await visitor.openSession(session);
    await visitor.seat('H4').click();
    await visitor.button('Book now').click();
    await visitor.heading('Booked').waitFor();
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
  });

visit('leaving the page before the answer: the attempt can be finished, with its key',
  { expected: /ERR_CONNECTION_RESET/ }, async (visitor, session) => {
    const { page } = visitor;
    const seen = await loseAnswers(page, Infinity);
    await visitor.openSession(session);
    await visitor.seat('H5').click();
    await visitor.button('Book now').click();
    await visitor.notice('No answer yet').waitFor();
    await page.reload();
    await visitor.notice('The page was left before').waitFor();
    await visitor.expectAccessible('an attempt without an answer');
    await page.unroute('**/reserve');
    const again = page.waitForRequest('**/reserve');
    await visitor.button('Try again').click();
    assert.equal((await again).headers()['idempotency-key'], seen.keys[0]);
    await visitor.heading('Booked').waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.getItem('cinema.attempts')), '[]');
  });

visit('attempts without an answer in several sessions are all kept until they have one',
  { expected: /ERR_CONNECTION_RESET/ }, async (visitor, session) => {
    const { page } = visitor;
    await loseAnswers(page, Infinity);
    for (const [one, label] of [[session, 'H6'], [session + 1, 'A1']]) {
      await visitor.openSession(one);
      await visitor.seat(label).click();
      await visitor.button('Book now').click();
      await visitor.notice('No answer yet').waitFor();
    }
    await page.unroute('**/reserve');
    for (const label of ['H6', 'A1']) {
      await page.goto(`${server.url}/#/bookings`);
      await page.reload();
      await page.getByRole('link', { name: `${label}, not answered yet` }).click();
      await visitor.button('Try again').click();
      await visitor.heading('Booked').waitFor();
    }
  });

visit('a server that is away is told, and found again', { expected: /ERR_/ },
  async (visitor, session) => {
    const { page } = visitor;
    await visitor.openSession(session);
    await visitor.context.setOffline(true);
    await page.getByText('No contact with the server').waitFor();
    await visitor.context.setOffline(false);
    await page.getByText('No contact with the server').waitFor({ state: 'hidden' });
  });

visit('what is not there is said', { expected: /status of 404/ }, async (visitor) => {
  await visitor.page.goto(`${server.url}/#/sessions/999999`);
  await visitor.page.getByText('no session has this id').waitFor();
  await visitor.page.getByRole('link', { name: 'All sessions' }).click();
  await visitor.page.locator('a.session').first().waitFor();
});
