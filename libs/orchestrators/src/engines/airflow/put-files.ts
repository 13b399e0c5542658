import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@ml-platform/storage';
import type { CompiledFiles } from '../../target.ts';

/** Puts files into a place of a store; what is there already stays untouched. Says whether anything changed. */
export async function putFiles(place: string, files: CompiledFiles): Promise<boolean> {
  const store = await openStore(place);
  const there = await store.list('');
  const folder = await mkdtemp(join(tmpdir(), 'put-files-'));
  try {
    let changed = false;
    // What others read comes before what reads it.
    for (const [path, text] of [...files].reverse()) {
      const file = join(folder, 'file');
      if (there.includes(path)) {
        await store.download(path, file);
        if ((await readFile(file, 'utf8')) === text) continue;
      }
      await writeFile(file, text);
      await store.upload(file, path);
      changed = true;
    }
    return changed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
