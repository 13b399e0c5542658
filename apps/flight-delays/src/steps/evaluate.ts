import { defineStep, metrics, onnxModel, parquet } from '@ml-platform/pipeline';
import { z } from 'zod';

export const evaluate = defineStep({
  name: 'evaluate',
  description: 'Scores the test flights, beside a baseline computed from the training flights',
  params: z.strictObject({
    /** Flights of the overall rate that each origin and hour of the baseline starts with. */
    baselineSmoothing: z.number().positive().default(100),
  }),
  inputs: { model: onnxModel(), training: parquet(), test: parquet() },
  outputs: { metrics: metrics('rows', 'auc', 'logLoss', 'brier', 'baselineAuc', 'baselineLogLoss') },
  resources: { cpu: 2, memory: '4Gi' },
  run: () => import('./evaluate.run.ts'),
});
