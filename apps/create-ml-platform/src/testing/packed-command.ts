import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from '../pack/pack.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

export interface Outcome {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The Node to run with, and its own flags. */
  readonly node?: readonly [string, ...string[]];
  /** As the head of a process group, which can be killed as a whole. */
  readonly detached?: boolean;
}

export interface PackedCommand {
  readonly start: (args: readonly string[], options: RunOptions) => ChildProcess;
  readonly run: (args: readonly string[], options: RunOptions) => Promise<Outcome>;
  readonly remove: () => void;
}

/** Packs the command and unpacks the tarball somewhere else: what a user gets. */
export async function packedCommand(): Promise<PackedCommand> {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  const tarball = await pack(repository, folder);
  execFileSync('tar', ['-xzf', tarball, '-C', folder]);
  return commandAt(join(folder, 'package/bin/create-ml-platform.cjs'), () =>
    rmSync(folder, { recursive: true, force: true }),
  );
}

/** A command that is unpacked already. */
export function commandAt(bin: string, remove: () => void): PackedCommand {
  const start: PackedCommand['start'] = (
    args,
    { cwd, env, detached = false, node: [node, ...flags] = [process.execPath] },
  ) => {
    return spawn(node, [...flags, bin, ...args], {
      cwd,
      env: env ?? plainEnvironment(),
      detached,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  };
  return {
    start,
    run: (args, options) => outcome(start(args, options)),
    remove,
  };
}

/** The environment of a person who can commit, whatever the machine's own Git settings are. */
export function plainEnvironment(changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: tmpdir(),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
    ...changes,
  };
}

/** Every file of a project with its content, but for `.git` and unfinished runs; an empty map when there is no folder. */
export function contents(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => {
    return !/^(?:\.git|\.\w+\.tmp-\d+|\.\w+\.placing)(?:\/|$)/.test(path) && lstatSync(join(folder, path)).isFile();
  });
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, path), 'base64')]));
}

function outcome(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((settle) => child.on('close', (exit) => settle({ exit, stdout, stderr })));
}
