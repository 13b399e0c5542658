import { compareAsNpm } from './npm-order.ts';
import { OWN_NAME, renameText } from './rename.ts';
import { inNpmOrder, type LockFile, printLock } from './lock-file.ts';

/**
 * A lock file as far as it can be worked out before a project's name is known. Pruning takes as long as all the rest of
 * a rendering, so it is done when the template is packed, once for each set of workspaces that a project can have.
 */
export interface LockIndex {
  /** Byte in the lock file at which the first entry of `packages` begins. */
  readonly start: number;
  /** Each entry with the byte at which its text ends (a comma and a line break follow), and whether it has our name. */
  readonly entries: readonly (readonly [path: string, end: number, named: 0 | 1])[];
  /** By the folders of the project's workspaces: see `variantKey`. */
  readonly variants: Readonly<Record<string, LockVariant>>;
}

/** What a project's lock file lacks, and where it says something else. */
export interface LockVariant {
  readonly dropped: readonly string[];
  /** Texts of entries by path. */
  readonly changed: Readonly<Record<string, string>>;
}

/** Names a set of workspaces, by their folders in any order. */
export function variantKey(folders: Iterable<string>): string {
  return [...folders].sort().join(' ');
}

/** The index of a lock file as npm writes it; `pruned` are the same for projects that have fewer workspaces. */
export function indexLock(lock: LockFile, pruned: Readonly<Record<string, LockFile>>): LockIndex {
  const own = entryTexts(lock);
  const start = printLock({ ...lock, packages: {} }).lastIndexOf('{}') + 2;
  let end = start - 2;
  const entries = [...own].map(([path, text]): LockIndex['entries'][number] => {
    end += Buffer.byteLength(text) + 2;
    return [path, end, text.includes(OWN_NAME) ? 1 : 0];
  });
  const variants = Object.entries(pruned).map(([key, one]): [string, LockVariant] => [key, difference(own, one)]);
  return { start, entries, variants: Object.fromEntries(variants) };
}

function difference(own: ReadonlyMap<string, string>, pruned: LockFile): LockVariant {
  const texts = entryTexts(pruned);
  const dropped = [...own.keys()].filter((path) => !texts.has(path));
  const changed = [...texts].filter(([path, text]) => own.get(path) !== text);
  return { dropped, changed: Object.fromEntries(changed) };
}

function entryTexts({ packages }: LockFile): Map<string, string> {
  return new Map(Object.entries(packages).map(([path, entry]) => [path, entryText(path, entry)]));
}

/** One entry as it stands in the file, without the comma. */
function entryText(path: string, entry: unknown): string {
  return `    ${JSON.stringify(path)}: ${JSON.stringify(entry, null, 2).replaceAll('\n', '\n    ')}`;
}

export interface IndexedLock {
  readonly content: Uint8Array;
  /** The paths of its packages, in no order. */
  readonly paths: readonly string[];
}

/** An entry that has the project's name in it: its text, and so its place among the others, differs by project. */
interface NamedEntry {
  /** Its path in this repository's lock file. */
  readonly was: string;
  readonly path: string;
  readonly text: string;
  /** How many entries of the index stand before it. */
  readonly place: number;
}

/**
 * The lock file of a project of that name, byte for byte as `projectLock` and `printLock` give it. Plain loops: a
 * project is made in so short a time that no function in it gets compiled to machine code.
 */
export function readIndexedLock(
  content: Uint8Array,
  { start, entries }: LockIndex,
  { dropped, changed }: LockVariant,
  name: string,
): IndexedLock {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const gone = new Set(dropped);
  const named = namedEntries(bytes, { start, entries }, changed, name).filter(({ was }) => !gone.has(was));
  const parts: Uint8Array[] = [];
  const paths: string[] = [];
  let [run, next, begin] = [-1, 0, start];
  const add = (part: Uint8Array) => parts.push(...(parts.length > 0 ? [COMMA, part] : [part]));
  /** Ends the part of the file in which entry followed on entry. */
  const endRun = () => {
    if (run >= 0) add(bytes.subarray(run, begin - 2));
    run = -1;
  };
  for (let at = 0; at <= entries.length; at++) {
    for (let entry = named[next]; entry?.place === at; entry = named[++next]) {
      endRun();
      add(Buffer.from(entry.text));
      paths.push(entry.path);
    }
    const entry = entries[at];
    if (entry === undefined) break;
    const path = entry[0];
    const text = changed[path];
    if (entry[2] === 1 || text !== undefined || gone.has(path)) endRun();
    else if (run < 0) run = begin;
    if (entry[2] === 0 && !gone.has(path)) paths.push(path);
    if (entry[2] === 0 && text !== undefined) add(Buffer.from(text));
    begin = entry[1] + 2;
  }
  endRun();
  const head = Buffer.from(renameText(bytes.toString('utf8', 0, start), name));
  return { content: Buffer.concat([head, ...parts, TAIL]), paths };
}

const COMMA = Buffer.from(',\n');
const TAIL = Buffer.from('\n  }\n}\n');

/** In the order of their new paths. */
function namedEntries(
  bytes: Buffer,
  { start, entries }: Pick<LockIndex, 'start' | 'entries'>,
  changed: LockVariant['changed'],
  name: string,
): NamedEntry[] {
  const named: NamedEntry[] = [];
  let begin = start;
  for (let at = 0; at < entries.length; at++) {
    const [was = '', end = 0, isNamed] = entries[at] ?? [];
    if (isNamed === 1) named.push(renamed(was, changed[was] ?? bytes.toString('utf8', begin, end), name, entries));
    begin = end + 2;
  }
  return named.sort((a, b) => compareAsNpm(a.path, b.path));
}

function renamed(was: string, text: string, name: string, entries: LockIndex['entries']): NamedEntry {
  const [[path, entry] = ['', {}]] = Object.entries<unknown>(JSON.parse(`{${renameText(text, name)}}`));
  return { was, path, text: entryText(path, inNpmOrder(entry)), place: placeOf(path, entries) };
}

/** How many of the entries stand before `path`, by halving. Those with our own name stand where a project has its own. */
function placeOf(path: string, entries: LockIndex['entries']): number {
  let [from, to] = [0, entries.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compareAsNpm(entries[middle]?.[0] ?? '', path) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
