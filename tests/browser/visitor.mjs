// A visitor of the shop: a browser's page that has to stay without errors.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axeSource =
  readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export class Visitor {
  /** `expected` matches errors of the console that belong to the test. */
  static async come(browser, server, { expected, ...options } = {}) {
    const visitor = new Visitor();
    visitor.server = server;
    visitor.expected = expected;
    visitor.context = await browser.newContext({ timezoneId: 'Europe/Berlin', ...options });
    visitor.page = await visitor.context.newPage();
    visitor.errors = [];
    visitor.page.setDefaultTimeout(20_000);
    visitor.page.on('pageerror', (error) => visitor.errors.push(String(error)));
    visitor.page.on('console', (message) => {
      const isTrouble = message.type() === 'error' || message.type() === 'warning';
      if (isTrouble && !expected?.test(message.text())) visitor.errors.push(message.text());
    });
    return visitor;
  }

  async leave() {
    await this.context.close();
    assert.deepEqual(this.errors, [], 'errors on the console');
  }

  async openList() {
    await this.page.goto(`${this.server.url}/`);
    await this.page.locator('a.session').first().waitFor();
  }

  /** By its address, as from a bookmark. */
  async openSession(id) {
    await this.page.goto('about:blank');
    await this.page.goto(`${this.server.url}/#/sessions/${id}`);
    await this.page.locator('[role=grid] button').first().waitFor();
  }

  /** A seat's button by the seat's label, as in "C7". */
  seat(label) {
    const [, row, place] = /^(\D+)(\d+)$/.exec(label);
    return this.page.getByRole('button', { name: new RegExp(`^Row ${row}, seat ${place},`) });
  }

  button(name) {
    return this.page.getByRole('button', { name, exact: true });
  }

  heading(name) {
    return this.page.getByRole('heading', { level: 1, name, exact: true });
  }

  notice(text) {
    return this.page.locator('#notice', { hasText: text });
  }

  /** What axe finds wrong with the page as it is now: nothing. */
  async expectAccessible(state) {
    const { page } = this;
    if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axeSource);
    const found = await page.evaluate(
      (tags) => window.axe.run(document, { runOnly: tags }), axeTags);
    assert.ok(found.passes.length > 5, 'axe looked at too little');
    assert.deepEqual(
      found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`), [],
      `axe, ${state}`);
  }

  /** The page does not scroll sideways. */
  async expectReflow(state) {
    const [content, window] = await this.page.evaluate(
      () => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= window, `${state}: ${content} px wide in a window of ${window} px`);
  }
}

/** The ids of the sessions in a hall, in order of their times. */
export async function sessionsIn(server, hall) {
  const { data } = await server.get('/sessions');
  return data.filter((session) => session.hall === hall).map((session) => session.id);
}
