import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { ExecaError, execa } from 'execa';

/** The version that makes environments where the machine has no uv of its own. */
const UV_VERSION = '0.13.9';
const MINIMUM_PYTHON = [3, 11] as const;
const windows = process.platform === 'win32';

export interface EnvironmentOptions {
  /** Folder that environments are kept in, shared by every checkout. */
  readonly cache?: string;
  readonly log?: (message: string) => void;
}

/**
 * The interpreter of the environment that a hashed requirements file describes; made on first use (minutes on a slow
 * network), found by the hash of the file and the Python version afterwards (milliseconds).
 *
 * @throws PlatformError `environment` without Python, with one older than 3.11, or when packages can't be fetched.
 */
export async function pythonEnvironment(requirements: string, options: EnvironmentOptions = {}): Promise<string> {
  const { cache = defaultCache(), log = () => undefined } = options;
  const python = await findPython();
  const text = await readRequirements(requirements);
  const key = createHash('sha256').update(`${python.version}\n${process.arch}\n${text}`).digest('hex').slice(0, 16);
  const target = join(cache, 'python', key);
  if (!existsSync(target)) {
    log(`making the Python ${python.version} environment of ${requirements} (once)`);
    await build(target, requirements, python.command, cache);
  }
  return interpreter(target);
}

function defaultCache(): string {
  const base =
    process.env.XDG_CACHE_HOME ?? (windows ? process.env.LOCALAPPDATA : undefined) ?? join(homedir(), '.cache');
  return join(base, 'ml-platform');
}

async function readRequirements(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new PlatformError(`a Python step needs ${file}, which isn't there`, {
      code: 'config',
      hint: 'compile it: uv pip compile requirements.in --generate-hashes --universal -o requirements.txt',
      cause,
    });
  });
}

async function findPython(): Promise<{ command: string; version: string }> {
  const candidates = windows ? ['python', 'py'] : ['python3', 'python'];
  for (const command of candidates) {
    const { stdout, failed } = await execa(command, ['--version'], { reject: false });
    const version = /^Python (\d+\.\d+)/.exec(stdout ?? '')?.[1];
    if (failed || version === undefined) continue;
    return requireVersion(command, version);
  }
  throw new PlatformError('there is no Python on the PATH; a step is written in it', {
    code: 'environment',
    hint: `install Python ${MINIMUM_PYTHON.join('.')} or newer, with its venv module`,
  });
}

function requireVersion(command: string, version: string): { command: string; version: string } {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > MINIMUM_PYTHON[0] || (major === MINIMUM_PYTHON[0] && minor >= MINIMUM_PYTHON[1]))
    return { command, version };
  throw new PlatformError(`${command} is Python ${version}, too old: ${MINIMUM_PYTHON.join('.')} or newer is needed`, {
    code: 'environment',
    hint: `put Python ${MINIMUM_PYTHON.join('.')} or newer first on the PATH`,
  });
}

/** Built beside and renamed: of two that build at once, one is kept, and a kill leaves no half environment. */
async function build(target: string, requirements: string, python: string, cache: string): Promise<void> {
  const staging = `${target}.tmp-${process.pid}`;
  await mkdir(join(cache, 'python'), { recursive: true });
  try {
    const uv = await findUv(python, cache);
    await execa(uv, ['venv', '--quiet', '--relocatable', '--python', python, staging]);
    const install = [
      'pip',
      'install',
      '--quiet',
      '--require-hashes',
      '--python',
      interpreter(staging),
      '-r',
      requirements,
    ];
    await execa(uv, install);
    await rename(staging, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
  } catch (cause) {
    throw new PlatformError(`the Python environment of ${requirements} could not be made: ${lastLine(cause)}`, {
      code: 'environment',
      hint: 'check the network and the free disk space, then run the step again; nothing was left behind',
      cause,
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function findUv(python: string, cache: string): Promise<string> {
  const { failed } = await execa('uv', ['--version'], { reject: false });
  if (!failed) return 'uv';
  const folder = join(cache, `uv-${UV_VERSION}`);
  const uv = windows ? join(folder, 'Scripts', 'uv.exe') : join(folder, 'bin', 'uv');
  if (existsSync(uv)) return uv;
  const staging = `${folder}.tmp-${process.pid}`;
  try {
    await execa(python, ['-m', 'venv', staging]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `uv==${UV_VERSION}`];
    await execa(interpreter(staging), install);
    await rename(staging, folder).catch((error: unknown) => {
      if (!existsSync(uv)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return uv;
}

/** What a failed tool said last; its whole output is in the error's cause. */
function lastLine(cause: unknown): string {
  const said = cause instanceof ExecaError ? String(cause.stderr ?? '').trim() : '';
  return said.split('\n').at(-1) || messageOf(cause);
}

function interpreter(folder: string): string {
  return windows ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}
