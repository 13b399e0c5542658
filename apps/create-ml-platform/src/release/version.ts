import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from './git.ts';

export const APP = 'apps/create-ml-platform';

/** The version that is packed. */
export function versionOf(repository: string): string {
  return JSON.parse(readFileSync(join(repository, APP, 'package.json'), 'utf8')).version;
}

/** The version that a commit has. */
export function versionAt(repository: string, commit: string): string {
  return JSON.parse(git(repository, 'show', `${commit}:${APP}/package.json`).join('\n')).version;
}
