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

/** An entry, or several on end: a part of the lock file that stays as it is, or a text of its own. */
interface Piece {
  readonly path: string;
  readonly begin: number;
  readonly end: number;
  readonly text?: string;
}

/** The lock file of a project of that name, byte for byte as `projectLock` and `printLock` give it. */
export function readIndexedLock(
  content: Uint8Array,
  index: LockIndex,
  { dropped, changed }: LockVariant,
  name: string,
): IndexedLock {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const gone = new Set(dropped);
  const fixed: Piece[] = [];
  const named: Piece[] = [];
  let begin = index.start;
  for (const [path, end, isNamed] of index.entries) {
    const text = changed[path];
    if (isNamed) {
      if (!gone.has(path)) named.push(renamed(text ?? bytes.toString('utf8', begin, end), name));
    } else if (!gone.has(path)) fixed.push({ path, begin, end, ...(text !== undefined && { text }) });
    begin = end + 2;
  }
  const entries = merge(fixed, named.sort(byPath));
  const head = Buffer.from(renameText(bytes.toString('utf8', 0, index.start), name));
  const texts = joined(entries).map((piece) => asBytes(piece, bytes));
  return { content: Buffer.concat([head, ...texts, TAIL]), paths: entries.map(({ path }) => path) };
}

const TAIL = Buffer.from('\n  }\n}\n');

function renamed(text: string, name: string): Piece {
  const [[path, entry] = ['', {}]] = Object.entries<unknown>(JSON.parse(`{${renameText(text, name)}}`));
  return { path, begin: -1, end: -1, text: entryText(path, inNpmOrder(entry)) };
}

/** Parts that follow each other in the file become one; whatever else follows another gets a comma before it. */
function joined(entries: readonly Piece[]): Piece[] {
  const pieces: Piece[] = [];
  for (const entry of entries) {
    const last = pieces.at(-1);
    const follows = last && !last.text && !entry.text && last.end + 2 === entry.begin;
    if (follows) pieces[pieces.length - 1] = { ...last, end: entry.end };
    else {
      pieces.push(...(last ? [COMMA, entry] : [entry]));
    }
  }
  return pieces;
}

const COMMA: Piece = { path: '', begin: -1, end: -1, text: ',\n' };

function asBytes({ begin, end, text }: Piece, bytes: Buffer): Uint8Array {
  return text === undefined ? bytes.subarray(begin, end) : Buffer.from(text);
}

/** Puts the few named entries among the many fixed ones; both are in order. */
function merge(fixed: readonly Piece[], named: readonly Piece[]): Piece[] {
  const merged: Piece[] = [];
  let from = 0;
  for (const entry of named) {
    const to = placeOf(entry, fixed, from);
    merged.push(...fixed.slice(from, to), entry);
    from = to;
  }
  return [...merged, ...fixed.slice(from)];
}

/** How many of `fixed` stand before the entry, at least `from`: by halving. */
function placeOf(entry: Piece, fixed: readonly Piece[], from: number): number {
  let low = from;
  let high = fixed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = fixed[middle];
    if (other && byPath(other, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byPath(a: Piece, b: Piece): number {
  return compareAsNpm(a.path, b.path);
}
