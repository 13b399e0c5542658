import { renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { stageFolder } from '../stage-folder.ts';
import type { VersionFiles } from './version-files.ts';

/** One folder per version: `<root>/<name>/<version>/`. */
export function versionFolders(root: string): VersionFiles {
  const locationOf = ({ name, version }: { name: string; version: string }) => path.join(root, name, version);
  return {
    root,
    locationOf,
    stage: async (name, source) => {
      const { folder, contentHash } = await stageFolder(source, path.join(root, name));
      return {
        contentHash,
        // A kill between the rename and the commit leaves a folder that no row names: the next version takes its place.
        publish: (version) => {
          const target = locationOf({ name, version });
          rmSync(target, { recursive: true, force: true });
          renameSync(folder, target);
        },
        discard: () => rm(folder, { recursive: true, force: true }),
      };
    },
  };
}
