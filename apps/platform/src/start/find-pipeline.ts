import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { type PipelineDocument, readDocument } from '@ml-platform/pipeline';

export interface FoundPipeline {
  readonly document: PipelineDocument;
  /** Absolute path of its project's folder. */
  readonly project: string;
}

/**
 * The pipeline of that name, or the only one of the workspace.
 *
 * @throws PlatformError `notFound` where there is none, `usage` where one has to be named.
 */
export function findPipeline(workspace: string, name: string | undefined): FoundPipeline {
  const files = globSync('{apps,libs}/*/src/pipeline.ts', { cwd: workspace }).sort();
  const pipelines = files.map((file) => ({
    document: readDocument(join(workspace, file), workspace),
    project: join(workspace, dirname(dirname(file))),
  }));
  const [first, ...others] = pipelines.filter(({ document }) => name === undefined || document.name === name);
  if (first && others.length === 0) return first;
  const names = pipelines.map(({ document }) => document.name);
  if (names.length === 0)
    throw new PlatformError('this workspace has no pipeline yet', {
      code: 'notFound',
      hint: 'define one in apps/NAME/src/pipeline.ts, as README.md shows',
    });
  throw new PlatformError(
    name === undefined ? 'this workspace has several pipelines' : `there is no pipeline '${name}'`,
    { code: name === undefined ? 'usage' : 'notFound', hint: `name one of: ${names.join(', ')}` },
  );
}
