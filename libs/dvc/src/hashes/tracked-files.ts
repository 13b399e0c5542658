import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const SKIPPED = new Set(['node_modules', '.git', '.dvc', '.venv', '__pycache__']);

/** Paths below a folder, with `/`, of all `.dvc` files and `dvc.lock`, sorted. */
export async function trackedFiles(folder: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  // What `dvc add` tracks has no such file below it, but may have a million others.
  const searched = entries.filter(({ name }) => !names.has(`${name}.dvc`));
  const found = await Promise.all(searched.map((entry) => filesOf(entry, folder, below)));
  return found.flat().sort();
}

async function filesOf(entry: Dirent, folder: string, below: string): Promise<string[]> {
  const path = below === '' ? entry.name : `${below}/${entry.name}`;
  if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : trackedFiles(folder, path);
  const isTracked = entry.name === 'dvc.lock' || (entry.name.endsWith('.dvc') && entry.name !== '.dvc');
  return entry.isFile() && isTracked ? [path] : [];
}
