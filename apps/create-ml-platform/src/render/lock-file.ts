import { isObject, type JsonObject } from './json.ts';
import { dependencyMarks, type LockEntries, type LockEntry, MARK } from './lock-marks.ts';
import { compareAsNpm } from './npm-order.ts';

export interface LockFile {
  packages: LockEntries;
  [field: string]: unknown;
}

/** The project's package.json files by folder; the root's under ''. */
export type Manifests = ReadonlyMap<string, JsonObject>;

/**
 * The lock file of a project that has only some of the workspaces: without what none of them reaches any more, and
 * exactly as npm writes it, so that the next `npm install` changes nothing.
 */
export function projectLock(lock: LockFile, manifests: Manifests): LockFile {
  const entries: LockEntries = {};
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (isKept(path, entry, manifests)) entries[path] = withDependencies(entry, manifests.get(path));
  }
  const marks = dependencyMarks(entries);
  const kept = Object.entries(entries).filter(([path]) => !((marks.get(path) ?? 0) & MARK.extraneous));
  const marked = kept.map(([path, entry]): [string, LockEntry] => [path, withMarks(entry, marks.get(path) ?? 0)]);
  marked.sort(([a], [b]) => compareAsNpm(a, b));
  return { ...lock, ...rootFields(entries['']), packages: Object.fromEntries(marked) };
}

/** The lock file repeats the root's name and version at its top. */
function rootFields({ name, version }: LockEntry = {}): Record<string, unknown> {
  return { ...(name === undefined ? {} : { name }), ...(version === undefined ? {} : { version }) };
}

function isKept(path: string, entry: LockEntry, manifests: Manifests): boolean {
  const workspace = entry.link ? (entry.resolved ?? '') : workspaceOf(path);
  return manifests.has(workspace);
}

/** The workspace that a package is installed in or that the path is; '' is the root. */
function workspaceOf(path: string): string {
  const installed = path.indexOf('node_modules/');
  return installed < 0 ? path : path.slice(0, Math.max(0, installed - 1));
}

/** A workspace's entry repeats parts of its package.json; the other fields stay as npm wrote them. */
function withDependencies(entry: LockEntry, manifest: JsonObject | undefined): LockEntry {
  if (!manifest) return entry;
  const fields: LockEntry = { ...entry };
  for (const field of [
    'dependencies',
    'devDependencies',
    'optionalDependencies',
    'peerDependencies',
    'workspaces',
    'license',
  ]) {
    const value = manifest[field];
    const isEmpty = value === undefined || (isObject(value) && Object.keys(value).length === 0);
    if (!isEmpty || field in entry) fields[field] = isEmpty ? undefined : value;
  }
  return fields;
}

/** The entry itself where nothing changes: npm has put its keys in order already. */
function withMarks(entry: LockEntry, mark: number): LockEntry {
  if (entry.link) return entry;
  const isWorkspace = entry.integrity === undefined && !entry.optional;
  if (!isWorkspace && marksOf(entry) === (mark & ~MARK.extraneous)) return entry;
  const marks = MARKS.map((key): [string, true | undefined] => [key, mark & MARK[key] ? true : undefined]);
  return inNpmOrder({ ...entry, ...Object.fromEntries(marks) }) as LockEntry;
}

const MARKS = ['dev', 'optional', 'devOptional', 'peer'] as const;

function marksOf(entry: LockEntry): number {
  return MARKS.reduce((marks, key) => (entry[key] === true ? marks | MARK[key] : marks), 0);
}

const FIRST_KEYS = [
  'name',
  'version',
  'lockfileVersion',
  'resolved',
  'integrity',
  'requires',
  'packages',
  'dependencies',
];

/** npm's own text of a lock file whose entries are in npm's order. */
export function printLock(lock: LockFile): string {
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/** npm's order: plain values before objects, a few keys first, the rest by the alphabet, at every level. */
export function inNpmOrder(value: unknown): unknown {
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a, itemA], [b, itemB]) => rank(itemA) - rank(itemB) || compareKeys(a, b));
  return Object.fromEntries(entries.map(([key, item]) => [key, inNpmOrder(item)]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function rank(item: unknown): number {
  return isPlain(item) ? 1 : 0;
}

function compareKeys(a: string, b: string): number {
  const [first, second] = [FIRST_KEYS.indexOf(a), FIRST_KEYS.indexOf(b)];
  if (first >= 0 && second >= 0) return first - second;
  if (first >= 0 || second >= 0) return second - first;
  return compareAsNpm(a, b);
}
