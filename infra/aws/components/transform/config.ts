import { defineSection, type Problem, type SettingsOf } from '@ml-platform/conventions';
import { z } from 'zod';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "an image's digest, sha256:… of 64 hexadecimal digits");
const prefix = z.string().regex(/^[a-z0-9][a-z0-9/_=-]*\/$/, 'a prefix of the lake such as features/flights/');

const job = z.strictObject({
  modelData: z
    .string()
    .regex(/^s3:\/\/[^/]+\/.+$/, 'an address in S3: s3://bucket/models/…')
    .optional()
    .describe('Where the model lies; until it is here, or the image has it, there is no job'),
  imageHasModel: z.boolean().optional().describe('Whether the image has the model already'),
  input: prefix.describe('What predictions are made of'),
  output: prefix.startsWith('predictions/', 'a prefix below predictions/').describe('Where predictions go, by run'),
  contentType: z.enum(['application/json', 'application/jsonlines', 'text/csv']).describe('What a file holds'),
  splitByLine: z.boolean().describe('Whether each line is a request of its own; else each file is'),
  joinInput: z.boolean().describe('Whether each prediction stands beside what it was made of'),
  instanceType: z.string().startsWith('ml.').describe('Machine'),
  instances: z.int().min(1).max(100).describe('Machines'),
  maxConcurrent: z.int().min(1).max(1000).describe('Requests at once, per machine'),
  maxPayloadMb: z.int().min(1).max(100).describe('Size of a request, at most'),
  schedule: z
    .strictObject({
      cron: z
        .string()
        .regex(/^(cron|rate)\(.+\)$/, 'an expression such as cron(0 4 * * ? *)')
        .describe('When it runs'),
      timezone: z.string().min(1).max(50).describe('Such as Europe/Berlin'),
    })
    .optional()
    .describe('When it runs by itself'),
});

export const transformConfig = defineSection({
  schema: z.strictObject({
    enabled: z.boolean().describe('Whether the stack makes predictions of whole files'),
    imageDigest: digest
      .optional()
      .describe('Digest of the image of the model server; until it is here, there is no job'),
    jobs: z
      .record(
        z.string().regex(/^[a-z][a-z0-9-]{0,24}$/, 'a name of at most 25 lower-case letters, digits, dashes'),
        job,
      )
      .describe('Jobs by name'),
    schedules: z.boolean().describe('Whether jobs run by themselves'),
    logRetentionDays: z.int().min(1).max(400).describe('Days that logs are kept'),
  }),
  defaults: {
    dev: { enabled: true, jobs: {}, schedules: false, logRetentionDays: 7 },
    preview: { enabled: false, jobs: {}, schedules: false, logRetentionDays: 3 },
    staging: { enabled: true, jobs: {}, schedules: true, logRetentionDays: 30 },
    prod: { enabled: true, jobs: {}, schedules: true, logRetentionDays: 365 },
  },
});

interface Named {
  readonly entries: Readonly<Record<string, { readonly engine: string }>>;
}

/** A job and a pipeline that would be state machines of one name, and lines that are no documents of their own. */
export function transformProblems(
  { enabled, jobs }: SettingsOf<typeof transformConfig>,
  { entries }: Named,
): Problem[] {
  const taken = Object.keys(enabled ? jobs : {}).filter((job) => entries[job]?.engine === 'step-functions');
  const split = Object.entries(enabled ? jobs : {}).filter(
    ([, { contentType, splitByLine }]) => splitByLine && contentType === 'application/json',
  );
  return [
    ...taken.map((job) => ({
      key: `transform.jobs.${job}`,
      value: job,
      expected: `a name that isn't that of a pipeline: pipelines.entries.${job} is a state machine too`,
    })),
    ...split.map(([job, { contentType }]) => ({
      key: `transform.jobs.${job}.contentType`,
      value: contentType,
      expected: 'application/jsonlines where splitByLine puts several lines into one request',
    })),
  ];
}
