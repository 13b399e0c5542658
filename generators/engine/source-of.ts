import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { PlatformError } from '@ml-platform/errors';

/**
 * A file as params.yaml names it: from the project's folder, or absolute where it was given so.
 *
 * @throws PlatformError `notFound` where there is no such file.
 */
export function sourceOf(root: string, folder: string, data: string): string {
  const path = resolve(root, data);
  if (!existsSync(path)) {
    throw new PlatformError(`there is no file ${path}`, {
      code: 'notFound',
      hint: "name a CSV, Parquet or JSON file: --data PATH, from the workspace's folder, or absolute",
    });
  }
  return isAbsolute(data) ? data : relative(join(root, folder), path).replaceAll('\\', '/');
}
