import { matchesGlob } from 'node:path';
import type { Settings } from '../settings.ts';
import type { StagedFile } from '../staged-files.ts';

/** Files that belong in DVC: Git keeps every version of them in every clone. */
export function largeFiles(files: readonly StagedFile[], settings: Settings): StagedFile[] {
  const { largestFileMb, largeFiles: allowed } = settings;
  const large = files.filter(({ size }) => size > largestFileMb * 1e6);
  return large.filter(({ path }) => !allowed.some((pattern) => matchesGlob(path, pattern)));
}

export function describeLargeFile({ path, size }: StagedFile, { largestFileMb }: Settings): string {
  const limit = `${(size / 1e6).toFixed(1)} MB, of which Git would keep every version (limit: ${largestFileMb} MB)`;
  const named = shellWord(path);
  return `${path}: ${limit}; hand it to DVC: git rm --cached ${named} && npx platform data add ${named}`;
}

/** A word that a shell takes as it stands. */
export function shellWord(text: string): string {
  return /^[\w./@:=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
