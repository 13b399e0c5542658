import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes text files by their path in `folder`. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Gives a step code that it never had, which has another result: the number that it adds. */
export function changeCode(file: string, number: number): void {
  const before = readFileSync(file, 'utf8');
  const after = before.replace(/(numbers, )\d+/, `$1${number}`);
  if (after === before) throw new Error(`${file} holds no number to change`);
  writeFileSync(file, after);
}
