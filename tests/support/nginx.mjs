// nginx with the configuration that is shipped, server/deploy/nginx.conf, as an ordinary user.

import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { endsWithTest } from './leftovers.mjs';

const shipped = fileURLToPath(new URL('../../server/deploy/nginx.conf', import.meta.url));
const nobody = 65_534;
const readyMsMax = 10_000;
const temporaryPaths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** The one place that `pattern` finds, replaced; the file and what is made of it must agree. */
function replaceOne(text, pattern, by) {
  if (text.match(new RegExp(pattern, 'gm'))?.length !== 1)
    throw new Error(`nginx.conf: not one place is like ${pattern.source}`);
  return text.replace(new RegExp(pattern, 'm'), () => by);
}

/** The shipped configuration with other servers, another port, and files in the folder alone. */
function configure(servers, port, hasAffinity) {
  const list = servers.map((server) => `        server ${server};\n`).join('');
  const paths = temporaryPaths.map((name) => `    ${name}_temp_path ${name};\n`).join('');
  let text = readFileSync(shipped, 'utf8');
  text = replaceOne(text, /(^ +server [\w.:-]+;\n)+/, list);
  text = replaceOne(text, /^ +listen 80;\n/, `        listen 127.0.0.1:${port};\n`);
  text = replaceOne(text, /^http \{\n/, `http {\n${paths}`);
  return hasAffinity ? text : replaceOne(text, /^ +hash .*;\n/, '');
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Below those that systems give to clients, one of which could be taken while nginx starts. */
async function freePort() {
  let port;
  do port = randomInt(10_000, 30_000); while (await answers(port));
  return port;
}

export class Nginx {
  /** In front of `servers` (`host:port`); its files are in `folder`, which it makes. */
  static async start(folder, servers, { hasAffinity = true } = {}) {
    const nginx = new Nginx();
    nginx.port = await freePort();
    nginx.url = `http://127.0.0.1:${nginx.port}`;
    const file = join(folder, 'nginx.conf');
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, configure(servers, nginx.port, hasAffinity));
    const isRoot = process.getuid() === 0;
    if (isRoot) chownSync(folder, nobody, nobody);

    const args = ['--pdeathsig=TERM', 'nginx', '-p', folder, '-c', file, '-e', 'stderr',
      '-g', `daemon off; pid ${join(folder, 'nginx.pid')};`];
    nginx.child = endsWithTest(spawn('setpriv', args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: `${process.env.PATH}:/usr/sbin` },
      ...(isRoot ? { uid: nobody, gid: nobody } : {}),
    }));
    nginx.ended = once(nginx.child, 'close');
    nginx.said = '';
    nginx.child.stderr.on('data', (text) => { nginx.said = (nginx.said + text).slice(-10_000); });
    const end = Date.now() + readyMsMax;
    while (!await answers(nginx.port)) {
      if (nginx.child.exitCode !== null || Date.now() > end)
        throw new Error(`nginx (Debian package nginx) does not start: ${nginx.said}`);
      await new Promise((done) => setTimeout(done, 20));
    }
    return nginx;
  }

  async stop() {
    this.child.kill('SIGTERM');
    await this.ended;
  }
}
