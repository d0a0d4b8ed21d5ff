// Whether `./dev mutants` has something to do: each patch fits, and its test is there.

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {fileURLToPath} from 'node:url';

import {readMutants} from './mutant.mjs';

const folder = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(folder, '../..');
const mutants = readMutants(folder);

function textOf(place) {
    const at = path.join(root, place);
    return fs.readdirSync(at).filter(name => name.endsWith('.cpp') || name.endsWith('.hpp'))
        .map(name => fs.readFileSync(path.join(at, name), 'utf8')).join('\n');
}

// The names of the tests that a program has: those of its folder, or of the suite of the stores.
function testsOf(mutant) {
    const parts = fs.readdirSync(path.join(root, mutant.folder), {withFileTypes: true})
        .filter(entry => entry.isDirectory()).map(entry => path.join(mutant.folder, entry.name));
    const text = [mutant.folder, ...parts, 'include/cinema/booking/testing/conformance']
        .map(textOf).join('\n').replace(/"\s*\n\s*"/g, '');
    return [...text.matchAll(/TEST_CASE\w*\(\s*"((?:[^"\\]|\\.)*)"/g)].map(match => match[1]);
}

const literally = text => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

test('there are thirty mutants', () => {
    assert.ok(mutants.length >= 30);
});

for (const mutant of mutants)
    test(`${mutant.name}: the patch fits, and its test is there`, () => {
        execFileSync('git', ['apply', '--check', mutant.patch], {cwd: root, stdio: 'pipe'});
        const lists = fs.readFileSync(path.join(root, mutant.folder, 'CMakeLists.txt'), 'utf8');
        assert.match(lists, new RegExp(`cinema_add_test\\(${mutant.target}\\s`));
        const name = new RegExp(`^${mutant.test.split('*').map(literally).join('.*')}$`);
        assert.ok(testsOf(mutant).some(each => name.test(each)), mutant.test);
    });
