import { existsSync } from 'node:fs';
import { copyFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { explainFailure } from './explain-failure.ts';
import { findPython, MINIMUM_PYTHON } from './find-python.ts';
import { defaultCache, findUv, toolRunner } from './uv.ts';

const SOURCE = 'requirements.in';
const LOCK = 'requirements.txt';

/** Pins with hashes, for every platform; no registry's host is in the file. */
const COMPILE = ['--generate-hashes', '--universal', '--no-emit-index-url', '--no-header', '--quiet'];

/**
 * Compiles a project's `requirements.in` into the `requirements.txt` that its Python steps run with. Pins that still fit
 * stay as they are, unless `upgrade` asks for the newest.
 *
 * @returns the path of the lock.
 * @throws PlatformError `notFound` without a requirements.in, `config` where no set of versions fits, `environment`
 * without Python or where the package index can't be reached.
 */
export async function lockRequirements(project: string, { upgrade = false } = {}): Promise<string> {
  const lock = join(project, LOCK);
  if (!existsSync(join(project, SOURCE))) {
    throw new PlatformError(`${join(project, SOURCE)} isn't there`, {
      code: 'notFound',
      hint: 'list the packages in it that the Python steps import, one per line',
    });
  }
  const { command } = await findPython();
  // In the project's folder: uv writes the path that it is given into the lock.
  const run = toolRunner({ cwd: project });
  const staged = `${LOCK}.tmp-${process.pid}`;
  try {
    const uv = await findUv(command, defaultCache(), run);
    if (existsSync(lock)) await copyFile(lock, join(project, staged));
    const newest = upgrade ? ['--upgrade'] : [];
    await run(uv, 'pip', 'compile', SOURCE, ...COMPILE, ...newest, '--python-version', MINIMUM_PYTHON, '-o', staged);
    await rename(join(project, staged), lock);
    return lock;
  } catch (cause) {
    throw explainFailure(`${join(project, SOURCE)} could not be locked`, cause);
  } finally {
    await rm(join(project, staged), { force: true });
  }
}
