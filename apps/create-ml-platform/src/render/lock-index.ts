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
  /** The entries' paths, a line each: one text is read sooner than a list. */
  readonly paths: string;
  /** The byte at which each entry's text ends; a comma and a line break follow. */
  readonly ends: readonly number[];
  /** The entries that have our name, by their place: whether another name can change the order of their keys. */
  readonly named: Readonly<Record<number, 'reorders' | 'stays'>>;
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
  const ends: number[] = [];
  const named: Record<number, 'reorders' | 'stays'> = {};
  for (const text of own.values()) {
    if (text.includes(OWN_NAME)) named[ends.length] = hasNameAsKey(text) ? 'reorders' : 'stays';
    ends.push((ends.at(-1) ?? start - 2) + Buffer.byteLength(text) + 2);
  }
  const variants = Object.entries(pruned).map(([key, one]): [string, LockVariant] => [key, difference(own, one)]);
  return { start, paths: [...own.keys()].join('\n'), ends, named, variants: Object.fromEntries(variants) };
}

/** In a line of its own below the entry's first, which is its path. */
function hasNameAsKey(text: string): boolean {
  return text.includes(`\n        "@${OWN_NAME}/`);
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
  readonly path: string;
  readonly text: string;
  /** How many of the old entries stand before it. */
  readonly place: number;
}

/**
 * The lock file of a project of that name, byte for byte as `projectLock` and `printLock` give it. Plain loops: a
 * project is made in so short a time that no function in it gets compiled to machine code.
 */
export function readIndexedLock(
  content: Uint8Array,
  index: LockIndex,
  variant: LockVariant,
  name: string,
): IndexedLock {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const old = index.paths.split('\n');
  const gone = new Set(variant.dropped);
  const named = namedEntries({ bytes, old, index, variant, name });
  const parts: Uint8Array[] = [];
  const paths: string[] = [];
  let [run, next, begin] = [-1, 0, index.start];
  const add = (part: Uint8Array) => parts.push(...(parts.length > 0 ? [COMMA, part] : [part]));
  /** Ends the part of the file in which entry followed on entry. */
  const endRun = () => {
    if (run >= 0) add(bytes.subarray(run, begin - 2));
    run = -1;
  };
  for (let at = 0; at <= old.length; at++) {
    for (let entry = named[next]; entry?.place === at; entry = named[++next]) {
      endRun();
      add(Buffer.from(entry.text));
      paths.push(entry.path);
    }
    const path = old[at];
    if (path === undefined) break;
    const text = variant.changed[path];
    const isFixed = !(at in index.named) && !gone.has(path);
    if (!isFixed || text !== undefined) endRun();
    else if (run < 0) run = begin;
    if (isFixed) paths.push(path);
    if (isFixed && text !== undefined) add(Buffer.from(text));
    begin = (index.ends[at] ?? 0) + 2;
  }
  endRun();
  const head = Buffer.from(renameText(bytes.toString('utf8', 0, index.start), name));
  return { content: Buffer.concat([head, ...parts, TAIL]), paths };
}

const COMMA = Buffer.from(',\n');
const TAIL = Buffer.from('\n  }\n}\n');

interface Renaming {
  readonly bytes: Buffer;
  /** The paths of the index. */
  readonly old: readonly string[];
  readonly index: LockIndex;
  readonly variant: LockVariant;
  readonly name: string;
}

/** Those that the project keeps, in the order of their new paths. */
function namedEntries({ bytes, old, index, variant: { dropped, changed }, name }: Renaming): NamedEntry[] {
  const places = Object.keys(index.named).map(Number);
  const kept = places.filter((at) => !dropped.includes(old[at] ?? ''));
  const named = kept.map((at): NamedEntry => {
    const was = old[at] ?? '';
    const begin = (index.ends[at - 1] ?? index.start - 2) + 2;
    const text = renameText(changed[was] ?? bytes.toString('utf8', begin, index.ends[at]), name);
    const path = renameText(was, name);
    return { path, text: index.named[at] === 'reorders' ? inOrder(text) : text, place: placeOf(path, old) };
  });
  return named.sort((a, b) => compareAsNpm(a.path, b.path));
}

function inOrder(text: string): string {
  const [[path, entry] = ['', {}]] = Object.entries<unknown>(JSON.parse(`{${text}}`));
  return entryText(path, inNpmOrder(entry));
}

/** How many of the old paths stand before `path`, by halving. Those with our own name stand where a project has its own. */
function placeOf(path: string, old: readonly string[]): number {
  let [from, to] = [0, old.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compareAsNpm(old[middle] ?? '', path) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
