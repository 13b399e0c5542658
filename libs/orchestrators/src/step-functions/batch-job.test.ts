import { expect, test } from 'vitest';
import { alone, stateOf, textOf } from './testing/compiled.ts';
import { SETTINGS } from './testing/settings.ts';

test('what a step asks for is in its job', () => {
  const asked = {
    resources: { cpu: 4, memory: '16Gi', disk: '100Gi', accelerator: { type: 'nvidia-t4', count: 2 } },
    timeout: '2h',
  };
  expect(stateOf(asked, SETTINGS, { labels: { team: 'delays' } })).toMatchObject({
    Resource: 'arn:aws:states:::batch:submitJob.sync',
    Parameters: {
      'JobName.$': "States.Format('step-0-{}', $$.Execution.Name)",
      JobQueue: 'gpu',
      JobDefinition: 'step-node',
      ContainerOverrides: {
        'Command.$':
          "States.Array('run-step', '--pipeline', 'src/pipeline.ts', '--step', 'step-0', '--store', States.Format('s3://lake/runs/{}', $$.Execution.Name), '--params-json', $.params)",
        ResourceRequirements: [
          { Type: 'VCPU', Value: '4' },
          { Type: 'MEMORY', Value: '16384' },
          { Type: 'GPU', Value: '2' },
        ],
      },
      RetryStrategy: { Attempts: 1 },
      Timeout: { AttemptDurationSeconds: 7200 },
      Tags: { team: 'delays' },
    },
  });
});

test('a spot step goes to the queue of machines that can be taken away, and starts again where one is', () => {
  const RetryStrategy = { Attempts: 5, EvaluateOnExit: [{ Action: 'RETRY' }, { Action: 'EXIT' }] };
  expect(stateOf({ spot: true })).toMatchObject({ Parameters: { JobQueue: 'spot', RetryStrategy } });
  const accelerator = { type: 'nvidia-t4', count: 1 };
  expect(stateOf({ spot: true, resources: { accelerator } })).toMatchObject({ Parameters: { JobQueue: 'gpu-spot' } });
});

test.each<[Parameters<typeof alone>[0], string]>([
  [{ timeout: '59s' }, 'timeout is 59s; AWS Batch takes at least 60s (source: AWS Batch API reference, JobTimeout)'],
  [
    { resources: { memory: '3Mi' } },
    'resources.memory is 3Mi; AWS Batch takes at least 4Mi (source: AWS Batch API reference, ResourceRequirement)',
  ],
  [
    { resources: { cpu: 1.5 } },
    'resources.cpu is 1.5; AWS Batch takes whole numbers, and on Fargate 0.25 or 0.5 (source: AWS Batch API reference, ResourceRequirement)',
  ],
  [
    { name: 'x'.repeat(48) },
    `name is '${'x'.repeat(48)}'; AWS Batch takes 128 characters, which an execution's name leaves 47 of (source: AWS Batch API reference, SubmitJob)`,
  ],
])('%j is refused', (fields, message) => {
  expect(() => textOf(alone(fields))).toThrow(`pipeline 'random', step '${fields?.name ?? 'step-0'}': ${message}`);
});

test.each<[Parameters<typeof alone>[0], string]>([
  [
    { resources: { accelerator: { type: 'tpu', count: 1 } } },
    "asks for resources.accelerator tpu, and the settings have no batch.accelerators['tpu']",
  ],
  [
    { spot: true, resources: { accelerator: { type: 'nvidia-v100', count: 1 } } },
    "asks for spot, and the settings have no batch.accelerators['nvidia-v100'].spotQueue",
  ],
  [
    { resources: { disk: '101Gi' } },
    'asks for resources.disk 101Gi, and the settings have no batch.disk of that size, but 100Gi',
  ],
])('%j is refused where the settings have no such machines', (fields, message) => {
  const { batch } = SETTINGS;
  if (batch === undefined) throw new Error('the settings have batch');
  const settings = { ...SETTINGS, batch: { ...batch, accelerators: { 'nvidia-v100': { queue: 'v100' } } } };
  expect(() => textOf(alone(fields), settings)).toThrow(`step 'step-0' ${message}`);
});

test('a step that asks for no more than a share of a CPU gets it', () => {
  expect(stateOf({ resources: { cpu: 0.25 } })).toMatchObject({
    Parameters: { ContainerOverrides: { ResourceRequirements: [{ Type: 'VCPU', Value: '0.25' }] } },
  });
});
