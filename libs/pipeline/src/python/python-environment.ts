import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { isRunning } from '../process/is-running.ts';
import { explainFailure } from './explain-failure.ts';
import { findPython } from './find-python.ts';
import { defaultCache, findUv, interpreter, toolRunner } from './uv.ts';

export interface EnvironmentOptions {
  /** Folder that environments are kept in, shared by every checkout. */
  readonly cache?: string;
  readonly log?: (message: string) => void;
  /** Stops the making of a new environment. */
  readonly signal?: AbortSignal;
}

/** Names a folder with an environment that is ready, and from which nothing deviates. */
const SEALED = 'ML_PYTHON_ENVIRONMENT';

/**
 * The interpreter of the environment that a hashed requirements file describes; made on first use (minutes on a slow
 * network), found by the hash of the file and the Python version afterwards (milliseconds). Where ML_PYTHON_ENVIRONMENT
 * names one that was made before, as in an image, it is that one or none.
 *
 * @throws PlatformError `environment` without Python, with one older than 3.11, when packages can't be fetched, or where
 * the one that is named was made of other requirements.
 */
export async function pythonEnvironment(requirements: string, options: EnvironmentOptions = {}): Promise<string> {
  const sealed = process.env[SEALED];
  if (sealed) return sealedEnvironment(sealed, requirements);
  const { cache = defaultCache(), log = () => undefined, signal } = options;
  const python = await findPython();
  const text = await readRequirements(requirements);
  const key = createHash('sha256').update(`${python.version}\n${process.arch}\n${text}`).digest('hex').slice(0, 16);
  const target = join(cache, 'python', key);
  if (!existsSync(target)) {
    log(`making the Python ${python.version} environment of ${requirements} (once)`);
    await build(target, requirements, python.command, { cache, signal });
  }
  return interpreter(target);
}

async function readRequirements(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new PlatformError(`a Python step needs ${file}, which isn't there`, {
      code: 'config',
      hint: `list its packages in requirements.in, then lock them: npx platform lock ${basename(dirname(file))}`,
      cause,
    });
  });
}

/** An environment's folder holds the requirements that it was made of. */
async function sealedEnvironment(folder: string, requirements: string): Promise<string> {
  const made = await readFile(join(folder, 'requirements.txt'), 'utf8').catch(() => undefined);
  if (made === (await readRequirements(requirements))) return interpreter(folder);
  const what = made === undefined ? 'holds no environment' : `was made of other requirements than ${requirements}`;
  throw new PlatformError(`${SEALED} is ${folder}, which ${what}`, {
    code: 'environment',
    hint: `build the image again, or unset ${SEALED} where the environment may be made now`,
  });
}

/** Built beside and renamed: of two that build at once, one is kept, and a kill leaves no half environment. */
async function build(
  target: string,
  requirements: string,
  python: string,
  { cache, signal }: { readonly cache: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const run = toolRunner({ signal });
  const staging = `${target}.tmp-${process.pid}`;
  try {
    await mkdir(join(cache, 'python'), { recursive: true });
    for (const folder of [cache, join(cache, 'python')]) await removeLeftovers(folder);
    const uv = await findUv(python, cache, run);
    await run(uv, 'venv', '--quiet', '--relocatable', '--python', python, staging);
    const into = ['--python', interpreter(staging), '-r', requirements];
    await run(uv, 'pip', 'install', '--quiet', '--require-hashes', ...into);
    await rename(staging, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
  } catch (cause) {
    throw explainFailure(`the Python environment of ${requirements} could not be made`, cause);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** What a killed run left is as large as an environment. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(/\.tmp-(\d+)$/.exec(name)?.[1]);
    if (pid > 0 && !isRunning(pid)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
