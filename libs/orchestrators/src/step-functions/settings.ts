import { z } from 'zod';

const queues = z.strictObject({
  /** Name or ARN of a queue whose machines stay. */
  queue: z.string(),
  /** One whose machines can be taken away. */
  spotQueue: z.string().exactOptional(),
});

/** What the document doesn't say: where a state machine's jobs run, and where their artifacts lie. */
export const stepFunctionsSettings = queues.extend({
  /** `s3://bucket/prefix`: each execution gets the folder of its name below it. */
  lake: z.string(),
  /** Names or ARNs, by the language of a step. */
  jobDefinitions: z.strictObject({ typescript: z.string(), python: z.string() }),
  /** Queues of machines with an accelerator, by its type. */
  accelerators: z.record(z.string(), queues).exactOptional(),
  /** What the image calls the step runner by; `run-step` unless given. */
  command: z.array(z.string()).exactOptional(),
});

export const STEP_FUNCTIONS_EXAMPLE = `step-functions:
  lake: s3://acme-lake/runs
  queue: on-demand
  spotQueue: spot
  jobDefinitions: { typescript: steps, python: steps-python }`;

export type StepFunctionsSettings = z.infer<typeof stepFunctionsSettings> & {
  /** Path of the pipeline's file in the image. */
  readonly pipeline: string;
};
