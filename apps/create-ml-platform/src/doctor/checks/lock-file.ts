import { join } from 'node:path';
import { isObject, type JsonObject } from '../../render/json.ts';
import { LOCK } from '../../render/render.ts';
import type { Check } from '../check.ts';
import { broken, type Finding, ok } from '../finding.ts';
import { entriesOf, objectIn, readObject, readText } from '../machine/files.ts';

const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
const MEND = 'npm install';

/** package-lock.json is in step with every package.json, as `npm ci` wants it. */
export const lockCheck: Check = {
  group: 'Packages',
  title: LOCK,
  look: ({ folder }) => {
    const text = readText(join(folder, LOCK));
    if (text === undefined) return [wrong('not there')];
    const packages = packagesIn(text);
    if (!packages) return [wrong(/^<{7} /m.test(text) ? 'a merge left conflicts in it' : 'no lock of npm 7 or newer')];
    const problems = manifestsOf(folder).flatMap(([path, manifest]) => compare(path, manifest, packages));
    if (problems.length > 0) return [wrong(summary(problems))];
    return [ok(LOCK, 'in step with every package.json')];
  },
};

/** The packages that a text of npm's locks; undefined where it is none. */
export function packagesIn(text: string): JsonObject | undefined {
  try {
    const { packages } = JSON.parse(text) as JsonObject;
    return isObject(packages) ? packages : undefined;
  } catch {
    return undefined;
  }
}

/** The first of some problems, and how many more there are. */
export function summary(problems: readonly string[]): string {
  const [first = '', ...more] = problems;
  return more.length > 0 ? `${first}, and ${more.length} more` : first;
}

function wrong(found: string): Finding {
  return broken(LOCK, found, { wanted: 'in step with every package.json', mend: MEND });
}

/** The root's package.json and those of its workspaces, by folder. */
function manifestsOf(folder: string): [path: string, manifest: JsonObject][] {
  const root = readObject(join(folder, 'package.json')) ?? {};
  const patterns = Array.isArray(root.workspaces) ? root.workspaces.map(String) : [];
  const folders = patterns.flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return pattern.includes('*') ? [] : [pattern];
    const top = pattern.slice(0, -2);
    return entriesOf(join(folder, top)).map((name) => `${top}/${name}`);
  });
  const members = folders.flatMap((path): [string, JsonObject][] => {
    const manifest = readObject(join(folder, path, 'package.json'));
    return manifest ? [[path, manifest]] : [];
  });
  return [['', root], ...members];
}

function compare(path: string, manifest: JsonObject, packages: JsonObject): string[] {
  const locked = packages[path];
  const file = join(path, 'package.json').replaceAll('\\', '/');
  if (!isObject(locked)) return [`it does not know ${file}`];
  return FIELDS.flatMap((field) => {
    const [asked, known] = [objectIn(manifest, field), objectIn(locked, field)];
    const names = [...new Set([...Object.keys(asked), ...Object.keys(known)])].sort();
    return names
      .filter((name) => asked[name] !== known[name] || isOther(asked[name], versionOf(name, path, packages)))
      .map((name) => {
        const has = asked[name] === known[name] ? versionOf(name, path, packages) : known[name];
        return `${file} has ${name} ${asked[name] ?? 'no more'}, and the lock ${has ?? 'does not'}`;
      });
  });
}

/** Of an exact version: whether the lock resolves it to another one. */
function isOther(asked: unknown, locked: unknown): boolean {
  return typeof asked === 'string' && /^\d+\.\d+\.\d+$/.test(asked) && locked !== undefined && asked !== locked;
}

function versionOf(name: string, path: string, packages: JsonObject) {
  const entry = packages[`${path}/node_modules/${name}`] ?? packages[`node_modules/${name}`];
  return isObject(entry) ? entry.version : undefined;
}
