import { sep } from 'node:path';

/** A path with `/`, as documents, stores and globs have it on every system. */
export function toPosix(path: string): string {
  return path.split(sep).join('/');
}
