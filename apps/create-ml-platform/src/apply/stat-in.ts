import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from './git-process.ts';

/** What stands at a path of the work tree; undefined also where a parent of it is a file. */
export function statIn({ folder }: Repository, path: string): Stats | undefined {
  try {
    return lstatSync(join(folder, path), { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
