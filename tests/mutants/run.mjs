// Whether the tests notice what they are there for: breaks the code on purpose, one patch of this
// folder at a time, and expects a test to fail.
//
//     node tests/mutants/run.mjs [part of a name...]
//
// The patches are applied to copies of the tree in build/mutants, one for each of two workers.

import {execFile} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

import {readMutants} from './mutant.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const jobs = Number(process.env.CMAKE_BUILD_PARALLEL_LEVEL) || os.cpus().length;
const workers = Math.min(2, jobs);
const limits = {build: 600_000, test: 120_000}; // milliseconds

const run = promisify(execFile);
const text = error => `${error.stdout ?? ''}${error.stderr ?? ''}` || error.message;
const shell = (folder, timeout, program, ...options) =>
    run(program, options, {
        cwd: folder, timeout, maxBuffer: 1 << 26, killSignal: 'SIGKILL',
        env: {...process.env, CINEMA_SOURCE_DIR: folder, MONGOC_DISABLE_SHM: '1'},
    });

class Copy {
    constructor(number) {
        this.folder = path.join(root, 'build/mutants', String(number));
    }

    // Writes what differs from the tree, and removes what it does not have: the rest need not be
    // built again.
    async follow() {
        const listed = async folder => {
            const {stdout} = await shell(folder, limits.test, 'git', 'ls-files', '-z', '--cached',
                '--others', '--exclude-standard');
            return stdout.split('\0').filter(Boolean);
        };
        fs.mkdirSync(this.folder, {recursive: true});
        await shell(this.folder, limits.test, 'git', 'init', '--quiet');
        const wanted = new Set((await listed(root)).filter(
            file => fs.lstatSync(path.join(root, file), {throwIfNoEntry: false})?.isFile()));
        for (const file of wanted) {
            const to = path.join(this.folder, file);
            const now = fs.readFileSync(path.join(root, file));
            if (fs.existsSync(to) && fs.readFileSync(to).equals(now))
                continue;
            fs.mkdirSync(path.dirname(to), {recursive: true});
            fs.copyFileSync(path.join(root, file), to);
        }
        for (const file of await listed(this.folder))
            if (!wanted.has(file))
                fs.rmSync(path.join(this.folder, file));
    }

    configure() {
        return shell(this.folder, limits.build, 'cmake', '--preset', 'dev',
            '-DCINEMA_BUILD_DOCS=OFF', '-DCMAKE_COMPILE_WARNING_AS_ERROR=OFF');
    }

    build(targets, parallel) {
        return shell(this.folder, limits.build, 'cmake', '--build', 'build/dev', `-j${parallel}`,
            '--target', ...targets);
    }

    // Returns how many test cases failed. Throws if none ran, or it did not come to an end.
    async failures(mutant) {
        let output;
        try {
            const program = path.join('build/dev', mutant.folder, mutant.target);
            output = (await shell(this.folder, limits.test, path.join(this.folder, program),
                `--test-case=${mutant.filter}`)).stdout;
        } catch (error) {
            output = text(error);
        }
        const [, ran, failed] = output.match(/test cases: +(\d+) .*\| +(\d+) failed/) ?? [];
        if (!ran || ran === '0')
            throw new Error(`no test case ran to its end: ${mutant.test}\n${output}`);
        return Number(failed);
    }

    // Whether the mutant is killed.
    async try(mutant) {
        await shell(this.folder, limits.test, 'git', 'apply', mutant.patch);
        try {
            await this.build([mutant.target], 1);
            return await this.failures(mutant) > 0;
        } finally {
            await shell(this.folder, limits.test, 'git', 'apply', '--reverse', mutant.patch);
        }
    }
}

// As it is, everything must build and pass.
async function prepare(copies, mutants) {
    const targets = [...new Set(mutants.map(each => each.target))];
    for (const copy of copies) {
        await copy.follow();
        await copy.configure();
        await copy.build(targets, jobs);
    }
    const tests = new Map(mutants.map(each => [each.target + each.test, each]));
    for (const mutant of tests.values())
        if (await copies[0].failures(mutant) > 0)
            throw new Error(`it fails without any mutant: ${mutant.target}: ${mutant.test}`);
}

async function main(parts) {
    const mutants = readMutants(path.join(root, 'tests/mutants'))
        .filter(each => parts.length === 0 || parts.some(part => each.name.includes(part)));
    if (mutants.length === 0)
        throw new Error('there is no such mutant');
    const copies = Array.from({length: workers}, (_, i) => new Copy(i + 1));
    await prepare(copies, mutants);

    let passed = 0;
    const waiting = [...mutants];
    const work = async copy => {
        for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
            const began = Date.now();
            const verdict = await copy.try(mutant).then(
                isKilled => isKilled ? 'killed' : 'SURVIVED', error => `ERROR\n${text(error)}`);
            passed += verdict === 'killed' ? 1 : 0;
            const seconds = ((Date.now() - began) / 1000).toFixed(0).padStart(4);
            console.log(`${seconds} s  ${mutant.name}: ${verdict}`);
        }
    };
    await Promise.all(copies.map(work));
    console.log(`${passed} passed, ${mutants.length - passed} failed`);
    return passed === mutants.length ? 0 : 1;
}

main(process.argv.slice(2)).then(code => process.exit(code), error => {
    console.error(`mutants: ${text(error)}`);
    process.exit(1);
});
