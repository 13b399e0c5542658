import { relative } from 'node:path/posix';
import type { Changes } from '../apply/changes.ts';
import type { Tree } from '../template/template.ts';

/** A project's files where they lie in its repository. */
export function prefixed(tree: Tree, prefix: string): Tree {
  return prefix === '' ? tree : new Map([...tree].map(([path, file]) => [`${prefix}${path}`, file]));
}

/** Paths of the repository as the project sees them. */
export function withoutPrefix({ added, changed, deleted, renamed }: Changes, prefix: string): Changes {
  const own = (path: string): string => relative(prefix, path);
  return {
    added: added.map(own),
    changed: changed.map(own),
    deleted: deleted.map(own),
    renamed: renamed.map(({ from, to }) => ({ from: own(from), to: own(to) })),
  };
}
