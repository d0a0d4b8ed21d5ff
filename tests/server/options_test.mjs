// Options: help, what is refused and how, and which of several places counts.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Server, run } from '../support/cinema_server.mjs';
import { makeFolder } from '../support/leftovers.mjs';

const folder = makeFolder();

function write(name, ...lines) {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** The value and the origin that --print-config tells of an option. */
async function setting(name, args, env) {
  const { code, out, err } = await run([...args, '--print-config'], { env, cwd: folder });
  assert.equal(code, 0, err);
  const line = out.split('\n').find((each) => each.replace(/^# /, '').startsWith(`${name} =`));
  const [, value, origin] = /^(?:# )?\S+ = *(.*?)\s+# (.*)$/.exec(line);
  return `${value} from ${origin}`.trim();
}

test('--help names each option and verb', async () => {
  const { code, out, err } = await run(['--help']);
  assert.equal(code, 0);
  assert.equal(err, '');
  for (const word of ['serve', 'demo-data', 'migrate', 'check', '--store', '--documents', '--host',
    '--port', '--threads', '--lanes', '--connections-max', '--web-root', '--csp', '--access-log',
    '--log-level', '--no-demo', '--demo-sessions', '--demo-hall', '--sales-close', '--config',
    '--print-config', '--time-zone', '--version', 'POSTGRES_URL', 'MONGODB_URI', 'PORT'])
    assert.ok(out.includes(word), `${word} is missing`);
  assert.equal((await run(['check', '--help'])).code, 0);
});

test('--version tells the version', async () => {
  const { code, out } = await run(['--version']);
  assert.equal(code, 0);
  assert.match(out, /^cinema-server \d+\.\d+\.\d+\n$/);
});

const subfolder = join(folder, 'a-folder');
mkdirSync(subfolder);

// What is wrong, the arguments (and the environment), and what the one line on stderr has to say.
const wrong = [
  ['an unknown option', ['--prot', '80'],
    /no option --prot \(did you mean --port\?\); see .*--help/],
  ['an unknown verb', ['sevre'], /'sevre' is not understood here/],
  ['two verbs', ['serve', 'check'], /'check' is not understood here/],
  ['a missing value', ['--port'], /--port: 1 required PORT missing/],
  ['a port that is no number', ['--port', 'http'], /--port: must be a whole number .*'http'/],
  ['a port that is too high', ['--port', '65536'], /from 0 to 65535, not '65536'/],
  ['a port in the environment', [], /environment PORT: .*'x'/, { PORT: 'x' }],
  ['too many lanes', ['--lanes', '65'], /--lanes: must be a whole number from 0 to 64/],
  ['no connections', ['--connections-max', '0'], /--connections-max: must be a whole number/],
  ['a hall without columns', ['--demo-hall', '20'],
    /--demo-hall: must be ROWSxCOLUMNS as in 20x25/],
  ['a hall that is too large', ['--demo-hall', '200x200'], /at most 2000 seats, not '200x200'/],
  ['an unknown log level', ['--log-level', 'loud'], /must be one of debug, .*not 'loud'/],
  ['a host that is no address', ['--host', 'nowhere.example'], /--host: .* is no IP address/],
  ['an address of another host', ['--host', '192.0.2.1'],
    /192\.0\.2\.1 is no address of this host/],
  ['an unknown store', ['--store', 'mysql://me:geheim@x'], /'mysql' is no store; use sqlite:FILE/],
  ['an empty store', ['--store', ''], /--store: must not be empty/],
  ['a file without a name', ['--store', 'sqlite:'], /sqlite: needs the name of a file/],
  ['an address of PostgreSQL that is none', ['--store', 'postgresql://me:geheim@x:y:z/'],
    /--store: cannot use postgresql:.*the address cannot be understood/],
  ['an address of PostgreSQL that is none, in the environment', [],
    /POSTGRES_URL: cannot use postgres:.*the address cannot be understood/,
    { POSTGRES_URL: 'postgres://me:geheim@x:y:z/' }],
  ['a URI of MongoDB that is none', ['--store', 'mongodb://me:geheim@@x/'],
    /--store: cannot use mongodb:.*the MongoDB connection string cannot be read/],
  ['a URI of MongoDB that is none, in the environment', [],
    /MONGODB_URI: cannot use mongodb:.*the MongoDB connection string cannot be read/,
    { MONGODB_URI: 'mongodb://me:geheim@@x/' }],
  ['an address without its scheme, in the environment', [],
    /POSTGRES_URL: this is no store; use .*postgresql:/, { POSTGRES_URL: 'x/cinema' }],
  ['a URI without its scheme, in the environment', [],
    /MONGODB_URI: this is no store; use .*mongodb:/, { MONGODB_URI: '127.0.0.1:27017/cinema' }],
  ['documents without their scheme, in the environment', ['--store', 'postgresql://x/y'],
    /MONGODB_URI: this is no store for documents; use mongodb:/, { MONGODB_URI: '127.0.0.1' }],
  ['an unknown store in a file', ['--config', write('g.toml', 'store = "mysql:x"')],
    /g\.toml: store: 'mysql' is no store/, {}],
  ['other documents than none', ['reconcile', '--adopt', '--store', 'mongodb://127.0.0.1:1'],
    /--adopt: name the MongoDB database .*--documents or MONGODB_URI/],
  ['trying to take documents', ['reconcile', '--adopt', '--dry-run', '--store',
    'postgresql://x/y', '--documents', 'mongodb://x'], /--adopt .*not with --dry-run/],
  ['documents beside a file', ['--documents', 'mongodb://x'], /--documents goes only beside/],
  ['documents in a file', ['--store', 'postgresql://x/y', '--documents', 'sqlite:x.db'],
    /--documents: this is no store for documents; use mongodb:/],
  ['the outbox of a file', ['outbox', '--store', 'sqlite:new.db'], /it does not exist/],
  ['dropping nothing', ['outbox', 'drop', '--store', 'mongodb://127.0.0.1:1'],
    /reservation is required/],
  ['dropping what is none', ['outbox', 'drop', '7', '--store', 'mongodb://127.0.0.1:1'],
    /'7' is no reservation/],
  ['migrating MongoDB', ['migrate', 'status', '--store', 'mongodb://me:geheim@127.0.0.1:1'],
    /MongoDB has no schema to migrate/],
  ['a file in no folder', ['--store', 'sqlite:none/x.db'], /there is no folder none/],
  ['a folder as file', ['--store', `sqlite:${subfolder}`], /it is no regular file/],
  ['no database', ['--store', `sqlite:${write('text.db', 'x'.repeat(5000))}`],
    /cannot use sqlite:/],
  ['no such web root', ['--web-root', 'none'], /--web-root: there is no folder none/],
  ['an access log in no folder', ['--access-log', 'none/a.log'],
    /--access-log: cannot write to none\/a\.log: No such file/],
  ['no such configuration file', ['--config', 'none.toml'], /--config: cannot read none\.toml/],
  ['a folder as configuration', ['--config', subfolder], /is a folder, not a file/],
  ['an unknown key', ['--config', write('a.toml', 'prot = 80')],
    /a\.toml: there is no option prot \(did you mean port\?\)/],
  ['a section', ['--config', write('b.toml', '[server]', 'port = 80')], /remove \[server\]/],
  ['a wrong value in a file', ['--config', write('c.toml', 'port = eighty')],
    /c\.toml: --port: must be a whole number/],
  ['a key that comes twice', ['--config', write('d.toml', 'port = 1', 'lanes = 1', 'port = 2')],
    /d\.toml: port comes twice/],
  ['two values', ['--config', write('e.toml', 'port = [1, 2]')], /e\.toml: port needs one value/],
  ['a value with #', ['--config', write('f.toml', 'web-root = "a#b"')],
    /cannot contain the sign #/],
  ['checking memory', ['check', '--store', 'memory:'], /a store in memory is empty/],
  ['checking what is not there', ['check', '--store', 'sqlite:new.db'], /it does not exist/],
];

for (const [what, args, line, env] of wrong) {
  test(`refused with one line and exit code 2: ${what}`, async () => {
    const place = args.includes('--store') || env ? [] : ['--store', 'memory:'];
    const ended = await run(['--no-demo', ...place, ...args], { env, cwd: folder });
    assert.match(ended.err, line);
    assert.equal(ended.code, 2);
    assert.equal(ended.out, '');
    const told = ended.err.trimEnd().split('\n');
    assert.ok(told.at(-1).startsWith('cinema-server: '));
    const isExplained = /no database|that is none/.test(what); // in a line before, too
    assert.equal(told.length, isExplained ? 2 : 1, ended.err);
    assert.ok(!ended.err.includes('geheim'), 'a password is shown');
  });
}

test('the command line goes before the environment, that before the file, that before the default',
  async () => {
    const file = write('order.toml', 'port = 1111 # a comment', 'lanes = 3');
    const PORT = '2222';
    assert.equal(await setting('port', []), '3000 from default');
    assert.equal(await setting('port', ['--config', file]), `1111 from ${file}`);
    assert.equal(await setting('port', ['--config', file], { PORT }), '2222 from environment PORT');
    assert.equal(await setting('port', ['--config', file, '--port', '3333'], { PORT }),
      '3333 from command line');
    assert.equal(await setting('lanes', ['--config', file], { PORT }), `3 from ${file}`);
    assert.equal(await setting('port', [], { PORT: '' }), '3000 from default');
    assert.equal(await setting('port', ['--port', '1', '--port', '2']), '2 from command line');
  });

test('stores in the environment: PostgreSQL with documents, MongoDB alone', async () => {
  const POSTGRES_URL = 'postgresql://shop:geheim@db/cinema';
  const MONGODB_URI = 'mongodb://shop:geheim@docs/cinema';
  const both = { POSTGRES_URL, MONGODB_URI };
  assert.equal(await setting('store', []), '"sqlite:cinema.db" from default');
  assert.equal(await setting('store', [], both),
    '"postgresql://shop:***@db/cinema" from environment POSTGRES_URL');
  assert.equal(await setting('documents', [], both),
    '"mongodb://shop:***@docs/cinema" from environment MONGODB_URI');
  assert.equal(await setting('store', [], { MONGODB_URI }),
    '"mongodb://shop:***@docs/cinema" from environment MONGODB_URI');
  assert.equal(await setting('documents', [], { MONGODB_URI }), 'from default');
  assert.equal(await setting('store', ['--store', 'memory:'], both), '"memory:" from command line');
  const file = write('store.toml', 'store = "postgresql://db"');
  assert.equal(await setting('documents', ['--config', file], { MONGODB_URI }),
    '"mongodb://shop:***@docs/cinema" from environment MONGODB_URI');
});

test('no form of a store\'s address shows its password', async () => {
  for (const address of ['postgresql://shop:geh@eim@127.0.0.1:1/cinema',
    'postgresql://shop:geheim@127.0.0.1:1', 'postgresql://shop:ge?heim@127.0.0.1:1/cinema',
    'postgresql://shop:ge#heim@127.0.0.1:1/cinema', 'postgresql://shop:ge/heim@127.0.0.1:1/cinema',
    'postgresql://shop@127.0.0.1:1/x?password=geheim',
    "host=db password = 'geheim x' user=shop",
    'host=db password=geheim',
    'mongodb://127.0.0.1:1/x?tls=true&tlsCertificateKeyFilePassword=geheim',
    'mongodb://127.0.0.1:1/x?authMechanismProperties=AWS_SESSION_TOKEN:geheim']) {
    const env = { [address.startsWith('mongodb') ? 'MONGODB_URI' : 'POSTGRES_URL']: address };
    const { out } = await run(['--print-config'], { env, cwd: folder });
    assert.match(out, /store = .*\*\*\*/, address);
    assert.doesNotMatch(out, /eim/, address);
    const refused = await run(['check'], { env, cwd: folder });
    assert.equal(refused.code, 2);
    assert.doesNotMatch(refused.err, /eim/, address);
  }
});

test('what --print-config prints is a configuration file', async () => {
  const args = ['--port', '4711', '--no-demo', '--csp', "default-src 'self'; img-src *",
    '--store', 'sqlite:a b.db', '--sales-close', '-5'];
  const values = (text) => text.replaceAll(/ +# .*$/gm, '');
  const { out } = await run([...args, '--print-config']);
  const again = await run(['--config', write('printed.toml', out), '--print-config']);
  assert.equal(again.err, '');
  assert.equal(values(again.out).trim(), values(out).trim());
  assert.ok(out.includes('port = 4711'));
  assert.ok(out.includes('no-demo = true'));
});

test('a port that is in use is told, with what to do', async () => {
  const server = await Server.start({ args: ['--no-demo'] });
  const port = new URL(server.url).port;
  const second = await run(['--port', port, '--store', 'memory:', '--no-demo']);
  assert.equal(second.code, 2);
  assert.equal(second.err, `cinema-server: port ${port} of 127.0.0.1 is in use; `
    + 'stop what listens there, or choose another with --port\n');
  assert.equal(await server.stop(), 0);
});

test('the options of serving reach the server', async () => {
  const web = makeFolder();
  writeFileSync(join(web, 'index.html'), '<p>Another page</p>');
  const log = join(web, 'access.log');
  const server = await Server.start({
    args: ['serve', '--no-demo', '--web-root', web, '--csp', "default-src 'none'", '--access-log',
      log, '--host', 'localhost'],
  });
  const answer = await fetch(`${server.url}/`, { headers: { 'X-Request-ID': 'abc-1' } });
  assert.equal(await answer.text(), '<p>Another page</p>');
  assert.equal(answer.headers.get('Content-Security-Policy'), "default-src 'none'");
  assert.deepEqual((await server.get('/sessions')).data, []);
  assert.equal(await server.stop(), 0);
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.equal(lines.length, 2);
});

test('the built-in page is served with its files, revalidated by ETag', async () => {
  const server = await Server.start({ args: ['--no-demo'] });
  const page = await fetch(`${server.url}/`);
  assert.match(page.headers.get('Content-Type'), /^text\/html/);
  assert.match(page.headers.get('Content-Security-Policy'), /default-src 'self'/);
  const html = await page.text();
  const files = [...html.matchAll(/(?:href|src)="([\w.]+)"/g)].map(([, name]) => name);
  assert.ok(files.length >= 3);
  for (const name of files) {
    const file = await fetch(`${server.url}/${name}`);
    assert.equal(file.status, 200, name);
    const etag = file.headers.get('ETag');
    const again = await fetch(`${server.url}/${name}`, { headers: { 'If-None-Match': etag } });
    assert.equal(again.status, 304, name);
  }
  assert.equal((await fetch(`${server.url}/none.js`)).status, 404);
  assert.equal(await server.stop(), 0);
});
