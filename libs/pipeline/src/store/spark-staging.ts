import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStore } from '@ml-platform/storage';
import { upstream } from '../document/check-document.ts';
import type { OutputReference } from '../document/document.ts';
import { noteStored, type StoredFile, storedFiles } from '../runner/in-store.ts';
import { artifactPath } from '../runner/layout.ts';
import { toPosix } from '../workspace/to-posix.ts';
import { inTurns } from './in-turns.ts';
import type { StagedStep, Staging } from './run-staged.ts';
import { storeStaging } from './store-staging.ts';

/**
 * Artifacts of a step that a service runs: what the step itself reads and leaves stays in the store, with a note in its place
 * on this machine; what the runner reads (metrics of gates, a list, skip markers) is fetched.
 */
export function sparkStaging(store: ObjectStore): Staging {
  const staging = storeStaging(withNotes(store));
  return {
    fetch: async (staged) => {
      const { step, options } = staged;
      // What these put together has to be at hand.
      if (options.collect || options.bestTrial) return staging.fetch(staged);
      await staging.fetch({ ...staged, step: { ...step, inputs: {}, after: upstream(step) } });
      for (const { from } of Object.values(step.inputs))
        for (const reference of from) await note(staged, reference, store);
    },
    put: staging.put,
  };
}

/** The files below a path of the store, with their names below it; a single file there has the name ''. */
export async function filesAt(store: ObjectStore, path: string): Promise<StoredFile[]> {
  const found = (await store.list(path)).filter((file) => file === path || file.startsWith(`${path}/`));
  return inTurns(found, async (from) => ({
    from,
    name: from.slice(path.length + 1),
    version: await store.version(from),
  }));
}

async function note({ document, folder }: StagedStep, reference: OutputReference, store: ObjectStore): Promise<void> {
  const path = toPosix(artifactPath(document, reference, ''));
  if (existsSync(join(folder, path))) return;
  const files = await filesAt(store, path);
  const loops = document.steps.find(({ name }) => name === reference.step)?.forEach !== undefined;
  if (!loops) return files.length > 0 ? noteStored(join(folder, path), files) : undefined;
  const items = Map.groupBy(files, ({ name }) => name.split('/')[0] ?? '');
  for (const [item, ofItem] of items) {
    const own = ofItem.map((file) => ({ ...file, name: file.name.slice(item.length + 1) }));
    await noteStored(join(folder, path, item), own);
  }
}

/** A store that is given notes for what it has: it copies. */
function withNotes(store: ObjectStore): ObjectStore {
  const upload = async (file: string, path: string): Promise<void> => {
    if (!(await stat(file)).isDirectory()) return store.upload(file, path);
    const stored = await storedFiles(file);
    if (stored === undefined) {
      for (const name of (await readdir(file)).sort()) await upload(join(file, name), `${path}/${name}`);
      return;
    }
    await inTurns(stored, ({ from, name }) => store.copy(from, name === '' ? path : `${path}/${name}`));
  };
  return { ...store, upload };
}
