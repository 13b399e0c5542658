import { PlatformError } from '@ml-platform/errors';
import type { Change } from '@ml-platform/nx-plugin/placing';
import type { Tree } from '@nx/devkit';
import type { Plan } from './plan.ts';

/**
 * What changes by a plan, in the order of writing: nothing where it was carried out before.
 *
 * @throws PlatformError `usage` where files of other contents are in the way.
 */
export function planChanges(tree: Pick<Tree, 'read'>, { files, edits = new Map(), ...plan }: Plan): Change[] {
  const read = (path: string) => tree.read(path, 'utf8') ?? undefined;
  const created = [...files].map(([path, after]): Change => ({ path, before: read(path), after }));
  const isThere = plan.isThere ?? created.every(({ before }) => before !== undefined);
  const inTheWay = created.filter(({ before, after }) => before !== undefined && before !== after);
  if (inTheWay.length > 0 && !isThere) throw refused(inTheWay.map(({ path }) => path));
  const edited = [...edits].map(([path, edit]): Change => {
    const before = read(path);
    return { path, before, after: edit(before ?? '') };
  });
  const kept = isThere ? created.filter(({ before }) => before === undefined) : created;
  // What refers to the others comes last: until then, none of them is seen.
  return [...kept, ...edited].filter(({ before, after }) => before !== after);
}

function refused(paths: readonly string[]): PlatformError {
  const count = paths.length === 1 ? 'a file is' : `${paths.length} files are`;
  return new PlatformError(`${count} in the way, and nothing was written: ${paths.join(', ')}`, {
    code: 'usage',
    hint: 'give another name, or move what is there away',
  });
}
