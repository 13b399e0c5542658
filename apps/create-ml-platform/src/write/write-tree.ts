import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import type { Tree } from '../template/template.ts';

/** Writes a tree into an existing folder. Synchronous: for some hundred small files a pool of workers is slower. */
export function writeTree(folder: string, tree: Tree): void {
  const made = new Set(['.']);
  for (const [path, { content, executable }] of tree) {
    makeFolder(folder, dirname(path), made);
    // Joined by hand: Node takes `/` on every system, and normalising hundreds of paths shows in the run time.
    writeFileSync(`${folder}/${path}`, content, { flag: 'wx', mode: executable ? 0o777 : 0o666 });
  }
}

/** One at a time, parents first: `recursive` looks at each parent again. */
function makeFolder(root: string, path: string, made: Set<string>): void {
  if (made.has(path)) return;
  makeFolder(root, dirname(path), made);
  try {
    mkdirSync(`${root}/${path}`);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  }
  made.add(path);
}
