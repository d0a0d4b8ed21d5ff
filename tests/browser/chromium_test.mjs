// Chromium starts here and runs a script: if this fails, the other browser tests cannot pass.

import assert from 'node:assert/strict';
import { launchChromium } from './chromium.mjs';

const browser = await launchChromium();
try {
  const page = await browser.newPage();
  await page.setContent('<h1>Metropolis</h1>');
  assert.equal(await page.evaluate(() => document.querySelector('h1').textContent), 'Metropolis');
} finally {
  await browser.close();
}
