import { type PipelineDocument, upstream } from '@ml-platform/pipeline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FEATURES, type Feature } from '../features.ts';
import { compile } from '../target.ts';
import { documentOf, documentsWith, meshDocument, stressDocument } from '../testing/documents.ts';
import type { StepFunctionsSettings } from './settings.ts';
import { SCHEDULE_FILE, stepFunctions } from './step-functions.ts';
import { alone, looping, textOf } from './testing/compiled.ts';
import { expectValid } from './testing/expect-valid.ts';
import { expectedRun } from './testing/expected-run.ts';
import { optionOf, runLocally } from './testing/run-locally.ts';
import { ON_EC2, on, SETTINGS } from './testing/settings.ts';

function expectSameGraph(document: PipelineDocument, settings = SETTINGS): void {
  const { steps, edges, gated } = stepFunctions.readGraph(compile(stepFunctions, document, settings));
  const sorted = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();
  const names = document.steps.map(({ name }) => name);
  expect(sorted(steps)).toEqual(sorted(names));
  expect(sorted(edges)).toEqual(
    sorted(document.steps.flatMap((step) => upstream(step).map((name) => [name, step.name]))),
  );
  expect(sorted(gated)).toEqual(
    sorted(document.steps.filter(({ when = [] }) => when.length > 0).map(({ name }) => name)),
  );
}

/** Runs the document's state machine with these metrics, and lists of two, and compares with the rule. */
async function expectRightRun(
  document: PipelineDocument,
  metricOf: (step: string) => number,
  settings = SETTINGS,
): Promise<void> {
  const expected = expectedRun(document, metricOf);
  const ended = new Set<string>();
  const items: string[] = [];
  const job = async (command: readonly string[]) => {
    const name = optionOf(command, '--step') ?? '';
    const needed = document.steps.filter((step) => step.name === name).flatMap(upstream);
    expect([...ended]).toEqual(expect.arrayContaining(needed));
    await new Promise(setImmediate);
    const item = optionOf(command, '--item');
    if (item !== undefined) return void items.push(`${name} ${item}`);
    const ofItems = ['0', '1'].map((index) => `${name} ${index}`);
    if (command.includes('--collect')) expect(items).toEqual(expect.arrayContaining(ofItems));
    ended.add(name);
  };
  const object = ({ Bucket, Key }: { Bucket: string; Key: string }) => {
    const [, step = '', file] = /^runs\/run-1\/artifacts\/(.*)\/(metrics|list)\.json$/.exec(Key) ?? [];
    expect([Bucket, ended.has(step)]).toEqual(['lake', true]);
    return file === 'list' ? '["a", "b"]' : JSON.stringify({ 'a u.c': metricOf(step) });
  };
  const flags = await runLocally(textOf(document, settings), {}, { job, object });
  expect([...ended].sort()).toEqual([...expected].sort());
  for (const [name, flag] of Object.entries(flags as object)) expect(flag).toEqual({ done: expected.has(name) });
  const loops = document.steps.filter(({ name, forEach }) => forEach !== undefined && expected.has(name));
  expect(items).toHaveLength(loops.length * 2);
}

const without = (...features: readonly Feature[]) => FEATURES.filter((feature) => !features.includes(feature));

/** What steps can ask for, by what they run on. */
const FORMS: readonly (readonly [what: string, settings: StepFunctionsSettings, features: readonly Feature[]])[] = [
  ['batch', SETTINGS, FEATURES],
  ['sagemaker', on('sagemaker'), FEATURES],
  ['fargate', on('ecs'), without('accelerator')],
  ['ec2', ON_EC2, FEATURES],
  ['lambda', on('lambda'), without('accelerator', 'disk', 'spot', 'timeout')],
];

test('40 steps with gates behind gates: valid, read back, and run as the rule says', async () => {
  const document = meshDocument();
  expectValid(textOf(document));
  expectSameGraph(document);
  for (const value of [0, 1, 2]) await expectRightRun(document, (step) => (Number(step.slice(5)) * (value + 1)) % 4);
});

test('the stress pipeline is valid on all that has what it asks for, and reads back', async () => {
  const document = await stressDocument();
  for (const settings of [SETTINGS, on('sagemaker'), ON_EC2, { ...SETTINGS, fanOut: 'runner' as const }]) {
    expectValid(textOf(document, settings));
    expectSameGraph(document, settings);
  }
});

/** A pipeline, and settings of what can run it. */
const pipelines = fc
  .constantFrom(...FORMS)
  .chain(([, settings, features]) => fc.tuple(fc.constant(settings), documentsWith(features)));

test('any pipeline on anything is a valid state machine', () => {
  fc.assert(
    fc.property(pipelines, ([settings, document]) => expectValid(textOf(document, settings))),
    { numRuns: 120 },
  );
});

test.each(FORMS)('any pipeline that %s can run reads back as it was', (_, settings, features) => {
  fc.assert(fc.property(documentsWith(features), (document) => expectSameGraph(document, settings)));
});

test('any pipeline on anything runs each step after what it needs, and skips by the rule', async () => {
  const metrics = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 12, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(pipelines, metrics, ([settings, document], values) =>
      expectRightRun(document, (step) => values[Number(step.slice(5))] ?? 0, settings),
    ),
    { numRuns: 150 },
  );
});

test('state names are unique, and within 80 characters', () => {
  fc.assert(
    fc.property(documentsWith(FEATURES), (document) => {
      const names = [...textOf(document).matchAll(/^ *"([^"]+)": \{\n *"Type"/gm)].map(([, name]) => name ?? '');
      expect(new Set(names).size).toBe(names.length);
      expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(80);
    }),
  );
});

test('a state machine that fits without its indentation is written without', () => {
  const shapes = Array.from({ length: 200 }, (_, index) => ({
    reads: index === 0 ? [] : [index >> 1],
    after: [],
    gates: index < 2 ? [] : [{ on: index >> 1, operator: '>=' as const, bound: 1 }],
  }));
  const document = documentOf(shapes);
  expect(textOf(document)).not.toContain('\n');
  expectSameGraph(document);
});

test('chains that nothing connects wait for nothing of each other', () => {
  const chains = documentOf([
    { reads: [], after: [], gates: [] },
    { reads: [0], after: [], gates: [] },
    { reads: [0], after: [], gates: [] },
    { reads: [1], after: [], gates: [] },
    { reads: [2], after: [], gates: [] },
    { reads: [3, 4], after: [], gates: [] },
  ]);
  const { States } = JSON.parse(textOf(chains)) as { States: Record<string, { Branches?: { States: object }[] }> };
  expect(Object.keys(States).slice(5)).toEqual(['step-0', 'Parallel 1', 'step-5']);
  const branches = States['Parallel 1']?.Branches?.map((branch) => Object.keys(branch.States));
  expect(branches).toEqual([
    ['step-1', 'step-3'],
    ['step-2', 'step-4'],
  ]);
});

test.each([
  [{}, '{}'],
  [{ params: { train: { trials: 5 } } }, '{"train":{"trials":5}}'],
  [{ params: 's3://lake/params.json' }, 's3://lake/params.json'],
])('the input %j is handed to each step as %s', async (input, params) => {
  const given: (string | undefined)[] = [];
  const job = async (command: readonly string[]) => void given.push(optionOf(command, '--params-json'));
  await runLocally(textOf(looping()), input, { job, object: () => '[1, 2]' });
  expect(given).toEqual([params, params, params, params]);
});

const scheduled = alone({}, { schedule: { cron: '30 4 * * 1', timezone: 'Europe/Berlin' } });

test('a schedule starts the state machine of the name of the pipeline, without parameters', () => {
  const text = compile(stepFunctions, scheduled, SETTINGS).get(SCHEDULE_FILE) ?? '';
  expect(JSON.parse(text)).toEqual({
    Name: 'random',
    ScheduleExpression: 'cron(30 4 ? * MON *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:random',
      RoleArn: 'arn:aws:iam::123456789012:role/scheduler',
      Input: '{"params":{}}',
      RetryPolicy: { MaximumRetryAttempts: 3 },
    },
  });
  expect([...compile(stepFunctions, alone(), SETTINGS).keys()]).toEqual(['state-machine.json']);
});

test('what no state machine can be made of is refused', () => {
  const { schedule: _, ...unscheduled } = SETTINGS;
  expect(() => textOf(scheduled, unscheduled)).toThrow(
    "pipeline 'random' has a schedule, and the settings of step-functions have none",
  );
  expect(() => textOf(alone(), { ...SETTINGS, lake: 'gs://lake' })).toThrow('settings.lake is "gs://lake"');
  expect(() => textOf(alone(), { ...SETTINGS, pipeline: "it's.ts" })).toThrow('Step Functions reserves');
  expect(() => textOf(alone({}, { description: 'x'.repeat(1024 * 1024) }))).toThrow(
    /bytes of its state machine is \d+; Step Functions takes at most 1048576 \(source: Step Functions developer guide/,
  );
  expect(() => textOf(alone(), { ...SETTINGS, steps: { 'step-1': { on: 'lambda' } } })).toThrow(
    expect.objectContaining({
      message: "the settings of step-functions name step 'step-1', which pipeline 'random' doesn't have",
      hint: expect.stringContaining("'step-0'"),
    }),
  );
  expect(() => stepFunctions.readGraph(new Map())).toThrow('there is no state-machine.json');
});
