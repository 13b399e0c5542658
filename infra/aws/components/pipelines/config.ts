import { defineSection } from '@ml-platform/conventions';
import { z } from 'zod';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "an image's digest, sha256:… of 64 hexadecimal digits");

const entry = z.strictObject({
  engine: z.enum(['sagemaker', 'step-functions']).describe('What runs the pipeline'),
  definition: z
    .string()
    .min(1)
    .describe(
      "The compiled document, from the workspace's root: dist/pipelines/NAME/pipeline.json or state-machine.json",
    ),
  type: z
    .enum(['STANDARD', 'EXPRESS'])
    .optional()
    .describe('Of a state machine: express ones last 5 minutes and wait for no job; STANDARD unless given'),
  schedule: z
    .strictObject({
      cron: z
        .string()
        .regex(/^(cron|rate)\(.+\)$/, 'an expression of EventBridge Scheduler such as cron(0 4 * * ? *)')
        .describe('When it runs, instead of what schedule.json beside the definition says'),
      timezone: z.string().min(1).max(50).describe('Such as Europe/Berlin'),
    })
    .optional()
    .describe("A schedule of this stack instead of the pipeline's own"),
});

export const pipelinesConfig = defineSection({
  schema: z.strictObject({
    enabled: z.boolean().describe('Whether the stack has pipelines'),
    entries: z
      .record(
        z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a name of at most 40 lower-case letters, digits, dashes'),
        entry,
      )
      .describe('Pipelines by name, each as `nx run PIPELINE:compile` writes it'),
    images: z
      .strictObject({ typescript: digest.optional(), python: digest.optional() })
      .describe('Digests of the images that steps run in; a pipeline is made once those that it names are here'),
    schedules: z.boolean().describe('Whether pipelines run by themselves'),
    parallelism: z.int().min(1).max(200).describe('Steps of one run on SageMaker that run at once, at most'),
    maxVcpus: z.int().min(1).max(10_000).describe('CPUs that AWS Batch uses at once, at most'),
    spotFallback: z.boolean().describe('Let a step for spot machines run on others while there are none'),
    logRetentionDays: z.int().min(1).max(400).describe('Days that logs are kept'),
  }),
  defaults: {
    dev: settings(false, { parallelism: 4, maxVcpus: 16, logRetentionDays: 7 }),
    preview: settings(false, { parallelism: 2, maxVcpus: 8, logRetentionDays: 3 }),
    staging: settings(true, { parallelism: 8, maxVcpus: 64, logRetentionDays: 30 }),
    prod: settings(true, { parallelism: 16, maxVcpus: 256, logRetentionDays: 365 }),
  },
});

function settings(schedules: boolean, sizes: { parallelism: number; maxVcpus: number; logRetentionDays: number }) {
  return { enabled: true, entries: {}, images: {}, schedules, spotFallback: true, ...sizes };
}
