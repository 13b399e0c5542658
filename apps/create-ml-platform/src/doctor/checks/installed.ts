import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject } from '../../render/json.ts';
import { LOCK } from '../../render/render.ts';
import type { Check } from '../check.ts';
import { broken, type Finding, ok, skipped } from '../finding.ts';
import { readText } from '../machine/files.ts';
import { packagesIn, summary } from './lock-file.ts';

const WHAT = 'node_modules';
/** Where npm writes down what it installed. */
const INSTALLED = 'node_modules/.package-lock.json';
const IN_MODULES = /(?:^|\/)node_modules\//;

/** What is installed is what package-lock.json names. */
export const installedCheck: Check = {
  group: 'Packages',
  title: WHAT,
  look: ({ folder }) => {
    const installed = packagesIn(readText(join(folder, INSTALLED)) ?? '');
    if (!installed) return [wrong('the packages are not installed')];
    const locked = packagesIn(readText(join(folder, LOCK)) ?? '');
    if (!locked) return [skipped(WHAT, `there is no ${LOCK} to compare it with`)];
    const problems = [...differences(locked, installed), ...absent(installed, folder)];
    return [problems.length > 0 ? wrong(summary(problems)) : ok(WHAT, `as in ${LOCK}`)];
  },
};

function wrong(found: string): Finding {
  return broken(WHAT, found, { wanted: `as in ${LOCK}`, mend: 'npm ci' });
}

/** Packages for other platforms are in the lock alone. */
function differences(locked: JsonObject, installed: JsonObject): string[] {
  return Object.entries(locked).flatMap(([path, entry]) => {
    const found = installed[path];
    if (path === '' || !isObject(entry)) return [];
    const name = path.replace(/^.*node_modules\//, '');
    if (!isObject(found)) return isOptional(entry) ? [] : [`${name} is missing`];
    if (found.version === entry.version) return [];
    return IN_MODULES.test(path) ? [`${name} is ${found.version}, locked is ${entry.version}`] : [];
  });
}

function isOptional({ optional, devOptional, peer, link }: JsonObject): boolean {
  return [optional, devOptional, peer, link].some((flag) => flag === true);
}

/** Written down as installed, and not there: somebody took it out by hand. */
function absent(installed: JsonObject, folder: string): string[] {
  const paths = Object.keys(installed).filter((path) => IN_MODULES.test(path));
  return paths
    .filter((path) => !existsSync(join(folder, path, 'package.json')))
    .map((path) => `${path} is not there any more`);
}
