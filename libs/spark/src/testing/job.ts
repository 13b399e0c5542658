import type { SparkJob } from '../service.ts';

export const ID = '0b9f7a52-6f0e-4b1c-9d3a-2f6f1c1d7e55';

/** A job in a folder of a store. */
export function jobIn(folder: string, more: Partial<SparkJob> = {}): SparkJob {
  return {
    name: 'sales-aggregate',
    id: ID,
    script: `${folder}/aggregate.py`,
    modules: `${folder}/modules.zip`,
    args: ['--step-context', `${folder}/context.json`],
    logs: `${folder}/logs`,
    ...more,
  };
}
