// The terminal picture of README is what its commands print, but for ids and times.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { test } from 'node:test';

import { makeFolder } from '../support/leftovers.mjs';
import { fencesOf, read } from './snippets.mjs';

const changing = [
  [/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'TIME'],
  [/1-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID'],
];
const plain = (text) => changing.reduce((all, [what, by]) => all.replace(what, by), text);

test('seats prints what README shows; where it shows …, something', () => {
  const lines = read('README.md').split('\n');
  const shown = fencesOf(lines).map(({ first, last }) => lines.slice(first, last).join('\n'))
    .find((text) => text.startsWith('$ cd build/dev/examples/seats\n'));
  const steps = shown.split(/^\$ /m).slice(1).map((step) => {
    const end = step.indexOf('\n');
    return end < 0 ? [step, ''] : [step.slice(0, end), step.slice(end + 1)];
  });
  const commands = steps.filter(([command]) => command.startsWith('./seats '));
  assert.equal(commands.length, 3);
  const folder = makeFolder();
  const env = { PATH: `${dirname(process.env.CINEMA_SEATS)}:${process.env.PATH}` };
  for (const [command, wanted] of commands) {
    const printed = plain(execFileSync('seats', command.split(' ').slice(1),
      { cwd: folder, env, encoding: 'utf8' }));
    const [begin, end] = plain(wanted).split('…\n');
    if (end === undefined) assert.equal(printed, begin, command);
    else assert.ok(printed.startsWith(begin) && printed.endsWith(end), `${command}: ${printed}`);
  }
});
