import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest folder from `start` upwards that holds `name`. */
export function findUpwards(start: string, name: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
