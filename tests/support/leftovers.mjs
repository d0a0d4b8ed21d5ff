// What a test began and must not leave behind, however it ends.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const stopMsMax = 30_000; // for servers that tests stop when all is over
const children = [];
const folders = [];

// A test that failed may not have stopped its servers; as long as they run, this process does too.
// What only measures does not import node:test, which would print a report.
if (process.env.NODE_TEST_CONTEXT) {
  const { after } = await import('node:test');
  after(() => {
    setTimeout(() => {
      for (const child of children) child.kill('SIGKILL');
    }, stopMsMax).unref();
  });
}

process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Of a process that was started: it ends with the test. */
export function endsWithTest(child) {
  children.push(child);
  return child;
}

/** A folder that goes with the test. */
export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'cinema-test-'));
  folders.push(folder);
  return folder;
}
