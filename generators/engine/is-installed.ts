import { existsSync, readFileSync } from 'node:fs';
import { posix, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/** What npm writes when all else is done: for the team, and for itself. */
const LOCKS = ['package-lock.json', 'node_modules/.package-lock.json'];

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Whether npm has installed a project as its package.json has it now; in a workspace without npm's lock file, that is left to the team. */
export function isInstalled(root: string, manifest: string): boolean {
  if (!existsSync(join(root, 'package-lock.json'))) return true;
  const wanted = dependencies(readJson(join(root, manifest)) as Manifest);
  return LOCKS.every((lock) => {
    const { packages = {} } = readJson(join(root, lock)) as { packages?: Record<string, Manifest> };
    const known = packages[posix.dirname(manifest)];
    return known !== undefined && isDeepStrictEqual(dependencies(known), wanted);
  });
}

function dependencies({ dependencies = {}, devDependencies = {} }: Manifest): object {
  return { dependencies, devDependencies };
}

function readJson(path: string): object {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}
