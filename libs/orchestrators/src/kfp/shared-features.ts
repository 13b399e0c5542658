import type { Feature, Support } from '../features.ts';

/** What is done in the pipeline's format alone, whichever engine runs it. */
export const SHARED_FEATURES = {
  params: { by: 'engine', how: 'one parameter of the run, an object by step' },
  gates: {
    by: 'engine',
    how: 'sub-DAGs with conditions; where a step follows from two of them side by side, the runner decides in the tasks of one',
  },
  loop: { by: 'runner', how: "one task that loops inside: a container can't be given a list of artifacts" },
  tune: { by: 'runner', how: 'one task that tries one after the other' },
  after: { by: 'engine', how: 'dependentTasks' },
  retry: { by: 'engine', how: 'retryPolicy' },
  uncached: { by: 'engine', how: 'enableCache: false; the results of other tasks are used again' },
} as const satisfies Partial<Record<Feature, Support>>;
