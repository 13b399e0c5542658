import { defineStep, json, metrics, onnxModel } from '@ml-platform/pipeline';
import { z } from 'zod';

export const registerModel = defineStep({
  name: 'register',
  description: 'Puts the model into the registry and makes it the champion',
  params: z.strictObject({
    /** Folder of the registry; a relative one is taken from the workspace's root. */
    modelsFolder: z.string().min(1).default('models'),
    modelName: z.string().min(1).default('flight-delays'),
    alias: z.string().min(1).default('champion'),
  }),
  inputs: { model: onnxModel(), metrics: metrics('auc', 'logLoss', 'brier', 'calibrationError', 'baselineAuc') },
  outputs: { version: json() },
  resources: { cpu: 1, memory: '512Mi' },
  cache: false,
  run: () => import('./register.run.ts'),
});
