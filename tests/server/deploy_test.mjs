// compose.yaml and server/deploy, as far as can be told without containers: what they name is
// there, and the server does what they expect of it. Needs binutils and python3-yaml, which
// ./dev test installs, and Debian's lists of packages.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Server, program, run, start, until } from '../support/cinema_server.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => readFileSync(join(root, path), 'utf8');
const linesOf = (text) => text.split('\n').filter((line) => line !== '');
const wordsOf = (text) => text.trim().split(/\s+/);

/** What a program prints, in English. */
function print(command, args, input) {
  const env = { ...process.env, LC_ALL: 'C' };
  return execFileSync(command, args, { input, encoding: 'utf8', env });
}

function readYaml(path) {
  const script = 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)';
  return JSON.parse(print('/usr/bin/python3', ['-c', script], read(path)));
}

const dockerfile = 'server/deploy/Dockerfile';
const compose = readYaml('compose.yaml');
const { services } = compose;

// The Dockerfile's instructions, as [name, rest], by stage.
const stages = [];
for (const line of linesOf(read(dockerfile).replace(/^ *#.*\n/gm, '').replaceAll('\\\n', ''))) {
  const [, name, rest] = /^([A-Z]+) +(.+)$/.exec(line);
  if (name === 'FROM') stages.push([]);
  stages.at(-1).push([name, rest]);
}
const [build, image] = stages;
const allOf = (stage, name) => stage.filter((each) => each[0] === name).map(([, rest]) => rest);
function onlyOf(stage, name) {
  const [rest, ...more] = allOf(stage, name);
  assert.ok(rest && more.length === 0, `${dockerfile}: not one ${name}`);
  return rest;
}

const imagePackages = wordsOf(/apt-get install (.+?)&&/.exec(onlyOf(image, 'RUN'))[1])
  .filter((word) => !word.startsWith('-'));

/** A value of compose.yaml where nobody has set a variable. */
const byDefault = (text) => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');

/** What `volumes` of a service say: [source, target]. */
const mountsOf = ({ volumes = [] }) => volumes.map((each) => each.split(':').slice(0, 2));
const isOfHost = ([source]) => source.startsWith('.');

// A server that sells, and one as compose.yaml starts it while no database has come up.
let ready;
let waiting;
before(async () => {
  ready = await Server.start({ args: ['--store', 'memory:'] });
  const environment = services.cinema.environment;
  const env = Object.fromEntries(Object.entries(environment).map(([name, value]) =>
    [name, byDefault(value).replace(/@\w+\//, '@127.0.0.1:1/')]));
  waiting = start(['--port', '0', '--access-log', 'off'], { env });
  waiting.url = await until(() => {
    assert.equal(waiting.code, undefined, waiting.err);
    return /(http:\S+) answers, but is not ready/.exec(waiting.err)?.[1];
  }, 'the server to wait');
});
after(async () => {
  await ready?.stop();
  waiting?.child.kill('SIGTERM');
  await waiting?.ended;
});

test('Compose reads compose.yaml, where it is installed', (t) => {
  if (spawnSync('docker', ['compose', 'version']).status !== 0) {
    t.diagnostic('docker compose is not installed: read as YAML alone');
    return;
  }
  print('docker', ['compose', '-f', join(root, 'compose.yaml'), '--profile', 'monitoring',
    'config', '--quiet']);
});

test('whatever services mount, build from and wait for is there', () => {
  const needed = ['cinema', 'postgres', 'mongodb', 'prometheus', 'grafana'];
  assert.deepEqual(Object.keys(services), needed);
  for (const [name, service] of Object.entries(services)) {
    const { build: from, image: named } = service;
    if (from) assert.equal(join(from.context, from.dockerfile), dockerfile);
    else assert.match(named, /^[\w/]+:v?\d+(\.\d+)*$/, `${name}: no version is named`);
    for (const mount of mountsOf(service))
      if (isOfHost(mount)) assert.ok(existsSync(join(root, mount[0])), `${name}: ${mount[0]}`);
      else assert.ok(mount[0] in compose.volumes, `${name}: ${mount[0]}`);
    for (const other of service.depends_on ?? []) assert.ok(other in services, `${name}: ${other}`);
  }
});

test('nothing listens to other hosts, and each variable has a default', () => {
  for (const [name, { ports = [] }] of Object.entries(services))
    for (const port of ports) assert.match(byDefault(port), /^127\.0\.0\.1:\d+:\d+$/, name);
  assert.ok(!byDefault(read('compose.yaml')).includes('$'));
});

test('the server gets the addresses of the databases as these are set up', () => {
  const { POSTGRES_URL, MONGODB_URI } = services.cinema.environment;
  const { POSTGRES_USER: user, POSTGRES_PASSWORD: password } = services.postgres.environment;
  assert.equal(POSTGRES_URL, `postgresql://${user}:${password}@postgres/${user}`);
  const { MONGO_INITDB_ROOT_USERNAME: admin, MONGO_INITDB_ROOT_PASSWORD: secret } =
    services.mongodb.environment;
  assert.equal(MONGODB_URI, `mongodb://${admin}:${secret}@mongodb/cinema?authSource=admin`);
});

test('the image is built from what .dockerignore lets in, and all of that is there', () => {
  const [all, ...rules] = linesOf(read('.dockerignore')).filter((line) => !line.startsWith('#'));
  assert.equal(all, '*');
  const letIn = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
  const copied = allOf(build, 'COPY').flatMap((rest) => wordsOf(rest).slice(0, -1));
  assert.deepEqual(copied.sort(), letIn.sort());
  for (const path of copied) assert.ok(existsSync(join(root, path)), path);

  const [from, what] = wordsOf(onlyOf(image, 'COPY'));
  const [, stage] = /^debian:\S+ AS (\w+)$/.exec(onlyOf(build, 'FROM'));
  assert.equal(from, `--from=${stage}`);
  const { name, binaryDir } = JSON.parse(read('CMakePresets.json')).configurePresets[0];
  assert.deepEqual([name, binaryDir], ['base', '${sourceDir}/build/${presetName}']);
  assert.equal(what, `${onlyOf(build, 'WORKDIR')}/build/release/server/cinema-server`);
});

test('Debian has every package that is named', () => {
  const [, built] = /^server_packages=\(([^)]+)\)/m.exec(read('dev'));
  const packages = [...wordsOf(built), ...imagePackages];
  const told = print('apt-cache', ['policy', ...packages]);
  for (const name of packages) {
    const at = told.split(/^(?=\S)/m).find((each) => each.startsWith(`${name}:\n`)) ?? '';
    assert.match(at, /^ +Candidate: (?!\(none\))/m, `apt-get update, or no such package: ${name}`);
  }
});

test('the image has the libraries that the program needs, and no others by name', () => {
  const needed = [...print('readelf', ['-d', program]).matchAll(/\(NEEDED\).*\[(.+)\]/g)]
    .map(([, name]) => name);
  const paths = [...print('ldd', [program]).matchAll(/^\s(\S+) => (\S+)/gm)]
    .filter(([, name]) => needed.includes(name)).map(([, , path]) => path.replace(/^\/usr/, ''));
  assert.ok(paths.length > 5);
  const owners = print('dpkg-query', ['-S', ...paths.map((path) => `*${path}`)]);
  const packages = new Set(linesOf(owners).map((line) => line.split(':')[0]));
  for (const name of ['libc6', 'libgcc-s1']) packages.delete(name); // every Debian has them
  const [others, libraries] = [/^(?!lib)/, /^lib/].map((kind) =>
    imagePackages.filter((name) => kind.test(name)));
  assert.deepEqual(libraries, [...packages].sort());
  assert.deepEqual(others, ['ca-certificates', 'tzdata']);
});

test('the image starts a server that others reach, as somebody who is not root', async () => {
  const [name, ...args] = JSON.parse(onlyOf(image, 'ENTRYPOINT'));
  assert.equal(name, 'cinema-server');
  const { out } = await run([...args, '--print-config']);
  assert.match(out, /^host = "0\.0\.0\.0" /m);
  const port = onlyOf(image, 'EXPOSE');
  assert.match(out, new RegExp(`^port = ${port} `, 'm'));
  assert.equal(services.cinema.ports[0].split(':').at(-1), port);
  const [, user] = /useradd --uid (\d+) /.exec(onlyOf(image, 'RUN'));
  assert.equal(onlyOf(image, 'USER'), `${user}:${user}`);
});

test('healthy is a server that sells, not one that waits or is gone', async () => {
  const [, check] = /^(?:--\S+ )+CMD (.+)$/.exec(onlyOf(image, 'HEALTHCHECK'));
  const [command, ...args] = JSON.parse(check);
  const { PATH } = process.env;
  const isHealthy = (PORT) => spawnSync(command, args, { env: { PATH, PORT } }).status === 0;
  assert.ok(isHealthy(new URL(ready.url).port));
  assert.equal((await fetch(`${waiting.url}/livez`)).status, 200);
  assert.ok(!isHealthy(new URL(waiting.url).port));
  assert.ok(!isHealthy('1'));
});

/** The samples that a server shows, by name, each with the names of its labels. */
async function metricsOf(url) {
  const samples = new Map();
  for (const line of linesOf(await (await fetch(url)).text())) {
    const [, name, labels] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
    if (name) samples.set(name, [...(labels ?? '').matchAll(/(\w+)="/g)].map((each) => each[1]));
  }
  return samples;
}

test('Prometheus asks the server where its metrics are', async () => {
  const [[, target]] = mountsOf(services.prometheus).filter(isOfHost);
  assert.equal(target, '/etc/prometheus/prometheus.yml');
  const [job] = readYaml('server/deploy/prometheus.yaml').scrape_configs;
  assert.deepEqual(job.static_configs[0].targets, [`cinema:${onlyOf(image, 'EXPOSE')}`]);
  const answer = await fetch(ready.url + job.metrics_path);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
});

test('Grafana finds Prometheus and its dashboard', () => {
  const [from] = readYaml('server/deploy/grafana/datasources/prometheus.yaml').datasources;
  assert.equal(from.url, `http://prometheus:${services.prometheus.ports[0].split(':').at(-1)}`);
  const { panels } = JSON.parse(read('server/deploy/grafana/dashboards/cinema.json'));
  for (const { datasource } of panels)
    assert.deepEqual(datasource, { type: from.type, uid: from.uid });

  const [provider] = readYaml('server/deploy/grafana/dashboards/cinema.yaml').providers;
  const { GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: home } = services.grafana.environment;
  const [source] = mountsOf(services.grafana)
    .find(([, target]) => target === provider.options.path && target === dirname(home));
  assert.ok(existsSync(join(root, source, basename(home))));
});

test('each metric and label of the dashboard is one that servers show', async () => {
  await fetch(`${ready.url}/sessions`); // so that there is a request to be counted
  const shown = new Map();
  for (const { url } of [ready, waiting])
    for (const [name, labels] of await metricsOf(`${url}/metrics`)) shown.set(name, labels);
  const { panels } = JSON.parse(read('server/deploy/grafana/dashboards/cinema.json'));
  for (const { title, targets } of panels)
    for (const { expr, legendFormat = '' } of targets) {
      const names = expr.match(/\b(cinema|http)_\w+/g) ?? [];
      assert.equal(names.length, 1, `${title}: ${expr}`);
      assert.ok(shown.has(names[0]), `${title}: no server shows ${names[0]}`);
      const kept = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap((each) => each[1].split(', '));
      for (const label of kept)
        assert.ok(shown.get(names[0]).includes(label), `${title}: ${names[0]} has no ${label}`);
      for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        assert.ok(kept.includes(label), `${title}: ${expr} has no ${label}`);
    }
});
