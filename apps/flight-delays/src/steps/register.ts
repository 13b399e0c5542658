import { defineStep, json, metrics, onnxModel } from '@ml-platform/pipeline';
import { z } from 'zod';

export const registerModel = defineStep({
  name: 'register',
  description: 'Registers the model and makes it the champion',
  params: z.strictObject({
    /** Folder of the registry, from the workspace's root. */
    models: z.string().default('models'),
  }),
  inputs: { model: onnxModel(), metrics: metrics() },
  outputs: { version: json() },
  cache: false,
  run: () => import('./register.run.ts'),
});
