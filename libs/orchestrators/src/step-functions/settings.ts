import { parseMemory } from '@ml-platform/pipeline';
import { z } from 'zod';
import { ROLE_ARN } from '../aws/arn.ts';
import { sageMakerSettings } from '../sagemaker/settings.ts';

const byLanguage = z.strictObject({ typescript: z.string(), python: z.string() });
const mebibytes = (text: string) => parseMemory(text) ?? 0;
const quantity = z.string().refine((text) => mebibytes(text) > 0, 'expected a quantity such as 4Gi');

const queues = z.strictObject({
  /** Name or ARN of a queue whose machines stay. */
  queue: z.string(),
  /** One whose machines can be taken away. */
  spotQueue: z.string().exactOptional(),
});

const batch = queues.extend({
  /** Names or ARNs, by the language of a step. */
  jobDefinitions: byLanguage,
  /** Queues of machines with an accelerator, by its type. */
  accelerators: z.record(z.string(), queues).exactOptional(),
  /** What a job has of it, by its definition or by the machines of its queue. */
  disk: quantity.exactOptional(),
});

const network = z.strictObject({
  subnets: z.array(z.string()).min(1).max(16),
  securityGroups: z.array(z.string()).min(1).max(5),
  /** For subnets without a way out of their own. */
  publicIp: z.boolean().exactOptional(),
});

const tasks = z.strictObject({
  cluster: z.string(),
  /** Families or ARNs, by the language of a step. */
  taskDefinitions: byLanguage,
  /** The container in these that runs a step. */
  container: z.string(),
});

const providers = z.strictObject({
  /** Capacity provider whose machines stay. */
  capacityProvider: z.string(),
  /** One whose machines can be taken away. */
  spotCapacityProvider: z.string().exactOptional(),
});

const ecs = z.discriminatedUnion('launch', [
  tasks.extend({ launch: z.literal('fargate'), network }),
  tasks.extend({
    launch: z.literal('ec2'),
    /** Of tasks in network mode awsvpc. */
    network: network.exactOptional(),
    ...providers.partial().shape,
    /** Providers of machines with an accelerator, by its type. */
    accelerators: z.record(z.string(), providers).exactOptional(),
    /** What a task has of it, by the machines of its cluster. */
    disk: quantity.exactOptional(),
  }),
]);

const lambda = z.strictObject({
  /** Names or ARNs, by the language of a step: of functions with a timeout of 15 minutes that give the words of their event's `command` to the step runner. */
  functions: byLanguage,
  /** What both have of it; Lambda's own unless given. */
  memory: quantity.refine(between(128, 10_240), 'Lambda takes 128Mi to 10240Mi').default('128Mi'),
  disk: quantity.refine(between(512, 10_240), 'Lambda takes 512Mi to 10240Mi').default('512Mi'),
});

const sagemaker = sageMakerSettings.pick({ role: true, images: true, network: true, kmsKey: true, spotWait: true });
const stepOnSageMaker = sageMakerSettings.shape.steps.unwrap().valueType;

/** What a step runs on instead of what the others do. */
const step = z.discriminatedUnion('on', [
  z.strictObject({ on: z.literal('batch') }),
  stepOnSageMaker.extend({ on: z.literal('sagemaker') }),
  z.strictObject({ on: z.literal('ecs') }),
  z.strictObject({ on: z.literal('lambda') }),
]);

/** What the document doesn't say: what a state machine's steps run on, and where their artifacts lie. */
export const stepFunctionsSettings = z.strictObject({
  /** `s3://bucket/prefix`: each execution gets the folder of its name below it. */
  lake: z.string(),
  /** What steps run on; its section is needed. */
  on: z.enum(['batch', 'sagemaker', 'ecs', 'lambda']).default('batch'),
  batch: batch.exactOptional(),
  sagemaker: sagemaker.exactOptional(),
  ecs: ecs.exactOptional(),
  lambda: lambda.exactOptional(),
  /** By the name of a step. */
  steps: z.record(z.string(), step).exactOptional(),
  /** A loop is a Map, a task per item, or one task that loops inside: for lists that a Map can't hold. */
  fanOut: z.enum(['map', 'runner']).default('map'),
  /** Items of a Map that run at once, at most. Source: Step Functions developer guide, "Map state processing modes". */
  concurrency: z.int().min(1).max(40).default(40),
  /** What the image calls the step runner by. */
  command: z.array(z.string()).min(1).default(['run-step']),
  /** For a pipeline with a schedule: where it runs, and the role that may start it. */
  schedule: z
    .strictObject({
      region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
      role: z.string().max(2048).regex(ROLE_ARN, 'expected the ARN of a role'),
    })
    .exactOptional(),
});

export const STEP_FUNCTIONS_EXAMPLE = `step-functions:
  lake: s3://acme-lake/runs
  # sagemaker, ecs and lambda have sections as well; a step of its own: steps: { notify: { on: lambda } }
  on: batch
  batch:
    queue: on-demand
    spotQueue: spot
    jobDefinitions: { typescript: steps, python: steps-python }`;

export type StepFunctionsSettings = z.infer<typeof stepFunctionsSettings> & {
  /** Path of the pipeline's file in the image. */
  readonly pipeline: string;
};

/** What a step can run on. */
export type FormName = StepFunctionsSettings['on'];

/** The settings of one form. */
export type SectionOf<Name extends FormName> = Required<StepFunctionsSettings>[Name];

function between(least: number, most: number): (text: string) => boolean {
  return (text) => mebibytes(text) >= least && mebibytes(text) <= most;
}
