import { defineStep, metrics, onnxModel, parquet, python } from '@ml-platform/pipeline';
import { z } from 'zod';

export const train = defineStep({
  name: 'train',
  description: 'Searches hyperparameters over time-ordered folds, fits on everything, exports to ONNX',
  params: z.strictObject({
    /** Hyperparameter sets to try. */
    trials: z.int().positive().default(8),
    /** Rows to search on, evenly spaced over the training period. */
    sampleRows: z.int().positive().default(500_000),
    /** The last so many months are validated on, each with all months before it as training. */
    folds: z.int().min(1).default(3),
    /** The step fails when the training or the validation part of a fold has fewer rows. */
    minFoldRows: z.int().positive().default(10_000),
    /** Boosting rounds of the final fit. */
    trees: z.int().positive().default(200),
    /** Boosting rounds of each fit of the search. */
    searchTrees: z.int().positive().default(100),
    seed: z.int().nonnegative().default(7),
  }),
  inputs: { features: parquet() },
  outputs: {
    model: onnxModel(),
    metrics: metrics('rows', 'cvAuc', 'cvLogLoss', 'parityMaxDifference', 'trainLateRate'),
  },
  resources: { cpu: 2, memory: '4Gi' },
  retry: { attempts: 2 },
  timeout: '1h',
  spot: true,
  run: python('train.py'),
});
