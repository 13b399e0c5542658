import { realpath, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { DvcError } from '../failures/dvc-error.ts';
import { runProcess } from './run-process.ts';

/** The output that this package reads was seen with the first; the second may change it. */
const SUPPORTED = { from: '3.67.0', below: '4.0.0' } as const;
const RANGE = `>=${SUPPORTED.from} and <${SUPPORTED.below}`;
const EXTENSIONS = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];

const versions = new Map<string, Promise<string>>();

/**
 * DVC's path and version. A version is asked for once while the executable stays as it is, since Python takes 0.3 s to
 * tell it.
 *
 * @throws DvcError `noDvc` where there is none, `wrongVersion` for one that isn't supported.
 */
export async function findDvc(
  command: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly path: string; readonly version: string }> {
  const path = await findExecutable(command, env.PATH ?? process.env.PATH ?? '');
  if (path === undefined) {
    const where = /[/\\]/.test(command) ? `${command} isn't there` : `there is no '${command}' on this machine's PATH`;
    throw new DvcError(where, { reason: 'noDvc' });
  }
  const key = `${path} ${(await stat(await realpath(path))).mtimeMs}`;
  const asked = versions.get(key) ?? askVersion(path, env);
  versions.set(key, asked);
  try {
    return { path, version: await asked };
  } catch (error) {
    versions.delete(key);
    throw error;
  }
}

async function findExecutable(command: string, searched: string): Promise<string | undefined> {
  const isPath = /[/\\]/.test(command);
  const places = isPath ? [resolve(command)] : searched.split(delimiter).map((folder) => join(folder, command));
  for (const place of places.flatMap((one) => EXTENSIONS.map((extension) => one + extension))) {
    const found = await stat(place).catch(() => undefined);
    if (found?.isFile()) return place;
  }
  return undefined;
}

async function askVersion(path: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout, stderr, code } = await runProcess(path, ['--version'], { cwd: process.cwd(), env });
  const version = /^\d+\.\d+\.\d+/.exec(stdout.trim())?.[0];
  if (version !== undefined && isSupported(version)) return version;
  const found = version ?? `no DVC: ${(stdout || stderr || code || 'it says nothing').split('\n')[0]}`;
  throw new DvcError(`${path} is ${found}, expected a version ${RANGE}`, { reason: 'wrongVersion' });
}

export function isSupported(version: string): boolean {
  return compare(version, SUPPORTED.from) >= 0 && compare(version, SUPPORTED.below) < 0;
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number));
  const differences = [0, 1, 2].map((index) => (left?.[index] ?? 0) - (right?.[index] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}
