import { z } from 'zod';
import { ROLE_ARN } from '../aws/arn.ts';
import { searchStrategy } from '../tuning.ts';

const role = z.string().max(2048).regex(ROLE_ARN, 'expected the ARN of a role');
// SageMaker API reference, AppSpecification: ImageUri.
const image = z.string().min(1).max(255);

const stepSettings = z.strictObject({
  /**
   * The kind of job; what is spot, or asks for a machine that training jobs alone get, is a training job anyway. A step
   * that searches can be a tuning job: SageMaker leads the search, with a training job per trial. It calls the image with
   * the one word `train`, so the image needs the step runner as its entrypoint (docs/images.md).
   */
  form: z.enum(['processing', 'training', 'tuning']).exactOptional(),
  /** Of a tuning job: `bayesian`, after what earlier trials found, unless given. */
  strategy: searchStrategy.exactOptional(),
  /** Instead of the smallest machine that has what the step asks for. */
  instance: z
    .string()
    .regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/)
    .exactOptional(),
});

/** What the document doesn't say: the images, rights and networks of jobs, and where their artifacts lie. */
export const sageMakerSettings = z.strictObject({
  /** `s3://bucket/prefix`: each execution gets the folder of its id below it. */
  lake: z.string().regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?$/, 'expected s3://bucket/prefix'),
  /** ARN of the role that the pipeline and its jobs have. */
  role,
  /** Addresses in ECR, by the language of a step. */
  images: z.strictObject({ typescript: image, python: image }),
  /** What the image calls the step runner by; `run-step` unless given. */
  command: z.array(z.string().max(256)).min(1).exactOptional(),
  /** By the name of a step. */
  steps: z.record(z.string(), stepSettings).exactOptional(),
  /** Where jobs run; they reach S3 from there. */
  network: z
    .strictObject({ subnets: z.array(z.string()).min(1).max(16), securityGroups: z.array(z.string()).min(1).max(5) })
    .exactOptional(),
  /** Id, ARN or alias of the key for volumes and outputs. */
  kmsKey: z.string().max(2048).exactOptional(),
  /** Steps of an execution that run at once, at most. */
  parallelism: z.int().positive().exactOptional(),
  /** How long a spot step waits for machines, all in all; `1d` unless given. */
  spotWait: z
    .string()
    .regex(/^[1-9]\d*[smhd]$/)
    .exactOptional(),
  /** For a pipeline with a schedule: where it runs, and the role that may start it. */
  schedule: z.strictObject({ region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/), role }).exactOptional(),
});

export const SAGEMAKER_EXAMPLE = `sagemaker:
  lake: s3://acme-lake/runs
  role: arn:aws:iam::123456789012:role/pipelines
  images:
    typescript: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/steps:1
    python: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/steps-python:1
  steps: { train: { form: training } }
  schedule: { region: eu-central-1, role: arn:aws:iam::123456789012:role/scheduler }`;

export type SageMakerSettings = z.infer<typeof sageMakerSettings> & {
  /** Path of the pipeline's file in the image. */
  readonly pipeline: string;
};
