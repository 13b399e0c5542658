import { type BigIntStats, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** By path: what changes when a file does, of each file in a folder. */
export type FileMarks = ReadonlyMap<string, string>;

/** Marks of files and folders, whose paths are relative to `project`; one that isn't there has a mark as well. */
export async function takeMarks(project: string, paths: readonly string[]): Promise<FileMarks> {
  const marks = new Map<string, string>();
  for (const path of paths) {
    const found = statSync(join(project, path), { throwIfNoEntry: false, bigint: true });
    if (!found?.isDirectory()) {
      marks.set(path, markOf(found));
      continue;
    }
    for (const entry of await readdir(join(project, path), { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile()) marks.set(file, markOf(statSync(file, { throwIfNoEntry: false, bigint: true })));
    }
  }
  return marks;
}

/** The first path whose mark is another, or that is only in one of them. */
export function changedPath(before: FileMarks, after: FileMarks): string | undefined {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].find((path) => before.get(path) !== after.get(path));
}

function markOf(stats: BigIntStats | undefined): string {
  return stats ? `${stats.size} ${stats.mtimeNs} ${stats.ino}` : 'none';
}
