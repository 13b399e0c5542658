import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { finishInterrupted } from './finish-interrupted.ts';
import type { Change } from './journal.ts';
import { finishPlacing, placeFiles } from './place-files.ts';

const CHANGES: readonly Change[] = [
  { path: 'apps/sales/src/steps/clean.ts', before: undefined, after: 'clean\n' },
  { path: 'apps/sales/src/steps/clean.sql', before: undefined, after: '' },
  { path: 'apps/sales/package.json', before: '{}\n', after: '{ "dependencies": {} }\n' },
  { path: 'apps/sales/src/pipeline.ts', before: 'one step\n', after: 'one step\nclean\n' },
];
const BEFORE = state('before');
const AFTER = state('after');
/** All that changes the disk. */
const CALLS = ['chmodSync', 'copyFileSync', 'mkdirSync', 'renameSync', 'rmSync', 'writeFileSync'] as const;

let folders: string[];
beforeEach(() => {
  folders = [];
});
afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

test('files are made and changed, and keep their modes', () => {
  const root = workspace();
  chmodSync(join(root, 'apps/sales/package.json'), 0o755);
  placeFiles(root, CHANGES);
  expect(contents(root)).toEqual(AFTER);
  expect(statSync(join(root, 'apps/sales/package.json')).mode & 0o777).toBe(0o755);
  expect(readdirSync(join(root, '.nx/generate'))).toEqual([]);
});

test('ended at any moment, and again at any moment of the rest: each file is whole, and in the end all are as they were, or all are done', () => {
  const outcomes = new Set<string>();
  let isWhole = false;
  for (let first = 0; !isWhole; first++) {
    for (let second = 0, isFinished = false; !isFinished; second++) {
      const root = workspace();
      isWhole = !endsAfter(first, () => placeFiles(root, CHANGES));
      expectWholeFiles(root);
      isFinished = !endsAfter(second, () => finishPlacing(root));
      expectWholeFiles(root);
      finishPlacing(root);
      const isUndone = !existsSync(join(root, 'apps/sales/src/steps/clean.ts'));
      expect(contents(root)).toEqual(isUndone ? BEFORE : AFTER);
      outcomes.add(isUndone ? 'as it was' : 'done');
    }
  }
  expect(outcomes).toEqual(new Set(['as it was', 'done']));
});

test('what somebody edits before the rest is done stays, and is named', () => {
  const root = workspace();
  endsAfter(callsUntilPlaced(1), () => placeFiles(root, CHANGES));
  writeFileSync(join(root, 'apps/sales/src/pipeline.ts'), 'ours\n');
  expect(finishPlacing(root)).toEqual({
    placed: ['apps/sales/src/steps/clean.sql', 'apps/sales/package.json'],
    left: ['apps/sales/src/pipeline.ts'],
  });
  expect(contents(root)).toEqual({ ...AFTER, 'apps/sales/src/pipeline.ts': 'ours\n' });
  expect(finishPlacing(root)).toEqual({ placed: [], left: [] });
});

test('the rest is done once, and told', () => {
  const root = workspace();
  endsAfter(callsUntilPlaced(3), () => placeFiles(root, CHANGES));
  expect(told(() => finishInterrupted(root))).toBe(
    'a generator had been interrupted; its other files are written now: apps/sales/src/pipeline.ts\n',
  );
  expect(told(() => finishInterrupted(root))).toBe('');
});

test('where a file is not any more what it was, none is written', () => {
  const root = workspace();
  writeFileSync(join(root, 'apps/sales/src/pipeline.ts'), 'ours\n');
  expect(() => placeFiles(root, CHANGES)).toThrow(
    'edited by somebody else at the same moment, and left so: apps/sales/src/pipeline.ts',
  );
  expect(contents(root)).toEqual({ ...BEFORE, 'apps/sales/src/pipeline.ts': 'ours\n' });
});

test('a file that is a link stays one, and a project may be a link to another disk', () => {
  const root = workspace();
  const elsewhere = temporaryFolder(existsSync('/dev/shm') ? '/dev/shm' : tmpdir());
  fs.cpSync(join(root, 'apps/sales'), elsewhere, { recursive: true });
  rmSync(join(root, 'apps/sales'), { recursive: true });
  symlinkSync(elsewhere, join(root, 'apps/sales'));
  fs.renameSync(join(elsewhere, 'package.json'), join(elsewhere, 'own.json'));
  symlinkSync('own.json', join(elsewhere, 'package.json'));
  placeFiles(root, CHANGES);
  expect(contents(root)).toEqual(AFTER);
  expect(readFileSync(join(elsewhere, 'own.json'), 'utf8')).toBe('{ "dependencies": {} }\n');
});

function temporaryFolder(parent = tmpdir()): string {
  const folder = realpathSync(mkdtempSync(join(parent, 'placing-')));
  folders.push(folder);
  return folder;
}

function workspace(): string {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(BEFORE)) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function state(when: 'before' | 'after'): Record<string, string | undefined> {
  return Object.fromEntries(CHANGES.map((change) => [change.path, change[when]]));
}

function contents(root: string): Record<string, string | undefined> {
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  return Object.fromEntries(CHANGES.map(({ path }) => [path, read(join(root, path))]));
}

function expectWholeFiles(root: string): void {
  for (const [path, text] of Object.entries(contents(root))) expect([BEFORE[path], AFTER[path]]).toContain(text);
}

/** Ends `work` when it is about to change the disk for the so-many-th time and one: as a kill does, since it clears nothing up. */
function endsAfter(count: number, work: () => void): boolean {
  const real = Object.fromEntries(CALLS.map((name) => [name, fs[name]]));
  const end = new Error('ended');
  let calls = 0;
  for (const name of CALLS) {
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        if (calls++ >= count) throw end;
        return (real[name] as (...args: unknown[]) => unknown)(...args);
      },
    });
  }
  syncBuiltinESMExports();
  try {
    work();
    return false;
  } catch (thrown) {
    if (thrown !== end) throw thrown;
    return true;
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
}

/** How often the disk is changed until so many files are in place. */
function callsUntilPlaced(files: number): number {
  for (let count = 0; ; count++) {
    const root = workspace();
    endsAfter(count, () => placeFiles(root, CHANGES));
    const placed = Object.entries(contents(root)).filter(([path, text]) => text === AFTER[path]);
    if (placed.length === files) return count;
  }
}

function told(work: () => void): string {
  const texts: string[] = [];
  const { write } = process.stderr;
  process.stderr.write = (text) => texts.push(String(text)) > 0;
  try {
    work();
  } finally {
    process.stderr.write = write;
  }
  return texts.join('');
}
