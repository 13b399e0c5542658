import { csv, defineStep, json, metrics, onnxModel, parquet, report } from '@ml-platform/pipeline';
import { z } from 'zod';

export const evaluate = defineStep({
  name: 'evaluate',
  description: 'Scores the test month with the exported model, beside a baseline, and writes the report',
  params: z.strictObject({
    /** The baseline's rate of an airport and hour counts as if so many average flights had been seen as well. */
    baselineSmoothing: z.number().positive().default(50),
    /** Bins of equal size that the calibration is measured over. */
    calibrationBins: z.int().min(2).default(20),
    /** Airports that the report shows, the busiest first. */
    topAirports: z.int().positive().default(20),
  }),
  inputs: { model: onnxModel(), training: parquet(), test: parquet(), airports: csv() },
  outputs: {
    metrics: metrics(
      'rows',
      'lateRate',
      'auc',
      'logLoss',
      'brier',
      'calibrationError',
      'baselineAuc',
      'baselineLogLoss',
    ),
    slices: json(),
    report: report(),
  },
  resources: { cpu: 1, memory: '4Gi' },
  run: () => import('./evaluate.run.ts'),
});
