import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';

/**
 * The folder with platform.json that `cwd` lies in, whether Git knows of it or not.
 *
 * @throws PlatformError `usage` outside of a project.
 */
export function findProject(cwd: string): string {
  const start = realpathSync(cwd);
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'platform.json'))) return folder;
    if (folder === dirname(folder)) break;
  }
  throw new PlatformError(`no platform.json in ${start} or above it: expected a project of create-ml-platform`, {
    code: 'usage',
    hint: 'cd into the project; where the file got lost: git checkout HEAD -- platform.json',
  });
}
