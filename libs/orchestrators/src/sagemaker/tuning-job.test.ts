import { checkDocument, type PipelineDocument, type StepDocument, upstream } from '@ml-platform/pipeline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FEATURES } from '../features.ts';
import { expectedRun } from '../step-functions/testing/expected-run.ts';
import { compile } from '../target.ts';
import { documentsWith, stressDocument } from '../testing/documents.ts';
import type { Definition, JobStep } from './definition.ts';
import { DEFINITION_FILE, sageMaker } from './sagemaker.ts';
import { type SageMakerSettings, sageMakerSettings } from './settings.ts';
import { runDefinition } from './testing/run-definition.ts';
import { SETTINGS } from './testing/settings.ts';
import { tuned } from './testing/tuned.ts';

const search = {
  rate: { min: 1e-7, max: 0.5, scale: 'log' },
  dropout: { min: 0, max: 0.5 },
  depth: { min: 2, max: 9, integer: true },
  leaves: { min: 0.5, max: 100.5, integer: true, scale: 'log' },
  booster: ['tree', 'line', 1e21, true],
} as const;
const tune = {
  metric: { output: 'quality', name: 'log.loss' },
  goal: 'minimize',
  trials: 20,
  parallel: 4,
  search,
} as const;
const properties = Object.fromEntries(Object.keys(search).map((name) => [name, {}]));

function sales(train: object = {}, pipeline: object = {}): PipelineDocument {
  return checkDocument({
    version: '1.0',
    name: 'sales',
    params: { train: { type: 'object', properties } },
    steps: [
      {
        name: 'prepare',
        runner: { language: 'typescript', module: 'src/prepare.ts' },
        paramsKey: 'prepare',
        inputs: {},
        outputs: { rows: { kind: 'parquet', path: 'rows.parquet' } },
      },
      {
        name: 'train',
        description: 'Trains',
        runner: { language: 'python', module: 'src/train.py', requirements: 'requirements.txt' },
        paramsKey: 'train',
        inputs: { rows: { kind: 'parquet', from: [{ step: 'prepare', output: 'rows' }] } },
        outputs: { quality: { kind: 'metrics', path: 'quality.json', metrics: ['auc', 'log.loss'] } },
        resources: { cpu: 4, memory: '16Gi', disk: '50Gi', accelerator: { type: 'nvidia-t4', count: 1 } },
        retry: { attempts: 3, backoff: '1m' },
        timeout: '2h',
        spot: true,
        tune,
        ...train,
      },
    ],
    ...pipeline,
  });
}

const settings = (of: object = {}): SageMakerSettings => ({ ...SETTINGS, steps: { train: { form: 'tuning', ...of } } });
const textOf = (document: PipelineDocument, given = settings()) =>
  compile(sageMaker, document, given).get(DEFINITION_FILE) ?? '';
const stepsOf = (document: PipelineDocument, given = settings()) =>
  (JSON.parse(textOf(document, given)) as Definition).Steps as readonly JobStep[];

const place = (...path: readonly string[]) => ({
  'Std:Join': { On: '/', Values: ['s3://lake/runs', { Get: 'Execution.PipelineExecutionId' }, ...path] },
});

test('a search is a tuning job, whose trials find their options among the hyperparameters', () => {
  const [, trials] = stepsOf(sales({}, { labels: { team: 'growth' } }));
  const regex = (name: string) => ({ Name: `quality.${name}`, Regex: expect.any(String) });
  expect(trials).toEqual({
    Name: 'train_trials',
    Type: 'Tuning',
    Description: 'Trains',
    DependsOn: ['prepare'],
    RetryPolicies: [
      { ExceptionType: ['Step.SERVICE_FAULT', 'Step.THROTTLING'], IntervalSeconds: 60, BackoffRate: 2, MaxAttempts: 2 },
    ],
    Arguments: {
      HyperParameterTuningJobConfig: {
        Strategy: 'Bayesian',
        HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'quality.log.loss' },
        ResourceLimits: { MaxNumberOfTrainingJobs: 20, MaxParallelTrainingJobs: 4 },
        ParameterRanges: {
          ContinuousParameterRanges: [
            { Name: 'trial.rate', MinValue: '1e-7', MaxValue: '0.5', ScalingType: 'Logarithmic' },
            { Name: 'trial.dropout', MinValue: '0', MaxValue: '0.5', ScalingType: 'Linear' },
          ],
          IntegerParameterRanges: [
            { Name: 'trial.depth', MinValue: '2', MaxValue: '9', ScalingType: 'Linear' },
            { Name: 'trial.leaves', MinValue: '1', MaxValue: '100', ScalingType: 'Logarithmic' },
          ],
          CategoricalParameterRanges: [{ Name: 'trial.booster', Values: ['tree', 'line', '1e+21', 'true'] }],
        },
        RandomSeed: 0,
      },
      TrainingJobDefinition: {
        StaticHyperParameters: {
          pipeline: 'apps/sales/src/pipeline.ts',
          step: 'train',
          store: place(),
          'params-json': { Get: 'Parameters.Params' },
          retry: 'true',
        },
        AlgorithmSpecification: {
          TrainingImage: SETTINGS.images.python,
          TrainingInputMode: 'File',
          MetricDefinitions: [regex('log.loss'), regex('auc')],
        },
        RoleArn: SETTINGS.role,
        OutputDataConfig: { S3OutputPath: place('jobs/train'), KmsKeyId: 'alias/lake' },
        ResourceConfig: { InstanceType: 'ml.g4dn.xlarge', InstanceCount: 1, VolumeSizeInGB: 50 },
        StoppingCondition: { MaxRuntimeInSeconds: 21_780, MaxWaitTimeInSeconds: 21_780 + 86_400 },
        EnableManagedSpotTraining: true,
        RetryStrategy: { MaximumRetryAttempts: 2 },
        VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] },
      },
      Tags: [{ Key: 'team', Value: 'growth' }],
    },
  });
});

test('then a small processing job of the step’s name leaves what the best trial left', () => {
  const [, , best] = stepsOf(sales(), settings({ instance: 'ml.g5.xlarge' }));
  expect(best).toMatchObject({ Name: 'train', Type: 'Processing', DependsOn: ['train_trials'] });
  const run = ['--pipeline', 'apps/sales/src/pipeline.ts', '--step', 'train', '--store', place()];
  expect(best?.Arguments).toMatchObject({
    ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.large', VolumeSizeInGB: 50 } },
    AppSpecification: {
      ImageUri: SETTINGS.images.python,
      ContainerArguments: [...run, '--params-json', { Get: 'Parameters.Params' }, '--best-trial'],
    },
  });
  expect(best?.Arguments).not.toHaveProperty('StoppingCondition');
});

test('settings say how it searches and on which machine; without them the step runner does it in one job', () => {
  const [, trials] = stepsOf(sales({ spot: false }), settings({ strategy: 'random', instance: 'ml.g5.xlarge' }));
  expect(trials?.Arguments).toMatchObject({
    HyperParameterTuningJobConfig: { Strategy: 'Random' },
    TrainingJobDefinition: { ResourceConfig: { InstanceType: 'ml.g5.xlarge' } },
  });
  expect(stepsOf(sales(), SETTINGS).map(({ Name, Type }) => [Name, Type])).toEqual([
    ['prepare', 'Processing'],
    ['train', 'Training'],
  ]);
  const { pipeline: _, ...rest } = SETTINGS;
  expect(sageMakerSettings.safeParse({ ...rest, steps: { train: { form: 'tuning', strategy: 'grid' } } }).success).toBe(
    false,
  );
});

test('of many metrics a tuning job has those that fit, and never lacks the one that trials are compared by', () => {
  const metrics = Array.from({ length: 30 }, (_, index) => `m${index}`);
  const outputs = { quality: { kind: 'metrics', path: 'quality.json', metrics } };
  const document = sales({ outputs, tune: { ...tune, metric: { output: 'quality', name: 'm29' }, parallel: 50 } });
  const { HyperParameterTuningJobConfig: config, TrainingJobDefinition: job } = (stepsOf(document)[1] as JobStep)
    .Arguments as {
    HyperParameterTuningJobConfig: { ResourceLimits: object };
    TrainingJobDefinition: { AlgorithmSpecification: { MetricDefinitions: { Name: string }[] } };
  };
  const names = job.AlgorithmSpecification.MetricDefinitions.map(({ Name }) => Name);
  expect([names.length, names[0]]).toEqual([20, 'quality.m29']);
  expect(config.ResourceLimits).toEqual({ MaxNumberOfTrainingJobs: 20, MaxParallelTrainingJobs: 20 });
});

const named = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);
const searching = (space: StepDocument['tune']) => ({ tune: space });
const withSearch = (of: object) => searching({ ...tune, search: of } as unknown as StepDocument['tune']);
const long = (length: number) => 'x'.repeat(length);

test.each<[string, object, string, object?]>([
  [
    'many parameters',
    withSearch(Object.fromEntries(named(31).map((name) => [name, { min: 0, max: 1 }]))),
    'tune.search is 31 parameters; SageMaker searches at most 30',
    { params: { train: { type: 'object', properties: Object.fromEntries(named(31).map((name) => [name, {}])) } } },
  ],
  [
    'many values',
    withSearch({ booster: named(31) }),
    'tune.search.booster is 31 values; SageMaker chooses from at most 30',
  ],
  ['a long value', withSearch({ booster: ['a', long(257)] }), 'SageMaker takes at most 256 characters on one line'],
  [
    'a long name',
    withSearch({ [long(251)]: { min: 0, max: 1 } }),
    'SageMaker takes names of at most 250 characters',
    { params: { train: { type: 'object', properties: { [long(251)]: {} } } } },
  ],
  [
    'two values of one text',
    withSearch({ booster: [1, '1'] }),
    "tune.search.booster is '1' and 1; values are handed on as texts, and two of these are the same",
  ],
  [
    'a range without a whole number',
    withSearch({ depth: { min: 0.2, max: 0.8, integer: true } }),
    'tune.search.depth is 0.2 to 0.8; a range of whole numbers has one, and its ends are below 2^53',
  ],
  [
    'whole numbers beyond those of a double',
    withSearch({ depth: { min: 0, max: 2 ** 53, integer: true } }),
    'its ends are below 2^53',
  ],
  [
    'more time than a search has',
    { timeout: '7d', retry: undefined },
    'timeout is 7d for each of 20 trials; a tuning job of SageMaker runs for at most 30 days',
  ],
  ['a long trial', { timeout: '29d', retry: undefined }, 'a training job of SageMaker runs for at most 28 days'],
])('%s is refused', (_, train, message, pipeline = {}) => {
  const compiling = () => stepsOf(sales(train, pipeline));
  expect(compiling).toThrow(message);
  expect(compiling).toThrow('(source: ');
});

test('a name that leaves no room for that of its search, and a metric too long to be found, are refused', () => {
  const renamed = (step: string, metric: string): PipelineDocument => {
    const text = JSON.stringify(sales())
      .replaceAll('"name":"train"', `"name":"${step}"`)
      .replaceAll('log.loss', metric);
    return checkDocument(JSON.parse(text));
  };
  const refused = (document: PipelineDocument) => () => stepsOf(document, { ...SETTINGS, steps: tuned(document) });
  expect(refused(renamed(long(57), 'log.loss'))).not.toThrow();
  expect(refused(renamed(long(58), 'log.loss'))).toThrow(
    'characters of its name is 58; SageMaker takes at most 64, and its search is named …_trials',
  );
  expect(refused(renamed('train', long(250)))).toThrow('SageMaker takes names of metrics of at most 255 characters');
  expect(refused(renamed('train', '.'.repeat(245)))).toThrow('by an expression of at most 500 characters');
});

test('settings that make a step a tuning job which searches nothing are refused', () => {
  expect(() => stepsOf(sales({ tune: undefined }))).toThrow(
    "the settings of SageMaker make step 'train' a tuning job, and it searches nothing",
  );
});

const sorted = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();

test('any pipeline whose searches SageMaker leads reads back as it was, and runs what the rule says', async () => {
  const numbers = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 40, maxLength: 40 });
  const check = (document: PipelineDocument, values: readonly number[]) => {
    const given = { ...SETTINGS, steps: tuned(document) };
    const { steps, edges, gated } = sageMaker.readGraph(compile(sageMaker, document, given));
    expect(sorted(steps)).toEqual(sorted(document.steps.map(({ name }) => name)));
    expect(sorted(edges)).toEqual(
      sorted(document.steps.flatMap((step) => upstream(step).map((name) => [name, step.name]))),
    );
    const behind = document.steps.filter(({ when = [] }) => when.length > 0);
    expect(sorted(gated)).toEqual(sorted(behind.map(({ name }) => name)));
    const metricOf = (step: string) => values[document.steps.findIndex(({ name }) => name === step)] ?? 0;
    const ran = runDefinition(textOf(document, given), (uri) =>
      metricOf(/\/artifacts\/([^/]+)\//.exec(uri)?.[1] ?? ''),
    );
    const expected = [...expectedRun(document, metricOf)];
    const trials = expected.filter((name) => name in given.steps).map((name) => `${name}_trials`);
    expect([...ran].sort()).toEqual([...expected, ...trials].sort());
  };
  fc.assert(fc.property(documentsWith(FEATURES), numbers, check));
  const stress = await stressDocument();
  fc.assert(
    fc.property(numbers, (values) => check(stress, values)),
    { numRuns: 20 },
  );
});
