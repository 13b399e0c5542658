import { expect, test } from 'vitest';
import { alone, looping, stateOf, statesOf, textOf } from './testing/compiled.ts';
import { runLocally } from './testing/run-locally.ts';
import { on } from './testing/settings.ts';

const SAGEMAKER = on('sagemaker');
const args =
  "States.Array('--pipeline', 'src/pipeline.ts', '--step', 'step-0', '--store', States.Format('s3://lake/runs/{}', $$.Execution.Name), '--params-json', $.params)";
const inLake = (path: string) => `States.Format('s3://lake/runs/{}/${path}', $$.Execution.Name)`;

test('a step is a processing job on the smallest machine that has what it asks for', () => {
  const resources = { cpu: 4, memory: '16Gi', disk: '100Gi' };
  const state = stateOf({ resources, timeout: '2h' }, SAGEMAKER, { labels: { team: 'delays' } });
  expect(state?.Resource).toBe('arn:aws:states:::sagemaker:createProcessingJob.sync');
  expect(state?.Parameters).toEqual({
    'ProcessingJobName.$': "States.Format('step-0-{}', States.UUID())",
    ProcessingResources: {
      ClusterConfig: {
        InstanceType: 'ml.m5.xlarge',
        InstanceCount: 1,
        VolumeSizeInGB: 100,
        VolumeKmsKeyId: 'alias/lake',
      },
    },
    AppSpecification: {
      ImageUri: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/steps:1',
      ContainerEntrypoint: ['run-step'],
      'ContainerArguments.$': args,
    },
    ProcessingOutputConfig: {
      Outputs: ['metrics', 'list'].map((OutputName) => ({
        OutputName,
        AppManaged: true,
        S3Output: { 'S3Uri.$': inLake(`artifacts/step-0/${OutputName}.json`), S3UploadMode: 'EndOfJob' },
      })),
      KmsKeyId: 'alias/lake',
    },
    StoppingCondition: { MaxRuntimeInSeconds: 7200 },
    NetworkConfig: { VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] } },
    RoleArn: 'arn:aws:iam::123456789012:role/pipelines',
    Tags: [{ Key: 'team', Value: 'delays' }],
  });
});

test('a spot step is a training job that keeps checkpoints', () => {
  const state = stateOf({ spot: true, timeout: '2h' }, SAGEMAKER);
  expect(state?.Resource).toBe('arn:aws:states:::sagemaker:createTrainingJob.sync');
  expect(state?.Parameters).toMatchObject({
    'TrainingJobName.$': "States.Format('step-0-{}', States.UUID())",
    AlgorithmSpecification: { ContainerEntrypoint: ['run-step'], 'ContainerArguments.$': args },
    OutputDataConfig: { 'S3OutputPath.$': inLake('jobs/step-0') },
    StoppingCondition: { MaxRuntimeInSeconds: 7200, MaxWaitTimeInSeconds: 7200 + 86_400 },
    EnableManagedSpotTraining: true,
    CheckpointConfig: { 'S3Uri.$': inLake('checkpoints/step-0') },
  });
});

test('a job has the time of one run of the step: Step Functions starts another for the next', () => {
  const fields = { timeout: '2h', retry: { attempts: 3, backoff: '1m' } } as const;
  for (const spot of [false, true]) {
    const state = stateOf({ ...fields, spot }, SAGEMAKER);
    expect(state).toMatchObject({ Parameters: { StoppingCondition: { MaxRuntimeInSeconds: 7200 } } });
    expect(state).toMatchObject({ Retry: [{ MaxAttempts: 2, IntervalSeconds: 60, BackoffRate: 2 }] });
  }
  expect(() => textOf(alone({ timeout: '9d', retry: { attempts: 3 } }), SAGEMAKER)).not.toThrow();
});

test('settings of a step choose its kind of job and its machine; what looks after its items has neither', () => {
  const steps = { loop: { on: 'sagemaker', form: 'training', instance: 'ml.p3.2xlarge' } } as const;
  const states = statesOf(looping(), { ...SAGEMAKER, steps });
  expect(JSON.stringify(states['loop: items'])).toContain('"InstanceType":"ml.p3.2xlarge"');
  expect(states.loop).toMatchObject({ Parameters: { ResourceConfig: { InstanceType: 'ml.m5.large' } } });
});

test('jobs have names of their own in each attempt, of at most 63 characters', async () => {
  const text = textOf(alone({ name: 'x'.repeat(63), retry: { attempts: 3 } }), SAGEMAKER);
  const names: unknown[] = [];
  const job = async (_: unknown, { parameters }: { parameters: unknown }) => {
    names.push((parameters as { ProcessingJobName: unknown }).ProcessingJobName);
    if (names.length < 3) throw new Error('the machine is gone');
  };
  await runLocally(text, {}, { job, object: () => '{}' });
  expect(new Set(names).size).toBe(3);
  for (const name of names) {
    expect(name).toMatch(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
    expect(name).toHaveLength(63);
  }
});

test.each<[string, Parameters<typeof alone>[0], Partial<typeof SAGEMAKER>, string]>([
  [
    'a run of ten days',
    { timeout: '10d' },
    {},
    'timeout is 10d; a processing job of SageMaker runs for at most 9 days (source: SageMaker API reference',
  ],
  [
    'an accelerator that it has not',
    { resources: { accelerator: { type: 'tpu', count: 1 } } },
    {},
    'resources.accelerator.type is tpu; a training job of SageMaker has nvidia-t4',
  ],
  ['a disk of 17 TiB', { resources: { disk: '17Ti' } }, {}, "resources.disk is 17Ti; SageMaker's volumes have at most"],
  [
    'a long path',
    {},
    { pipeline: `${'x'.repeat(254)}.ts` },
    "characters of its pipeline's path is 257; SageMaker takes at most 256 in an argument",
  ],
  [
    'a long address of the lake',
    {},
    { lake: `s3://lake/${'x'.repeat(166)}` },
    "characters of settings.lake is 176; SageMaker takes at most 256 in an argument, of which an execution's name has up to 80",
  ],
])('%s is refused', (_, fields, settings, message) => {
  expect(() => textOf(alone(fields), { ...SAGEMAKER, ...settings })).toThrow(`step 'step-0': ${message}`);
});

test('a spot step that the settings make a processing job is refused', () => {
  const steps = { 'step-0': { on: 'sagemaker', form: 'processing' } } as const;
  expect(() => textOf(alone({ spot: true }), { ...SAGEMAKER, steps })).toThrow("step 'step-0' is spot, and");
});
