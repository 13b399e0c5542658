import { join } from 'node:path';
import { PlatformError, suggest } from '@ml-platform/errors';
import type { Tree } from '@nx/devkit';

/** A project with a pipeline. */
export interface PipelineProject {
  /** Its folder's name. */
  readonly name: string;
  /** Path of its folder, from the workspace's. */
  readonly folder: string;
}

const FOLDERS = ['apps', 'libs'];
export const PIPELINE = 'src/pipeline.ts';

/**
 * The project of that name, or the only one that has a pipeline.
 *
 * @throws PlatformError `usage` where there is no such one, or several and none is named.
 */
export function findPipeline(tree: Tree, name: string | undefined): PipelineProject {
  const projects = FOLDERS.flatMap((parent) =>
    tree.children(parent).map((child) => ({ name: child, folder: `${parent}/${child}` })),
  ).filter(({ folder }) => tree.exists(join(folder, PIPELINE)));
  const names = projects.map((one) => one.name);
  const found = name === undefined && projects.length === 1 ? projects[0] : projects.find((one) => one.name === name);
  if (found) return found;
  const all = names.length === 0 ? 'make one first: npx nx g pipeline NAME' : suggest(name ?? '', names, 'pipelines');
  throw new PlatformError(
    name === undefined
      ? `there are ${names.length} pipelines, and --pipeline names none`
      : `no project '${name}' has a pipeline`,
    { code: 'usage', hint: all },
  );
}
