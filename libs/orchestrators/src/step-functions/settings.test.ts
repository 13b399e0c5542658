import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { STEP_FUNCTIONS_EXAMPLE, stepFunctionsSettings } from './settings.ts';
import { ON_EC2, SETTINGS } from './testing/settings.ts';

const parsed = (settings: object) => stepFunctionsSettings.safeParse(settings);
const { pipeline: _, ...ALL } = SETTINGS;

test('the example is taken, and says that steps run on Batch, a Map of 40 at most', () => {
  expect(stepFunctionsSettings.parse(parse(STEP_FUNCTIONS_EXAMPLE)['step-functions'])).toMatchObject({
    on: 'batch',
    fanOut: 'map',
    concurrency: 40,
    command: ['run-step'],
  });
});

test('all that can be said is taken as it is', () => {
  const { pipeline: __, ...onEc2 } = ON_EC2;
  for (const settings of [ALL, onEc2]) expect(stepFunctionsSettings.parse(settings)).toEqual(settings);
  const steps = {
    train: { on: 'sagemaker', form: 'training', instance: 'ml.m5.xlarge' },
    notify: { on: 'lambda' },
    clean: { on: 'ecs' },
    load: { on: 'batch' },
  };
  expect(parsed({ ...ALL, steps }).data?.steps).toEqual(steps);
});

test.each<[string, object]>([
  ['an unknown key', { ...ALL, queue: 'jobs' }],
  ['a form that is none', { ...ALL, on: 'glue' }],
  ['an unknown key of Batch', { ...ALL, batch: { ...ALL.batch, images: {} } }],
  ['an unknown key of SageMaker', { ...ALL, sagemaker: { ...ALL.sagemaker, lake: 's3://other' } }],
  ['an unknown key of ECS', { ...ALL, ecs: { ...ALL.ecs, disk: '1Gi' } }],
  ['Fargate without a network', { ...ALL, ecs: { ...ALL.ecs, network: undefined } }],
  ['an unknown key of Lambda', { ...ALL, lambda: { ...ALL.lambda, image: 'x' } }],
  ['a function that is too small', { ...ALL, lambda: { ...ALL.lambda, memory: '127Mi' } }],
  ['a function that is too large', { ...ALL, lambda: { ...ALL.lambda, memory: '11Gi' } }],
  ['a disk that is no quantity', { ...ALL, batch: { ...ALL.batch, disk: 'large' } }],
  ['a machine of a step on Lambda', { ...ALL, steps: { train: { on: 'lambda', instance: 'ml.m5.xlarge' } } }],
  ['a step that runs nowhere', { ...ALL, steps: { train: { instance: 'ml.m5.xlarge' } } }],
  ['more at once than a Map takes', { ...ALL, concurrency: 41 }],
  ['a role that is none', { ...ALL, schedule: { region: 'eu-central-1', role: 'scheduler' } }],
])('%s is refused', (_, settings) => {
  expect(parsed(settings).success).toBe(false);
});
