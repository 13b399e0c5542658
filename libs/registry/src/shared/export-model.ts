import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { isLocation, openStore } from '@ml-platform/storage';
import { hashFolder } from '../content-hash.ts';
import type { ModelVersion } from '../model-registry.ts';
import { type StagedFolder, stage, stageFolder } from '../stage-folder.ts';

/**
 * Copies a version's files to a folder, wherever they are, and checks that they are those that were registered; a folder
 * that holds them already stays as it is.
 *
 * @throws PlatformError `data` where they are others, `usage` where something else is in the folder.
 */
export async function exportModel(version: ModelVersion, folder: string): Promise<void> {
  const target = path.resolve(folder);
  if (await isThere(version, target)) return;
  const staged = await copy(version, path.dirname(target));
  try {
    if (staged.contentHash !== version.contentHash) throw areOthers(version, staged);
    await rmdir(target).catch(() => undefined);
    await rename(staged.folder, target);
  } finally {
    await rm(staged.folder, { recursive: true, force: true });
  }
}

async function isThere({ contentHash }: ModelVersion, target: string): Promise<boolean> {
  const names = await readdir(target).catch(() => []);
  if (names.length === 0) return false;
  if ((await hashFolder(target)) === contentHash) return true;
  throw new PlatformError(`${target} holds something else`, {
    code: 'usage',
    hint: 'name a folder that is empty, or not there',
  });
}

function copy({ location }: ModelVersion, parent: string): Promise<StagedFolder> {
  if (!isLocation(location)) return stageFolder(location, parent);
  return stage(location, parent, async (folder) => {
    const store = await openStore(location);
    for (const file of await store.list('')) await store.download(file, path.join(folder, file));
  });
}

function areOthers({ name, version, location, contentHash }: ModelVersion, found: StagedFolder): PlatformError {
  return new PlatformError(
    `the files of "${name}" version ${version} at ${location} have the hash ${found.contentHash}, expected ${contentHash}`,
    { code: 'data', hint: 'somebody changed them: restore them, or register the model again' },
  );
}
