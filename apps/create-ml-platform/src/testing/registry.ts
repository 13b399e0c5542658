import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lockedCommand } from './locked-packages.ts';

const PINS = join(import.meta.dirname, 'verdaccio');

/** A registry of our own; what is published there lies before what npm's registry has. */
export interface Registry {
  readonly url: string;
  /** npm's settings of somebody who may publish there. */
  readonly userConfig: string;
  readonly publish: (tarball: string) => void;
  readonly stop: () => Promise<void>;
}

/** Starts verdaccio on the loopback; every other package comes through it from the registry that npm is set to. */
export async function startRegistry(): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), 'registry-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const config = join(folder, 'config.yaml');
  writeFileSync(config, configuration(folder, upstream()));
  const entry = lockedCommand(PINS, 'verdaccio');
  const server = spawn(process.execPath, [entry, '--config', config, '--listen', `127.0.0.1:${port}`], {
    cwd: folder,
    stdio: 'ignore',
  });
  await answers(`${url}-/ping`, server);
  const user = join(folder, 'user.npmrc');
  writeFileSync(user, `//127.0.0.1:${port}/:_authToken=${await token(url)}\n`);
  return {
    url,
    userConfig: user,
    publish: (tarball) => {
      execFileSync('npm', ['publish', tarball, '--registry', url, '--userconfig', user], {
        cwd: folder,
        stdio: 'pipe',
      });
    },
    stop: async () => {
      const ended = new Promise((settle) => server.once('close', settle));
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(folder: string, uplink: string): string {
  return JSON.stringify({
    storage: join(folder, 'packages'),
    uplinks: { upstream: { url: uplink, timeout: '60s', max_fails: 10, fail_timeout: '1s' } },
    auth: { htpasswd: { file: join(folder, 'users'), max_users: 1 } },
    packages: {
      'create-ml-platform': { access: '$all', publish: '$authenticated' },
      '**': { access: '$all', proxy: 'upstream' },
    },
    log: { type: 'file', path: join(folder, 'log'), level: 'warn' },
  });
}

function upstream(): string {
  return execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
}

async function token(url: string): Promise<string> {
  const response = await fetch(`${url}-/user/org.couchdb.user:ada`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'ada', password: 'only-on-the-loopback' }),
  });
  return ((await response.json()) as { token: string }).token;
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (server.exitCode !== null) throw new Error(`verdaccio ended with ${server.exitCode}`);
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await setTimeout(100);
  }
  throw new Error('verdaccio does not answer');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  const address = server.address();
  await new Promise((settle) => server.close(settle));
  return typeof address === 'object' && address ? address.port : 0;
}
