import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { hashFolder } from './content-hash.ts';

const PREFIX = '.incoming-';
// A copy that old belongs to a process that was killed: no copy takes a day.
const ABANDONED_AFTER_MS = 24 * 3600 * 1000;

export interface StagedFolder {
  readonly folder: string;
  readonly contentHash: string;
}

/**
 * Copies a folder to a hidden place inside `parent`, from where one rename publishes it.
 *
 * Links are followed: what DVC links from its cache has to survive the cache.
 *
 * @throws PlatformError `environment` where the copy fails; nothing is left behind.
 */
export function stageFolder(source: string, parent: string): Promise<StagedFolder> {
  const options = { recursive: true, dereference: true, mode: constants.COPYFILE_FICLONE };
  return stage(source, parent, (folder) => cp(source, folder, options));
}

/** As `stageFolder`, of a source that `copy` knows how to copy; its PlatformErrors are passed on. */
export async function stage(
  source: string,
  parent: string,
  copy: (folder: string) => Promise<void>,
): Promise<StagedFolder> {
  const folder = path.join(parent, `${PREFIX}${randomUUID()}`);
  try {
    await mkdir(parent, { recursive: true });
    await removeAbandoned(parent);
    await copy(folder);
    return { folder, contentHash: await hashFolder(folder) };
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true });
    if (thrown instanceof PlatformError) throw thrown;
    throw new PlatformError(`can't copy ${source} to ${parent}: ${messageOf(thrown)}`, {
      code: 'environment',
      hint: 'check free space and permissions',
      cause: thrown,
    });
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const entry of await readdir(parent)) {
    if (!entry.startsWith(PREFIX)) continue;
    const folder = path.join(parent, entry);
    const found = await stat(folder).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) await rm(folder, { recursive: true, force: true });
  }
}
