import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPipeline, type PipelineDocument, toDocument } from '@ml-platform/pipeline';
import { numbersProject } from '../../testing/project.ts';

/** A pipeline with a search behind a gate: the step `fit` runs where 1 + … + `count.upTo` is at least 5. */
export interface SearchProject {
  readonly folder: string;
  readonly document: PipelineDocument;
  /** Path of the pipeline's file, from the folder. */
  readonly pipeline: string;
  readonly remove: () => Promise<void>;
}

const PIPELINE = `import { definePipeline } from '@ml-platform/pipeline';
import { addUp, count, fit, gather } from './pipeline.ts';

export default definePipeline('search', ({ add }) => {
  const counted = add(count);
  const summed = add(addUp, { numbers: counted.numbers });
  const fitted = add(fit, { numbers: counted.numbers }, { when: summed.metrics.get('sum').atLeast(5) });
  add(gather, { parts: [fitted.chosen] });
});
`;

export async function searchProject(): Promise<SearchProject> {
  const { folder, remove } = await numbersProject();
  const pipeline = 'src/search.ts';
  await writeFile(join(folder, pipeline), PIPELINE);
  return { folder, document: toDocument(await loadPipeline(join(folder, pipeline))), pipeline, remove };
}
