// What the documentation shows is what is compiled and run.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { check, cut, fencesOf, pages, read } from './snippets.mjs';

for (const page of pages())
  test(`${page}: each fence is as its source`, () => {
    assert.deepEqual(check(read(page)).complaints, [], 'run ./dev format');
  });

// What runners say in other words than the pages: they have their own prefixes, servers and names.
const inOtherWords = [
  [/^\.\/rush --url http:\/\/127\.0\.0\.1:3000$/, "rush('--url', server.url)"],
  [/^\.\/rush$/, 'expect(0 "${clean}")'],
  [/^\.\/rush (.+)$/, '" $1)'], // expect(<exit code> "<printed>" <option>...)
  [/^cmake --preset headers$/, '${CMAKE_COMMAND} --fresh --preset headers'],
  [/^cmake (--build )?--preset release$/, 'cmake $1--preset "$preset"'],
  [/^cmake --install build\/\w+ --prefix \/opt\/cinema$/,
    '${CMAKE_COMMAND} --install ${build} --config "${config}" --prefix ${first}'],
  [/^cmake -B build -DCMAKE_PREFIX_PATH=\/opt\/cinema$/,
    'OPTIONS -DCMAKE_PREFIX_PATH=${installed}'],
  [/^cmake --build build$/, '--build-and-test ${folder} ${folder}/build'],
  [/^export PKG_CONFIG_PATH=\/opt\/cinema\/lib\/pkgconfig$/,
    '"PKG_CONFIG_PATH=${installed}/${CMAKE_INSTALL_LIBDIR}/pkgconfig"'],
  [/^g\+\+ -std=c\+\+20 \$\(pkg-config --cflags cinema-booking\) -c shop\.cpp$/,
    '$CXX -std=c++20 $($PKG_CONFIG --cflags $module) -c "$sources/$program.cpp"'],
  [/^g\+\+ shop\.o \$\(pkg-config --libs cinema-booking\) -o shop$/,
    '$CXX $program.o $($PKG_CONFIG --libs $module) -o $program'],
  [/^conan create conan --build=missing -s compiler\.cppstd=20$/,
    'conan create "$root/conan" "${options[@]}"'],
  [/^conan install \. --build=missing -s compiler\.cppstd=20$/, 'conan install . "${options[@]}"'],
];

/** Whether one of the runners, given as their texts, runs a line that a page shows. */
function isRun(shown, runners) {
  const command = shown.replace(/\s+#.*$/, '');
  const [pattern, words] = inOtherWords.find(([known]) => known.test(command)) ?? [];
  const wanted = pattern ? command.replace(pattern, () =>
    words.replace('$1', pattern.exec(command)[1] ?? '')) : command;
  return runners.some((text) => text.replace(/\s+/g, ' ').includes(wanted));
}

test('a line that its runner does not run is found', () => {
  const rush = 'expect(0 "${clean}")\nexpect(0 "${clean}"\n    --store sqlite:)\n';
  assert.ok(isRun('./rush       # in memory', [rush]));
  assert.ok(isRun('./rush --store sqlite:', ['', rush]));
  assert.ok(!isRun('./rush --store memory:', [rush]));
  assert.ok(!isRun('./rush --url http://127.0.0.1:3000', [rush]));
  assert.ok(isRun('cmake --preset conan-release', ['cd x\ncmake --preset conan-release\n']));
  assert.ok(!isRun('cmake --preset conan-debug', ['cd x\ncmake --preset conan-release\n']));
});

test('what is shown to be typed is run by a test, or is known to be there', () => {
  const dev = read('dev');
  for (const page of pages()) {
    const lines = read(page).split('\n');
    for (const { language, first, last } of fencesOf(lines)) {
      const shown = lines.slice(first, last);
      if (language !== 'sh' || (page === 'README.md' && shown.join().includes('curl '))) continue;
      const [, runners] = /^<!-- run in: (.+) -->$/.exec(lines[first - 2]) ?? [];
      if (runners) {
        const texts = runners.split(' ').map(read);
        if (texts.some((text) => text.includes(`walkOf('${page}', '${runners}')`))) continue;
        for (const line of shown) {
          const [, folder] = /^cd build\/dev\/(\S+)$/.exec(line) ?? [];
          if (folder) assert.ok(read(`${folder}/CMakeLists.txt`));
          else assert.ok(isRun(line, texts), `${page}: ${runners} does not run ${line}`);
        }
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
