// Reads the patches of this folder. Each begins with what is broken, where the test is that notices
// it (target: the program and its folder in tests), and the test's name, where * is anything:
//
//     A map counts as verified an hour later than it was.
//     target: unit/view_table_test
//     test: views: a map is found only*

import fs from 'node:fs';
import path from 'node:path';

function readMutant(file) {
    const head = fs.readFileSync(file, 'utf8').split('--- a/')[0];
    const named = name => head.match(new RegExp(`^${name}: (.+)$`, 'm'))?.[1];
    const place = named('target');
    const test = named('test');
    if (!place || !test || !/^[A-Z].+\.$/.test(head.split('\n')[0]))
        throw new Error(`${file}: it begins with a sentence, target: and test:`);
    return {
        name: path.basename(file, '.patch'),
        patch: file,
        folder: path.join('tests', path.dirname(place)),
        target: path.basename(place),
        test,
        filter: test.replaceAll(',', '?'), // a comma would begin another filter
    };
}

export function readMutants(folder) {
    return fs.readdirSync(folder).filter(name => name.endsWith('.patch')).sort()
        .map(name => readMutant(path.join(folder, name)));
}
