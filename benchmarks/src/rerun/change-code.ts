import { readFileSync, writeFileSync } from 'node:fs';

/** Gives a step code that it never had, which has another result: the number that it adds. */
export function changeCode(file: string, number: number): void {
  const before = readFileSync(file, 'utf8');
  const after = before.replace(/(numbers, )\d+/, `$1${number}`);
  if (after === before) throw new Error(`${file} holds no number to change`);
  writeFileSync(file, after);
}
