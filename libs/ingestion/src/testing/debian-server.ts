import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '@ml-platform/messaging/testing/free-port';

const run = promisify(execFile);
const PATIENCE_MILLISECONDS = 60_000;

export interface DebianServer {
  readonly port: number;
  /** Ends it as a power cut does, and starts it again with the data that it has. */
  readonly crash: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface ServerProgram {
  readonly packages: readonly string[];
  /** Where its programs are, or nothing. */
  readonly find: () => Promise<string | undefined>;
  /** The user that it runs as where this process is root. */
  readonly user: string;
  readonly prepare: (programs: string, folder: string) => readonly [string, ...string[]];
  readonly serve: (programs: string, folder: string, port: number) => readonly [string, ...string[]];
  /** Ends it at once, with connections open. */
  readonly stopSignal: NodeJS.Signals;
  /** Throws until it answers. */
  readonly ask: (port: number) => Promise<unknown>;
}

/**
 * Whether a program of Debian's is here; root gets it by apt-get. On a laptop without it a test says that it is skipped; in
 * CI that is an error.
 */
export async function isInstalled({ packages, find }: ServerProgram): Promise<boolean> {
  if ((await find()) !== undefined) return true;
  const hasApt = await run('apt-get', ['--version']).then(
    () => true,
    () => false,
  );
  if (process.getuid?.() !== 0 || !hasApt) {
    if (process.env.CI === undefined) return false;
    throw new Error(`CI needs ${packages.join(' and ')}, or to be root where there is apt-get`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { env });
  await run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], { env });
  return (await find()) !== undefined;
}

/** Starts a server with no data on a free port of the loopback interface, and waits until it answers. */
export async function startDebianServer(program: ServerProgram): Promise<DebianServer> {
  const programs = await program.find();
  if (programs === undefined) throw new Error(`${program.packages.join(' and ')} is not installed`);
  const folder = await mkdtemp(join(tmpdir(), `${program.user}-`));
  const as = await asUser(program.user, folder);
  const [prepare, ...args] = as(program.prepare(programs, folder));
  await run(prepare, args, { cwd: folder });
  const port = await freePort();
  let server = await listening(as(program.serve(programs, folder, port)), folder, () => program.ask(port));
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill(signal);
    await once(server, 'exit');
  };
  return {
    port,
    crash: async () => {
      await end('SIGKILL');
      server = await listening(as(program.serve(programs, folder, port)), folder, () => program.ask(port));
    },
    stop: async () => {
      await end(program.stopSignal);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Command = readonly [string, ...string[]];

/** Databases refuse to run as root. */
async function asUser(user: string, folder: string): Promise<(command: Command) => Command> {
  if (process.getuid?.() !== 0) return (command) => command;
  const [uid = 0, gid = 0] = await Promise.all(
    ['-u', '-g'].map(async (which) => Number((await run('id', [which, user])).stdout)),
  );
  await chown(folder, uid, gid);
  return (command) => ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...command];
}

async function listening([command, ...args]: Command, cwd: string, ask: () => Promise<unknown>): Promise<ChildProcess> {
  const server = spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4000);
  });
  const end = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const failed = await ask().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failed === undefined) return server;
    if (server.exitCode !== null || Date.now() > end)
      throw new Error(`${command} ${args[3] ?? ''}: ${failed}\n${said}`);
    await sleep(100);
  }
}
