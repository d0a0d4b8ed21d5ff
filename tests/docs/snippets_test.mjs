// What the documentation shows is what is compiled and run.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { check, cut, fencesOf, pages, read } from './snippets.mjs';

for (const page of pages())
  test(`${page}: each fence is as its source`, () => {
    assert.deepEqual(check(read(page)).complaints, [], 'run ./dev format');
  });

test('what is shown to be typed is run by a test, or is known to be there', () => {
  const dev = read('dev');
  for (const page of pages()) {
    const lines = read(page).split('\n');
    for (const { language, first, last } of fencesOf(lines)) {
      const shown = lines.slice(first, last);
      if (language !== 'sh' || (page === 'README.md' && shown.join().includes('curl '))) continue;
      const [, runner] = /^<!-- run in: (\S+) -->$/.exec(lines[first - 2]) ?? [];
      if (runner) {
        assert.ok(read(runner));
        continue;
      }
      for (const line of shown) {
        const [, verb] = /^\.\/dev (\S+)/.exec(line) ?? [];
        const [, example] = /^build\/dev\/examples\/example_(\S+)/.exec(line) ?? [];
        assert.ok(verb || example, `${page}: no test runs ${line}`);
        if (verb) assert.match(dev, new RegExp(`^${verb}( \\||\\))`, 'm'));
        if (example) assert.ok(read(`examples/${example}.cpp`));
      }
    }
  }
});

const source = ['int a;', '    //! [one]', '    int b;', '    //! [two]', '', '        int c;',
  '    //! [two]', '    //! [one]', ''].join('\n');
const page = (path, ...lines) =>
  [`<!-- snippet: ${path} -->`, '```cpp', ...lines, '```'].join('\n');

test('a region is cut without marks and common indentation', () => {
  assert.deepEqual(cut(source, 'one'), ['int b;', '', '    int c;']);
  assert.deepEqual(cut('#! [x]\nset(a)\n#! [x]\n', 'x'), ['set(a)']);
  assert.deepEqual(cut('int a;\n'), ['int a;']);
  assert.throws(() => cut(source, 'three'), /0 times/);
});

test('a fence that differs from its source is found, and cut anew', () => {
  const stale = check(`text\n${page('a.cpp one', 'int x;')}\nmore\n`, () => source);
  assert.equal(stale.complaints.length, 1);
  assert.equal(stale.replaced,
    `text\n${page('a.cpp one', 'int b;', '', '    int c;')}\nmore\n`);
  assert.deepEqual(check(stale.replaced, () => source).complaints, []);
});

test('a fence of C++ without a source is found, and JSON that is none', () => {
  assert.equal(check('```cpp\nint a;\n```').complaints.length, 1);
  assert.equal(check('```sh\nls\n```').complaints.length, 0);
  assert.equal(check('```json\n{"a": "…"}\n```').complaints.length, 0);
  assert.equal(check('```json\n{"a": }\n```').complaints.length, 1);
  assert.equal(check('```http\nGET / HTTP/1.1\n\n{"a"\n```').complaints.length, 1);
  assert.equal(check(page('gone.cpp', 'int a;'), () => { throw new Error('gone'); })
    .complaints.length, 1);
});
