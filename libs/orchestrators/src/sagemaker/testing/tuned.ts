import type { PipelineDocument } from '@ml-platform/pipeline';

/** Settings of steps by which the engine leads each search of a pipeline. */
export function tuned({ steps }: PipelineDocument) {
  const searching = steps.filter(({ tune }) => tune !== undefined);
  return Object.fromEntries(searching.map(({ name }) => [name, { form: 'tuning' as const }]));
}
