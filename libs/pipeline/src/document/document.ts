import { z } from 'zod';
import { durationPattern, memoryPattern } from './quantities.ts';

/** The version of the document's form; a compiler refuses one that it doesn't know. */
export const DOCUMENT_VERSION = '1.0';

const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);
const identifier = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]*$/);

const outputReference = z.strictObject({ step: name, output: identifier });

const metricReference = outputReference.extend({ name: z.string().min(1) });

export const conditionSchema = z.strictObject({
  metric: metricReference,
  operator: z.enum(['>=', '>', '<=', '<']),
  bound: z.union([z.number(), metricReference]),
});

export const resourcesSchema = z.strictObject({
  /** Virtual CPUs. */
  cpu: z.number().positive().optional(),
  /** Kubernetes notation with a binary suffix: `512Mi`, `16Gi`. */
  memory: z.string().regex(memoryPattern).optional(),
  disk: z.string().regex(memoryPattern).optional(),
  accelerator: z.strictObject({ type: z.string().min(1), count: z.int().positive() }).optional(),
});

export const retrySchema = z.strictObject({
  /** Runs in all, the first included. */
  attempts: z.int().min(1).max(20),
  /** Pause before the second run; doubled, or multiplied by `factor`, before each further one. */
  backoff: z.string().regex(durationPattern).optional(),
  factor: z.number().min(1).optional(),
});

export const scheduleSchema = z.strictObject({
  /** Five fields: minute, hour, day of month, month, day of week. */
  cron: z.string().regex(/^(\S+\s+){4}\S+$/),
  timezone: z.string().min(1).default('UTC'),
});

const rangeSchema = z.strictObject({
  min: z.number(),
  max: z.number(),
  /** Whole numbers only. */
  integer: z.boolean().optional(),
  /** `log`: equal ratios are equally likely, which suits a learning rate. */
  scale: z.enum(['linear', 'log']).optional(),
});

export const tuneSchema = z.strictObject({
  /** What the trials are compared by: a number among the step's own metrics. */
  metric: z.strictObject({ output: identifier, name: z.string().min(1) }),
  goal: z.enum(['maximize', 'minimize']),
  trials: z.int().min(1).max(500),
  /** Trials side by side, where the engine can; one after the other in the step runner. */
  parallel: z.int().min(1).max(100).optional(),
  /** By parameter: a range, or the values to choose from. */
  search: z.record(z.string(), z.union([rangeSchema, z.array(z.union([z.string(), z.number(), z.boolean()])).min(2)])),
});

const runnerSchema = z.discriminatedUnion('language', [
  z.strictObject({ language: z.literal('typescript'), module: z.string().min(1) }),
  z.strictObject({
    language: z.literal('python'),
    module: z.string().min(1),
    requirements: z.string().min(1),
    /** The framework that the script starts by itself: Apache Spark or Ray. */
    on: z.enum(['spark', 'ray']).optional(),
  }),
]);

const inputSchema = z.strictObject({
  kind: z.string().min(1),
  /** With more than one source, or `many`, the step gets a list of paths. */
  from: z.array(outputReference).min(1),
  many: z.boolean().optional(),
});

const outputSchema = z.strictObject({
  kind: z.string().min(1),
  /** File or folder name inside the step's artifacts. */
  path: z.string().min(1),
  directory: z.boolean().optional(),
  metrics: z.array(z.string().min(1)).optional(),
});

export const stepSchema = z.strictObject({
  name,
  description: z.string().optional(),
  runner: runnerSchema,
  /** The key in the parameter file under which this step's values stand. */
  paramsKey: name,
  /** Values fixed by the definition; nothing overrides them. */
  fixedParams: z.record(z.string(), z.json()).optional(),
  /** The step runs once per item of a list that another step wrote; `param` receives the item. */
  forEach: z.strictObject({ param: z.string().min(1), from: outputReference }).optional(),
  /** The step runs once per trial, and what the best one left is what the step leaves. */
  tune: tuneSchema.optional(),
  inputs: z.record(identifier, inputSchema),
  outputs: z.record(identifier, outputSchema),
  /** All must hold, else the step and what follows from it is skipped. */
  when: z.array(conditionSchema).optional(),
  /** Steps that come first although nothing of theirs is read. */
  after: z.array(name).optional(),
  resources: resourcesSchema.optional(),
  retry: retrySchema.optional(),
  timeout: z.string().regex(durationPattern).optional(),
  spot: z.boolean().optional(),
  /** False: the step acts on the world (registers, notifies), so it runs each time. */
  cache: z.boolean().optional(),
});

export const pipelineDocumentSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(DOCUMENT_VERSION),
  name,
  description: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  schedule: scheduleSchema.optional(),
  /** JSON Schema of each step's parameters, by parameter key. */
  params: z.record(name, z.record(z.string(), z.json())),
  steps: z.array(stepSchema),
});

export type PipelineDocument = z.infer<typeof pipelineDocumentSchema>;
export type StepDocument = z.infer<typeof stepSchema>;
export type Condition = z.infer<typeof conditionSchema>;
export type Resources = z.infer<typeof resourcesSchema>;
export type Retry = z.infer<typeof retrySchema>;
export type Tune = z.infer<typeof tuneSchema>;
export type Schedule = z.input<typeof scheduleSchema>;
export type OutputReference = z.infer<typeof outputReference>;
