import type { FormName, StepFunctionsSettings } from '../settings.ts';

const ACCOUNT = '123456789012';
const REGISTRY = `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com`;
const network = { subnets: ['subnet-1'], securityGroups: ['sg-1'] };

export const FORMS = ['batch', 'sagemaker', 'ecs', 'lambda'] as const satisfies readonly FormName[];

/** Every form, each with all that can be given it. */
export const SETTINGS: StepFunctionsSettings = {
  lake: 's3://lake/runs',
  pipeline: 'src/pipeline.ts',
  on: 'batch',
  batch: {
    queue: 'on-demand',
    spotQueue: 'spot',
    accelerators: { 'nvidia-t4': { queue: 'gpu', spotQueue: 'gpu-spot' } },
    jobDefinitions: { typescript: 'step-node', python: 'step-python' },
    disk: '100Gi',
  },
  sagemaker: {
    role: `arn:aws:iam::${ACCOUNT}:role/pipelines`,
    images: { typescript: `${REGISTRY}/steps:1`, python: `${REGISTRY}/steps-python:1` },
    network,
    kmsKey: 'alias/lake',
  },
  ecs: {
    launch: 'fargate',
    cluster: 'steps',
    taskDefinitions: { typescript: 'step-node', python: 'step-python' },
    container: 'step',
    network,
  },
  lambda: { functions: { typescript: 'step-node', python: 'step-python' }, memory: '10Gi', disk: '10Gi' },
  fanOut: 'map',
  concurrency: 40,
  command: ['run-step'],
  schedule: { region: 'eu-central-1', role: `arn:aws:iam::${ACCOUNT}:role/scheduler` },
};

/** Of ECS on machines instead of Fargate. */
export const ON_EC2: StepFunctionsSettings = {
  ...SETTINGS,
  on: 'ecs',
  ecs: {
    launch: 'ec2',
    cluster: 'steps',
    taskDefinitions: { typescript: 'step-node', python: 'step-python' },
    container: 'step',
    capacityProvider: 'machines',
    spotCapacityProvider: 'spot-machines',
    accelerators: { 'nvidia-t4': { capacityProvider: 'gpu', spotCapacityProvider: 'spot-gpu' } },
    disk: '100Gi',
  },
};

export const on = (form: FormName): StepFunctionsSettings => ({ ...SETTINGS, on: form });
