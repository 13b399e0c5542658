import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '@ml-platform/pipeline';

/** A file that changes, with its text before, if it was there, and after. */
export interface Change {
  /** From the workspace's folder. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** Changes that were decided on, and are carried out whatever happens. */
export interface Journal {
  /** Holds `changes.json` and, by its index there, the new text of each file that isn't placed yet. */
  readonly folder: string;
  readonly changes: readonly Change[];
}

/** Git ignores it; it is there while a generator writes. */
const JOURNALS = '.nx/generate';
const CHANGES = 'changes.json';
/** What isn't complete yet, or no more. */
const PART = '.part';

/** Where the new text of a change waits to be placed. */
export function stagedFile({ folder }: Journal, index: number): string {
  return join(folder, String(index));
}

/** Appears by one rename: until then nothing was begun. */
export function openJournal(root: string, changes: readonly Change[]): void {
  const folder = join(root, JOURNALS, `${process.pid}-${Date.now()}`);
  const part = `${folder}${PART}`;
  mkdirSync(part, { recursive: true });
  for (const [index, { path, after }] of changes.entries()) {
    const staged = stagedFile({ folder: part, changes }, index);
    writeFileSync(staged, after);
    const there = statSync(join(root, path), { throwIfNoEntry: false });
    if (there) chmodSync(staged, there.mode);
  }
  writeFileSync(join(part, CHANGES), JSON.stringify(changes));
  renameSync(part, folder);
}

/** Those that are open, the oldest first; without one it is a look at the disk. */
export function openJournals(root: string): Journal[] {
  const parent = join(root, JOURNALS);
  if (!existsSync(parent)) return [];
  const names = readdirSync(parent);
  for (const name of names.filter(isLeftOver)) rmSync(join(parent, name), { recursive: true, force: true });
  return names
    .filter((name) => !name.endsWith(PART))
    .toSorted((one, other) => openedAt(one) - openedAt(other))
    .flatMap((name) => readJournal(join(parent, name)) ?? []);
}

/** By one rename: what is left of it then is no journal. Another process may have been first. */
export function closeJournal({ folder }: Journal): void {
  const part = `${folder}${PART}`;
  unlessGone(() => renameSync(folder, part));
  rmSync(part, { recursive: true, force: true });
}

/** What work gives; `undefined` where the file that it is about is not there, or no more. */
export function unlessGone<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

function readJournal(folder: string): Journal | undefined {
  const text = unlessGone(() => readFileSync(join(folder, CHANGES), 'utf8'));
  return text === undefined ? undefined : { folder, changes: JSON.parse(text) as Change[] };
}

function isLeftOver(name: string): boolean {
  return name.endsWith(PART) && !isRunning(Number.parseInt(name, 10));
}

function openedAt(name: string): number {
  return Number(name.split('-')[1]);
}
