import { defineSection } from '@ml-platform/conventions';
import { z } from 'zod';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "an image's digest, sha256:… of 64 hexadecimal digits");
const modelData = z.string().regex(/^s3:\/\/[^/]+\/.+$/, 'an address in S3: s3://bucket/models/…');

const variant = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,22}[a-z0-9]$/, '2 to 24 lower-case letters, digits and dashes')
    .describe('Its name'),
  weight: z.number().min(0).describe('Share of the requests, beside those of the others'),
  imageDigest: digest.optional().describe("Digest of its image, where it differs from the others'"),
  modelData: modelData.optional().describe("Where its model lies, where it differs from the others'"),
  instanceType: z.string().startsWith('ml.').optional().describe('Machine; none for a serverless one'),
  minInstances: z.int().min(0).describe('Machines at least; 0 for a serverless or an async one alone'),
  maxInstances: z.int().min(1).describe('Machines at most; more than the least: it scales by requests'),
  memoryMb: z.literal([1024, 2048, 3072, 4096, 5120, 6144]).optional().describe('Makes it serverless, with so much'),
  maxConcurrency: z.int().min(1).max(200).optional().describe('Of a serverless one: requests at once, at most'),
  provisionedConcurrency: z.int().min(1).max(200).optional().describe('Of a serverless one: kept warm'),
});

const scheduled = z.strictObject({
  cron: z
    .string()
    .regex(/^(cron|rate|at)\(.+\)$/, 'an expression such as cron(0 7 ? * MON-FRI *)')
    .describe('When'),
  timezone: z.string().min(1).describe('Such as Europe/Berlin'),
  min: z.int().min(0).describe('Machines or tasks at least, from then on'),
  max: z.int().min(1).describe('Machines or tasks at most, from then on'),
});

/** Costs nothing while nobody asks. */
const SERVERLESS = {
  ...{ name: 'champion', weight: 1, minInstances: 0, maxInstances: 1 },
  ...{ memoryMb: 2048 as const, maxConcurrency: 5 },
};

export const servingConfig = defineSection({
  schema: z.strictObject({
    kind: z.enum(['endpoint', 'fargate', 'lambda', 'none']).describe('What answers requests; none: nothing does'),
    imageDigest: digest
      .optional()
      .describe('Digest of the image of the model server; until it is here, nothing is served'),
    modelData: modelData.optional().describe('Of an endpoint: where the model lies, where the image has none'),
    command: z.array(z.string()).describe('Arguments of the model server, such as --model flight-delays'),
    environment: z.record(z.string(), z.string()).describe('Environment variables of the model server; no secrets'),
    healthPath: z.string().startsWith('/').describe('Where the model server says that it is ready'),
    logRetentionDays: z.int().min(1).max(400).describe('Days that logs are kept'),
    alarm5xxPerMinute: z.int().min(1).describe('Failed requests in a minute that are an alarm'),
    alarmP99Ms: z.int().min(1).describe('Milliseconds that 99 of 100 requests may take before it is an alarm'),
    schedules: z.array(scheduled).describe('Other sizes at other times: of an endpoint and of Fargate'),

    variants: z.array(variant).describe('Of an endpoint: models side by side, by weight'),
    shadowVariants: z
      .array(variant)
      .describe('Of an endpoint: models that get the requests too, and whose answers are kept'),
    multiModel: z.boolean().describe('Of an endpoint: modelData is a prefix, and a request names the model below it'),
    networkIsolation: z.boolean().describe('Of an endpoint: the container can call nothing'),
    capturePercent: z.int().min(0).max(100).describe('Of an endpoint: requests and answers that are kept in the lake'),
    asyncConcurrency: z
      .int()
      .min(0)
      .max(1000)
      .describe('Of an endpoint: answers go to the lake, so many at once; 0: at once'),
    targetInvocations: z.int().min(1).describe('Of an endpoint: requests of a minute that one machine is to have'),
    traffic: z.enum(['all-at-once', 'canary', 'linear']).describe('How requests go over to a new version'),
    trafficPercent: z.int().min(1).max(50).describe('Share of the requests that goes over first, or at each step'),
    trafficWaitSeconds: z.int().min(60).max(3600).describe('How long each share is watched'),
    deploysOwnTraffic: z
      .boolean()
      .describe('Deploys shift versions and weights themselves: the stack leaves those alone'),

    cpu: z.literal([256, 512, 1024, 2048, 4096, 8192]).describe('Of Fargate: CPU units of a task'),
    memoryMb: z.int().min(512).max(61_440).describe('Of Fargate and Lambda: memory of a task or call'),
    minTasks: z.int().min(1).describe('Of Fargate: tasks at least'),
    maxTasks: z.int().min(1).describe('Of Fargate: tasks at most'),
    targetCpuPercent: z.int().min(10).max(90).describe('Of Fargate: load that tasks are added for'),
    spotPercent: z.int().min(0).max(100).describe('Of Fargate: share of the tasks beyond the least on spot machines'),
    isPublic: z.boolean().describe('Of Fargate: reachable from the internet; else from the network alone'),
    firewallRate: z.int().min(10).describe('Where it is public: requests in 5 minutes from one address, at most'),
    certificateArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/.+$/, 'the ARN of a certificate of ACM')
      .optional()
      .describe('Of Fargate: certificate of the load balancer, which speaks TLS alone'),
    hostName: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'a name such as models.acme.example')
      .optional()
      .describe('Of Fargate: a name that the certificate is for'),
    bakeMinutes: z.int().min(0).max(1440).describe('Of Fargate: how long the old tasks stay beside the new'),

    timeoutSeconds: z.int().min(1).max(900).describe('Of Lambda: how long a call may take'),
    reservedConcurrency: z.int().min(-1).describe('Of Lambda: calls at once, at most; -1: what the account has'),
    provisionedConcurrency: z.int().min(0).describe('Of Lambda: calls that are kept warm'),
  }),
  defaults: {
    dev: {
      ...shared('dev'),
      ...{
        kind: 'endpoint' as const,
        variants: [SERVERLESS],
        logRetentionDays: 7,
        capturePercent: 0,
        traffic: 'all-at-once' as const,
      },
      ...{ deploysOwnTraffic: false, minTasks: 1, maxTasks: 1, spotPercent: 100, bakeMinutes: 0 },
    },
    preview: {
      ...shared('preview'),
      ...{ kind: 'none' as const, logRetentionDays: 3, capturePercent: 0, traffic: 'all-at-once' as const },
      ...{ deploysOwnTraffic: false, minTasks: 1, maxTasks: 1, spotPercent: 100, bakeMinutes: 0 },
    },
    staging: {
      ...shared('staging'),
      ...{ kind: 'endpoint' as const, logRetentionDays: 30, capturePercent: 20, traffic: 'canary' as const },
      ...{ deploysOwnTraffic: false, minTasks: 1, maxTasks: 2, spotPercent: 50, bakeMinutes: 5 },
    },
    prod: {
      ...shared('prod'),
      ...{ kind: 'endpoint' as const, logRetentionDays: 365, capturePercent: 20, traffic: 'canary' as const },
      ...{ deploysOwnTraffic: true, minTasks: 2, maxTasks: 10, spotPercent: 0, bakeMinutes: 10 },
    },
  },
});

/** Machines in prod are two at least: in zones of their own. */
function shared(environment: 'dev' | 'preview' | 'staging' | 'prod') {
  const instances =
    environment === 'prod' ? { minInstances: 2, maxInstances: 6 } : { minInstances: 1, maxInstances: 1 };
  return {
    ...{ command: [], environment: {}, healthPath: '/health', schedules: [], alarm5xxPerMinute: 5, alarmP99Ms: 1000 },
    variants: [{ name: 'champion', weight: 1, instanceType: 'ml.m5.large', ...instances }],
    ...{ shadowVariants: [], multiModel: false, networkIsolation: false, asyncConcurrency: 0, targetInvocations: 1000 },
    ...{ trafficPercent: 10, trafficWaitSeconds: 300, cpu: 1024 as const, memoryMb: 2048, targetCpuPercent: 60 },
    ...{ isPublic: false, firewallRate: 2000, timeoutSeconds: 30, reservedConcurrency: -1, provisionedConcurrency: 0 },
  };
}
