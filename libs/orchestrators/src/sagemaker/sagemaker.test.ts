import { checkDocument, type PipelineDocument, upstream } from '@ml-platform/pipeline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { FEATURES } from '../features.ts';
import { expectedRun } from '../step-functions/testing/expected-run.ts';
import { compile } from '../target.ts';
import { documentOf, documentsWith, meshDocument, stressDocument } from '../testing/documents.ts';
import type { Definition, JobStep } from './definition.ts';
import { DEFINITION_FILE, REQUEST_FILE, SCHEDULE_FILE, sageMaker } from './sagemaker.ts';
import { SAGEMAKER_EXAMPLE, type SageMakerSettings, sageMakerSettings } from './settings.ts';
import { runDefinition } from './testing/run-definition.ts';
import { SETTINGS } from './testing/settings.ts';

const quality = { quality: { kind: 'metrics', path: 'quality.json', metrics: ['auc', 'log.loss'] } };

function sales(more: object = {}, ofTrain: object = {}): PipelineDocument {
  const train = {
    name: 'train',
    description: 'Trains\nthe model',
    runner: { language: 'python', module: 'src/train.py', requirements: 'requirements.txt' },
    paramsKey: 'train',
    inputs: {},
    outputs: quality,
    resources: { cpu: 4, memory: '16Gi', disk: '50Gi', accelerator: { type: 'nvidia-t4', count: 1 } },
    retry: { attempts: 3, backoff: '1m', factor: 2 },
    timeout: '2h',
    spot: true,
    ...ofTrain,
  };
  const register = {
    name: 'register',
    runner: { language: 'typescript', module: 'src/register.ts' },
    paramsKey: 'register',
    inputs: { quality: { kind: 'metrics', from: [{ step: 'train', output: 'quality' }] } },
    outputs: {},
    when: [
      { metric: { step: 'train', output: 'quality', name: 'auc' }, operator: '>=', bound: 0.7 },
      {
        metric: { step: 'train', output: 'quality', name: 'log.loss' },
        operator: '<',
        bound: { step: 'train', output: 'quality', name: 'auc' },
      },
    ],
  };
  return checkDocument({ version: '1.0', name: 'sales', params: {}, steps: [train, register], ...more });
}

const textOf = (document: PipelineDocument, settings: SageMakerSettings = SETTINGS) =>
  compile(sageMaker, document, settings).get(DEFINITION_FILE) ?? '';
const compiled = (document: PipelineDocument, settings?: SageMakerSettings) =>
  JSON.parse(textOf(document, settings)) as Definition;
const job = (document: PipelineDocument, settings?: SageMakerSettings) =>
  compiled(document, settings).Steps[0] as JobStep;

const place = (...path: readonly string[]) => ({
  'Std:Join': { On: '/', Values: ['s3://lake/runs', { Get: 'Execution.PipelineExecutionId' }, ...path] },
});

const runner = (step: string, ...more: string[]) => ({
  ContainerEntrypoint: ['run-step'],
  ContainerArguments: [
    ...['--pipeline', 'apps/sales/src/pipeline.ts', '--step', step, '--store', place()],
    ...['--params-json', { Get: 'Parameters.Params' }, ...more],
  ],
});

test('a definition has one parameter, an experiment of its own, and the steps', () => {
  const { Steps, ...rest } = compiled(sales());
  expect(rest).toEqual({
    Version: '2020-12-01',
    Metadata: {},
    Parameters: [{ Name: 'Params', Type: 'String', DefaultValue: '{}' }],
    PipelineExperimentConfig: {
      ExperimentName: { Get: 'Execution.PipelineName' },
      TrialName: { Get: 'Execution.PipelineExecutionId' },
    },
  });
  expect(Steps.map(({ Name, Type }) => [Name, Type])).toEqual([
    ['train', 'Training'],
    ['gate_1', 'Condition'],
  ]);
});

test('a spot step is a training job that waits for machines, keeps checkpoints and shows its metrics', () => {
  const pause = { IntervalSeconds: 60, BackoffRate: 2, MaxAttempts: 2 };
  expect(job(sales({ labels: { team: 'growth' } }))).toEqual({
    Name: 'train',
    Type: 'Training',
    Description: 'Trains the model',
    RetryPolicies: [
      { ExceptionType: ['Step.SERVICE_FAULT', 'Step.THROTTLING'], ...pause },
      {
        ExceptionType: ['SageMaker.JOB_INTERNAL_ERROR', 'SageMaker.CAPACITY_ERROR', 'SageMaker.RESOURCE_LIMIT'],
        ...pause,
      },
    ],
    Arguments: {
      AlgorithmSpecification: {
        TrainingImage: SETTINGS.images.python,
        TrainingInputMode: 'File',
        ...runner('train', '--retry'),
        MetricDefinitions: [
          { Name: 'quality.auc', Regex: 'metric quality\\.auc=([-+0-9.eE]+)' },
          { Name: 'quality.log.loss', Regex: 'metric quality\\.log\\.loss=([-+0-9.eE]+)' },
        ],
      },
      OutputDataConfig: { S3OutputPath: place('jobs/train'), KmsKeyId: 'alias/lake' },
      ResourceConfig: { InstanceType: 'ml.g4dn.xlarge', InstanceCount: 1, VolumeSizeInGB: 50 },
      StoppingCondition: { MaxRuntimeInSeconds: 21_780, MaxWaitTimeInSeconds: 21_780 + 86_400 },
      EnableManagedSpotTraining: true,
      CheckpointConfig: { S3Uri: place('checkpoints/train') },
      VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] },
      RoleArn: SETTINGS.role,
      Tags: [{ Key: 'team', Value: 'growth' }],
    },
  });
});

test('another step is a processing job, with what it reads and leaves for the lineage', () => {
  const { Steps } = compiled(sales());
  const gate = Steps[1];
  if (gate?.Type !== 'Condition') throw new Error('the second step is the gate');
  const { Name, DependsOn, Arguments } = gate.Arguments.IfSteps[0] ?? ({} as JobStep);
  expect([Name, DependsOn]).toEqual(['register', ['train']]);
  const S3Uri = place('artifacts/train/quality.json');
  expect(Arguments).toEqual({
    ProcessingResources: {
      ClusterConfig: {
        InstanceType: 'ml.m5.large',
        InstanceCount: 1,
        VolumeSizeInGB: 30,
        VolumeKmsKeyId: 'alias/lake',
      },
    },
    AppSpecification: { ImageUri: SETTINGS.images.typescript, ...runner('register') },
    ProcessingInputs: [
      {
        InputName: 'train_quality',
        AppManaged: true,
        S3Input: { S3Uri, S3DataType: 'S3Prefix', S3InputMode: 'File' },
      },
    ],
    NetworkConfig: { VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] } },
    RoleArn: SETTINGS.role,
  });
});

test('a step that the settings make a training job is one, without spot and on their machine', () => {
  const document = sales({}, { spot: false });
  const { Arguments } = job(document, {
    ...SETTINGS,
    steps: { train: { form: 'training', instance: 'ml.p3.8xlarge' } },
  });
  expect(Arguments).toMatchObject({
    ResourceConfig: { InstanceType: 'ml.p3.8xlarge', VolumeKmsKeyId: 'alias/lake' },
    StoppingCondition: { MaxRuntimeInSeconds: 21_780 },
  });
  expect(Arguments).not.toHaveProperty('EnableManagedSpotTraining');
  expect(Arguments).not.toHaveProperty('CheckpointConfig');
  expect(job(document)).toMatchObject({
    Type: 'Processing',
    Arguments: { StoppingCondition: { MaxRuntimeInSeconds: 21_780 } },
  });
});

test('a step whose machine only training jobs have is one', () => {
  const resources = { accelerator: { type: 'nvidia-a100-40gb', count: 8 } };
  const { Type, Arguments } = job(sales({}, { spot: false, resources }));
  expect(Type).toBe('Training');
  expect(Arguments).toMatchObject({ ResourceConfig: { InstanceType: 'ml.p4d.24xlarge' } });
});

test('a gate compares numbers in the lake, with a bound or with each other', () => {
  const S3Uri = place('artifacts/train/quality.json');
  const auc = { 'Std:JsonGet': { S3Uri, Path: 'auc' } };
  expect(compiled(sales()).Steps[1]).toMatchObject({
    DisplayName: 'train.auc >= 0.7 and train.log.loss < train.auc',
    DependsOn: ['train'],
    Arguments: {
      Conditions: [
        { Type: 'GreaterThanOrEqualTo', LeftValue: auc, RightValue: 0.7 },
        { Type: 'LessThan', LeftValue: { 'Std:JsonGet': { S3Uri, Path: "$['log.loss']" } }, RightValue: auc },
      ],
      ElseSteps: [],
    },
  });
});

test('steps with one gate and the same needs share a condition step', async () => {
  const gates = compiled(await stressDocument()).Steps.filter(({ Type }) => Type === 'Condition');
  const [first] = gates;
  expect(gates).toHaveLength(6);
  expect(first?.Type === 'Condition' && first.Arguments.IfSteps).toHaveLength(3);
});

test('the lineage has the first ten of what a step reads', () => {
  const shapes = Array.from({ length: 13 }, (_, index) => ({
    reads: index === 12 ? Array.from({ length: 12 }, (_, from) => from) : [],
    after: [],
    gates: [],
  }));
  const last = compiled(documentOf(shapes)).Steps[12] as JobStep;
  expect(last.DependsOn).toHaveLength(12);
  expect((last.Arguments as { ProcessingInputs: object[] }).ProcessingInputs).toHaveLength(10);
});

test('the requests beside it: of the pipeline and of its schedule', () => {
  const schedule = { cron: '0 4 * * 0', timezone: 'Europe/Berlin' };
  const files = compile(sageMaker, sales({ schedule, description: 'Sales', labels: { team: 'growth' } }), SETTINGS);
  expect(JSON.parse(files.get(REQUEST_FILE) ?? '')).toEqual({
    PipelineName: 'sales',
    PipelineDescription: 'Sales',
    RoleArn: SETTINGS.role,
    Tags: [{ Key: 'team', Value: 'growth' }],
    ParallelismConfiguration: { MaxParallelExecutionSteps: 8 },
  });
  expect(JSON.parse(files.get(SCHEDULE_FILE) ?? '')).toMatchObject({
    Name: 'sales',
    ScheduleExpression: 'cron(0 4 ? * SUN *)',
    Target: {
      Arn: 'arn:aws:sagemaker:eu-central-1:123456789012:pipeline/sales',
      RoleArn: 'arn:aws:iam::123456789012:role/scheduler',
    },
  });
  expect([...compile(sageMaker, sales(), SETTINGS).keys()]).toEqual([DEFINITION_FILE, REQUEST_FILE]);
});

test('the example settings are settings', () => {
  const example = sageMakerSettings.parse(parse(SAGEMAKER_EXAMPLE).sagemaker);
  expect(job(sales({}, { spot: false }), { ...example, pipeline: 'src/pipeline.ts' }).Type).toBe('Training');
});

const sorted = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();

test('any pipeline reads back as it was', async () => {
  const check = (document: PipelineDocument) => {
    const { steps, edges, gated } = sageMaker.readGraph(compile(sageMaker, document, SETTINGS));
    expect(sorted(steps)).toEqual(sorted(document.steps.map(({ name }) => name)));
    const before = document.steps.flatMap((step) => upstream(step).map((name) => [name, step.name]));
    expect(sorted(edges)).toEqual(sorted(before));
    expect(sorted(gated)).toEqual(
      sorted(document.steps.filter(({ when = [] }) => when.length > 0).map((of) => of.name)),
    );
  };
  fc.assert(fc.property(documentsWith(FEATURES), check));
  for (const document of [meshDocument(), await stressDocument()]) check(document);
});

test('whatever the metrics, the steps run whose needs ran and whose gates hold', () => {
  const numbers = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 40, maxLength: 40 });
  const check = (document: PipelineDocument, values: readonly number[]) => {
    const metricOf = (step: string) => values[Number(step.replace('step-', ''))] ?? 0;
    const ran = runDefinition(textOf(document), (uri, path) => {
      expect(path).toBe("$['a u.c']");
      return metricOf(/\/artifacts\/(step-\d+)\/metrics\.json$/.exec(uri)?.[1] ?? '');
    });
    expect([...ran].sort()).toEqual([...expectedRun(document, metricOf)].sort());
  };
  fc.assert(fc.property(documentsWith(['gates', 'after', 'loop']), numbers, check), { numRuns: 300 });
  fc.assert(fc.property(fc.constant(meshDocument()), numbers, check));
});
