import { join } from 'node:path';
import type { Dataset } from './dataset.ts';

/** Files of a dataset on this machine: where they are, or fetched into a folder, with the partitions in their paths. */
export async function localFiles(dataset: Dataset, paths: readonly string[], folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const here = dataset.local(path);
    const file = here ?? join(folder, path);
    if (here === undefined) await dataset.store.download(path, file);
    files.push(file);
  }
  return files;
}
