import type { SageMakerSettings } from '../settings.ts';

const REGISTRY = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';

export const SETTINGS: SageMakerSettings = {
  lake: 's3://lake/runs/',
  pipeline: 'apps/sales/src/pipeline.ts',
  role: 'arn:aws:iam::123456789012:role/pipelines',
  images: { typescript: `${REGISTRY}/steps:1`, python: `${REGISTRY}/steps-python:1` },
  network: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
  kmsKey: 'alias/lake',
  parallelism: 8,
  schedule: { region: 'eu-central-1', role: 'arn:aws:iam::123456789012:role/scheduler' },
};
