// Starts Chromium for a test.

import { existsSync } from 'node:fs';

const { chromium } = await import('playwright-core').catch(() => {
  throw new Error('playwright-core is missing: run `npm ci` in tests/browser');
});

const places = [
  process.env.CINEMA_CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/**
 * A headless browser with a folder of its own for its data; the caller closes it. Its sandbox does
 * not start for root, so it is off.
 */
export function launchChromium() {
  const executablePath = places.find(existsSync);
  if (!executablePath) {
    throw new Error('Chromium is missing: install it, or name it in CINEMA_CHROMIUM');
  }
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu',
      '--disable-background-networking'],
  });
}
