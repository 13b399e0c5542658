import { relative, resolve, sep } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { mergeParams, pathParams, readParamsFiles, stepInputs } from '@ml-platform/pipeline';
import { execa } from 'execa';
import type { FoundPipeline } from '../start/find-pipeline.ts';

/**
 * Files that differ from where this work left `base`, committed or not.
 *
 * @throws PlatformError `usage` for what is no commit of this clone.
 */
export async function filesSince(workspace: string, base: string): Promise<string[]> {
  const git = async (...args: string[]) => (await execa('git', args, { cwd: workspace })).stdout;
  try {
    const parted = await git('merge-base', base, 'HEAD');
    const listed = await Promise.all([
      git('diff', '--name-only', '--no-renames', '--relative', '-z', parted),
      git('ls-files', '--others', '--exclude-standard', '-z'),
    ]);
    return listed.flatMap((text) => text.split('\0')).filter((file) => file !== '');
  } catch (cause) {
    throw new PlatformError(`what changed since '${base}' can't be told: ${messageOf(cause).split('\n').at(-1)}`, {
      code: 'usage',
      hint: 'name a commit that this clone has: --base REF; a shallow clone has only the last one',
      cause,
    });
  }
}

/**
 * Whether a run could come to another model for these files: those of its project, what its steps import of others, the
 * packages, and the DVC files of raw data. Nx's own `affected` is wider: it counts what a project's tests read.
 */
export function isAffected({ document, project }: FoundPipeline, files: readonly string[], workspace: string): boolean {
  const folder = `${pathIn(workspace, project)}/`;
  const imported = document.steps.flatMap((step) => stepInputs(step, project, workspace).files);
  const data = rawFiles(document, project).map((path) => `${pathIn(workspace, path)}.dvc`);
  const known = new Set(['package-lock.json', ...imported, ...data]);
  return files.some((file) => file.startsWith(folder) || known.has(file));
}

/** Absolute paths of the files that parameters name. */
function rawFiles({ params }: FoundPipeline['document'], project: string): string[] {
  const files = readParamsFiles(project);
  return Object.entries(params).flatMap(([key, schema]) =>
    pathParams(schema, mergeParams(key, files, {})).map(([, path]) => resolve(project, path)),
  );
}

/** As Git has it. */
function pathIn(workspace: string, path: string): string {
  return relative(workspace, path).split(sep).join('/');
}
