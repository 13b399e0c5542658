import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Store } from './object-store.ts';
import { openStore } from './open-store.ts';

type Files = Map<string, Buffer>;
/** Does the same to a store and to a map. */
type Action = (store: Store, files: Files) => Promise<void>;

// A file and a folder of the same name can't be both in a file system: the sets are apart.
const folder = fc.constantFrom('', 'f/', 'f/g/', 'f-/', 'é ü/');
const path = fc.tuple(folder, fc.constantFrom('a', 'b', 'a.b', 'a-', 'ß%20')).map(([at, name]) => `${at}${name}`);
const prefix = fc.oneof(folder, path, fc.constantFrom('f', 'a', 'x/'));
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.tuple(path, bytes).map(
    ([at, content]): Action =>
      async (store, files) => {
        await store.write(at, content);
        files.set(at, content);
      },
  ),
  fc.tuple(path, bytes).map(
    ([at, content]): Action =>
      async (store, files) => {
        const outcome = await outcomeOf(store.write(at, content, { ifAbsent: true }));
        expect(outcome).toBe(files.has(at) ? 'busy' : undefined);
        if (outcome === undefined) files.set(at, content);
      },
  ),
  fc.tuple(path, path).map(
    ([from, to]): Action =>
      async (store, files) => {
        expect(await outcomeOf(store.copy(from, to))).toBe(files.has(from) ? undefined : 'notFound');
        const content = files.get(from);
        if (content !== undefined) files.set(to, content);
      },
  ),
  fc.tuple(path, path).map(
    ([from, to]): Action =>
      async (store, files) => {
        expect(await outcomeOf(store.move(from, to))).toBe(files.has(from) ? undefined : 'notFound');
        const content = files.get(from);
        files.delete(from);
        if (content !== undefined) files.set(to, content);
      },
  ),
  prefix.map(
    (start): Action =>
      async (store, files) => {
        await store.remove(start);
        for (const at of files.keys()) if (at.startsWith(start)) files.delete(at);
      },
  ),
);

test('a store is a map from paths to bytes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 12 }),
      prefix,
      fc.tuple(fc.nat(250), fc.nat(250)),
      async (actions, start, [from, length]) => {
        const at = await mkdtemp(join(tmpdir(), 'store-'));
        const store = await openStore(pathToFileURL(at).href);
        const files: Files = new Map();
        for (const act of actions) await act(store, files);
        const paths = [...files.keys()].filter((one) => one.startsWith(start)).sort();
        expect(await store.list(start)).toEqual(paths);
        const entries = [];
        for await (const { path, size } of store.entries(start)) entries.push([path, size]);
        expect(entries).toEqual(paths.map((one) => [one, files.get(one)?.length]));
        for (const [one, content] of files) {
          expect(await store.read(one)).toEqual(content);
          const range = { start: from, end: from + length };
          expect(await store.read(one, { range })).toEqual(content.subarray(from, from + length));
        }
        await rm(at, { recursive: true });
      },
    ),
    { numRuns: 60 },
  );
});

async function outcomeOf(work: Promise<void>): Promise<string | undefined> {
  return work.catch((error: { code: string }) => error.code) as Promise<string | undefined>;
}
