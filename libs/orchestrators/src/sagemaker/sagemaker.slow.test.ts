import { fileURLToPath } from 'node:url';
import { type PipelineDocument, pythonEnvironment } from '@ml-platform/pipeline';
import { execa } from 'execa';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { acceleratorTypes, type JobForm, machinesWith } from '../aws/machines.ts';
import { FEATURES } from '../features.ts';
import { SHAPES } from '../aws/testing/python-path.ts';
import { compile } from '../target.ts';
import { documentsWith, meshDocument, stressDocument } from '../testing/documents.ts';
import { DEFINITION_FILE, REQUEST_FILE, SCHEDULE_FILE, sageMaker } from './sagemaker.ts';
import { SETTINGS } from './testing/settings.ts';
import { tuned } from './testing/tuned.ts';

const TESTING = fileURLToPath(new URL('./testing', import.meta.url));

let python: string;
beforeAll(async () => {
  python = await pythonEnvironment(`${TESTING}/requirements.txt`);
}, 600_000);

interface Pipeline {
  readonly kind: 'pipeline';
  readonly request: string;
  readonly definition: string;
}

type Item =
  | Pipeline
  | { readonly kind: 'schedule'; readonly schedule: string }
  | { readonly kind: 'machines'; readonly form: JobForm; readonly types: readonly string[] };

/** What botocore's models of the services find wrong with each. */
async function problemsOf(items: readonly Item[]): Promise<string[][]> {
  const { stdout } = await execa(python, [`${TESTING}/validate.py`], { input: JSON.stringify(items), env: SHAPES });
  return JSON.parse(stdout) as string[][];
}

function itemsOf(document: PipelineDocument): Item[] {
  const files = compile(sageMaker, document, SETTINGS);
  const schedule = files.get(SCHEDULE_FILE);
  return [pipelineOf(document), ...(schedule === undefined ? [] : [{ kind: 'schedule' as const, schedule }])];
}

function pipelineOf(document: PipelineDocument, settings = SETTINGS): Pipeline {
  const files = compile(sageMaker, document, settings);
  return { kind: 'pipeline', request: files.get(REQUEST_FILE) ?? '', definition: files.get(DEFINITION_FILE) ?? '' };
}

test('SageMaker and the scheduler take the stress pipeline, a mesh of gates and 30 random ones', async () => {
  const random = fc.sample(documentsWith(FEATURES), { numRuns: 30, seed: 11 });
  const items = [await stressDocument(), meshDocument(), ...random].flatMap(itemsOf);
  expect(items.filter(({ kind }) => kind === 'schedule').length).toBeGreaterThan(5);
  expect((await problemsOf(items)).flat()).toEqual([]);
});

test('SageMaker takes the same with tuning jobs for their searches', async () => {
  const random = fc.sample(documentsWith(FEATURES), { numRuns: 30, seed: 12 });
  const documents = [await stressDocument(), ...random];
  const items = documents.map((document) => pipelineOf(document, { ...SETTINGS, steps: tuned(document) }));
  expect(items.filter(({ definition }) => definition.includes('"Tuning"')).length).toBeGreaterThan(10);
  expect((await problemsOf(items)).flat()).toEqual([]);
});

const TUNING_MUTATIONS: readonly (readonly [what: string, from: RegExp, to: string, problem: RegExp])[] = [
  ['no image', /"TrainingImage"/, '"Image"', /Unknown parameter.*Image/s],
  ['an entrypoint', /"TrainingInputMode"/, '"ContainerEntrypoint": ["x"], "TrainingInputMode"', /ContainerEntrypoint/],
  ['a metric that is none', /"MetricName": "[^"]+"/, '"MetricName": "other"', /compares trials by other/],
  ['a number for a text', /"MinValue": "([^"]+)"/, '"MinValue": $1', /Invalid type.*MinValue/s],
  ['a scale that is none', /"Logarithmic"/, '"Log"', /ScalingType is Log/],
  ['a strategy that is none', /"Bayesian"/, '"Guess"', /Strategy is Guess/],
  [
    'more at once than in all',
    /"MaxParallelTrainingJobs": \d+/,
    '"MaxParallelTrainingJobs": 9',
    /more trials side by side/,
  ],
  ['a long option', /"step": "tune-best"/, `"step": "${'x'.repeat(2501)}"`, /StaticHyperParameters\.step has 2501/],
  ['a job that waits less than it runs', /"MaxWaitTimeInSeconds": \d+/, '"MaxWaitTimeInSeconds": 1', /waits for less/],
  ['a name that is too long', /"tune-best_trials"/g, `"${'x'.repeat(65)}"`, /Name has 65/],
];

test('what SageMaker would not take of a tuning job is found', async () => {
  const document = await stressDocument();
  const alone = { ...document, steps: document.steps.filter(({ name }) => name === 'tune-best') };
  const { when: _, inputs: __, ...step } = alone.steps[0] ?? ({} as (typeof alone.steps)[number]);
  const pipeline = pipelineOf({ ...alone, steps: [{ ...step, inputs: {} }] }, { ...SETTINGS, steps: tuned(document) });
  const problems = await problemsOf([
    pipeline,
    ...TUNING_MUTATIONS.map(([what, from, to]): Pipeline => {
      const definition = pipeline.definition.replace(from, to);
      expect(definition, what).not.toBe(pipeline.definition);
      return { ...pipeline, definition };
    }),
  ]);
  expect(problems[0]).toEqual([]);
  for (const [index, [what, , , problem]] of TUNING_MUTATIONS.entries())
    expect(problems[index + 1]?.join('\n'), what).toMatch(problem);
});

const MUTATIONS: readonly (readonly [what: string, from: RegExp, to: string, problem: RegExp])[] = [
  ['an unknown key of a job', /"ImageUri"/, '"Image"', /Missing required parameter.*ImageUri/s],
  ['an unknown key of a step', /"RetryPolicies"/, '"Retries"', /unknown Retries/],
  ['a dependency on nothing', /"DependsOn": \[\s*"[^"]+"/, '"DependsOn": ["nothing"', /depends on nothing/],
  ['a text for a number', /"VolumeSizeInGB": (\d+)/, '"VolumeSizeInGB": "$1"', /Invalid type.*VolumeSizeInGB/s],
  ['a machine that is none', /"InstanceType": "ml.g4dn.xlarge"/, '"InstanceType": "ml.g4.tiny"', /is ml\.g4\.tiny/],
  ['a parameter that is none', /Parameters\.Params/, 'Parameters.Other', /gets Parameters\.Other/],
  ['an argument that is too long', /"--step"/, `"${'x'.repeat(257)}"`, /ContainerArguments\[\] has 257/],
  ['a comparison that is none', /"GreaterThanOrEqualTo"/, '"AtLeast"', /compares by AtLeast/],
  ['an error that is none', /SageMaker\.CAPACITY_ERROR/, 'SageMaker.ALGORITHM_ERROR', /is retried on/],
  ['a job that waits less than it runs', /"MaxWaitTimeInSeconds": \d+/, '"MaxWaitTimeInSeconds": 1', /waits for less/],
];

test('what SageMaker would not take is found', async () => {
  const pipeline = pipelineOf(await stressDocument());
  const changed = MUTATIONS.map(([what, from, to]): Pipeline => {
    const definition = pipeline.definition.replace(from, to);
    expect(definition, what).not.toBe(pipeline.definition);
    return { ...pipeline, definition };
  });
  const problems = await problemsOf(changed);
  for (const [index, [what, , , problem]] of MUTATIONS.entries())
    expect(problems[index]?.join('\n'), what).toMatch(problem);
});

test('what CreatePipeline and CreateSchedule would not take is found', async () => {
  const [pipeline, schedule] = itemsOf(await stressDocument());
  if (pipeline?.kind !== 'pipeline' || schedule?.kind !== 'schedule') throw new Error('the stress pipeline has both');
  const [named, timed] = await problemsOf([
    { ...pipeline, request: pipeline.request.replace('"stress"', '"stress-"') },
    { ...schedule, schedule: schedule.schedule.replace('"OFF"', '"NEVER"') },
  ]);
  expect(named?.join()).toMatch(/PipelineName is stress-/);
  expect(timed?.join()).toMatch(/Mode is NEVER/);
});

test('SageMaker has every machine of the table, for the jobs that it is given to', async () => {
  const items = (['processing', 'training'] as const).map((form): Item => {
    const machines = [undefined, ...acceleratorTypes(form)].flatMap((accelerator) => machinesWith(accelerator, form));
    return { kind: 'machines', form, types: machines.map(({ type }) => type) };
  });
  expect(await problemsOf(items)).toEqual([[], []]);
  const trainingOnly: Item = { kind: 'machines', form: 'processing', types: ['ml.p4d.24xlarge', 'ml.m5.large'] };
  expect(await problemsOf([trainingOnly])).toEqual([['ml.p4d.24xlarge']]);
});
