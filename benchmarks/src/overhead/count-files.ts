import { readdirSync } from 'node:fs';

/** Looks whether as many steps have run as there are: each left one file in `folder`. */
export function countFiles(folder: string, expected: number): void {
  const found = readdirSync(folder).filter((name) => !name.startsWith('.')).length;
  if (found !== expected) throw new Error(`${folder} holds ${found} results of steps, expected ${expected}`);
}
