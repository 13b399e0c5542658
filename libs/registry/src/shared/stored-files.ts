import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Store } from '@ml-platform/storage';
import { filesBelow } from '../content-hash.ts';
import type { VersionFiles } from '../sqlite/version-files.ts';
import { stageFolder } from '../stage-folder.ts';

/**
 * Files of versions in a store, by their content: the same model under two names, or by two writers at once, is the same
 * objects. A file is there whole or not at all, so that one that is there needs no second write.
 */
export function storedFiles(store: Store, root: string): VersionFiles {
  return {
    root,
    locationOf: ({ contentHash }) => `${root}/${objectsOf(contentHash)}`,
    stage: async (_name, source) => {
      const copies = await mkdtemp(path.join(tmpdir(), 'registry-'));
      try {
        // What is hashed is what is sent, also where somebody changes the source meanwhile.
        const { folder, contentHash } = await stageFolder(source, copies);
        await send(store, folder, objectsOf(contentHash));
        return { contentHash, publish: () => undefined, discard: async () => undefined };
      } finally {
        await rm(copies, { recursive: true, force: true });
      }
    },
  };
}

async function send(store: Store, folder: string, prefix: string): Promise<void> {
  const known = new Set(await store.list(`${prefix}/`));
  for (const file of await filesBelow(folder)) {
    const target = `${prefix}/${file}`;
    if (!known.has(target)) await store.upload(path.join(folder, file), target);
  }
}

function objectsOf(contentHash: string): string {
  return `objects/${contentHash}`;
}
