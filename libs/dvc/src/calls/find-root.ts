import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest folder upwards that is a repository of DVC: found without starting Python. */
export function findRoot(folder: string): string | undefined {
  if (existsSync(join(folder, '.dvc', 'config'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : findRoot(parent);
}
