import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tree } from '../template/template.ts';

/** Writes a tree into an existing folder. Synchronous: for some hundred small files a pool of workers is slower. */
export function writeTree(folder: string, tree: Tree): void {
  const made = new Set(['.']);
  for (const [path, { content, executable }] of tree) {
    const parent = dirname(path);
    if (!made.has(parent)) {
      mkdirSync(join(folder, parent), { recursive: true });
      made.add(parent);
    }
    // Joined by hand: Node takes `/` on every system, and normalising hundreds of paths shows in the run time.
    writeFileSync(`${folder}/${path}`, content, { flag: 'wx', mode: executable ? 0o777 : 0o666 });
  }
}
