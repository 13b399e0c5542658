import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockRequirements } from '@ml-platform/pipeline';
import { packageName } from './package-name.ts';

/** Whether requirements.txt pins every package that requirements.in names. */
export function isLocked(root: string, folder: string): boolean {
  const [wanted, pins] = ['requirements.in', 'requirements.txt'].map((file) => join(root, folder, file));
  if (!wanted || !pins || !existsSync(pins)) return false;
  const pinned = new Set(namesIn(pins));
  return namesIn(wanted).every((name) => pinned.has(name));
}

/** requirements.in → requirements.txt, which the network is needed for. */
export async function lockPackages(root: string, folder: string): Promise<void> {
  process.stdout.write(`locking the Python packages of ${folder} …\n`);
  await lockRequirements(join(root, folder));
}

function namesIn(path: string): string[] {
  // A pin's hashes and comments are set in.
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith(' '));
  return lines.flatMap((line) => packageName(line) ?? []);
}
