import { type PipelineDocument, upstream } from '@ml-platform/pipeline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from '../target.ts';
import type { StepFunctionsSettings } from './settings.ts';
import { stepFunctions } from './step-functions.ts';
import { documentOf, documents, meshDocument } from '../testing/documents.ts';
import { expectValid } from './testing/expect-valid.ts';
import { expectedRun } from './testing/expected-run.ts';
import { optionOf, runLocally } from './testing/run-locally.ts';

const SETTINGS: StepFunctionsSettings = {
  lake: 's3://lake/runs',
  pipeline: 'src/pipeline.ts',
  queue: 'on-demand',
  spotQueue: 'spot',
  accelerators: { 'nvidia-t4': { queue: 'gpu' } },
  jobDefinitions: { typescript: 'step-node', python: 'step-python' },
};
const oneStep = documentOf([{ reads: [], after: [], gates: [] }]);

const textOf = (document: PipelineDocument, settings = SETTINGS) =>
  compile(stepFunctions, document, settings).get('state-machine.json') ?? '';

function alone(fields: Partial<PipelineDocument['steps'][number]>, rest: Partial<PipelineDocument> = {}) {
  return { ...oneStep, ...rest, steps: oneStep.steps.map((step) => ({ ...step, ...fields })) };
}

/** The state of the only step. */
function jobOf(fields: Partial<PipelineDocument['steps'][number]>, rest: Partial<PipelineDocument> = {}) {
  const { States } = JSON.parse(textOf(alone(fields, rest))) as { States: Record<string, Record<string, unknown>> };
  return States['step-0'];
}

function expectSameGraph(document: PipelineDocument): void {
  const { steps, edges, gated } = stepFunctions.readGraph(compile(stepFunctions, document, SETTINGS));
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

/** Runs the document's state machine with these metrics, and compares with the rule. */
async function expectRightRun(document: PipelineDocument, metricOf: (step: string) => number): Promise<void> {
  const expected = expectedRun(document, metricOf);
  const ended = new Set<string>();
  const job = async (command: readonly string[]) => {
    const name = optionOf(command, '--step');
    const needed = document.steps.filter((step) => step.name === name).flatMap(upstream);
    expect([...ended]).toEqual(expect.arrayContaining(needed));
    await new Promise(setImmediate);
    ended.add(name);
  };
  const object = ({ Bucket, Key }: { Bucket: string; Key: string }) => {
    const [, step = ''] = /^runs\/run-1\/artifacts\/(.*)\/metrics\.json$/.exec(Key) ?? [];
    expect([Bucket, ended.has(step)]).toEqual(['lake', true]);
    return JSON.stringify({ 'a u.c': metricOf(step) });
  };
  const flags = await runLocally(textOf(document), {}, { job, object });
  expect([...ended].sort()).toEqual([...expected].sort());
  for (const [name, flag] of Object.entries(flags as object)) expect(flag).toEqual({ done: expected.has(name) });
}

test('40 steps with gates behind gates: valid, read back, and run as the rule says', async () => {
  const document = meshDocument();
  expectValid(textOf(document));
  expectSameGraph(document);
  for (const value of [0, 1, 2]) await expectRightRun(document, (step) => (Number(step.slice(5)) * (value + 1)) % 4);
});

test('any graph is a valid state machine, and reads back as it was', () => {
  fc.assert(
    fc.property(documents, (document) => {
      expectValid(textOf(document));
      expectSameGraph(document);
    }),
    { numRuns: 50 },
  );
});

test('any graph runs each step after what it needs, and skips by the rule', async () => {
  const metrics = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 12, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(documents, metrics, (document, values) =>
      expectRightRun(document, (step) => values[Number(step.slice(5))] ?? 0),
    ),
  );
});

test('state names are unique, and within 80 characters', () => {
  fc.assert(
    fc.property(documents, (document) => {
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
  expect(Object.keys(States).slice(3)).toEqual(['step-0', 'Parallel 1', 'step-5']);
  const branches = States['Parallel 1']?.Branches?.map((branch) => Object.keys(branch.States));
  expect(branches).toEqual([
    ['step-1', 'step-3'],
    ['step-2', 'step-4'],
  ]);
});

test('what a step asks for is in its job', () => {
  const job = jobOf(
    {
      resources: { cpu: 4, memory: '16Gi', accelerator: { type: 'nvidia-t4', count: 2 } },
      retry: { attempts: 3, backoff: '30s', factor: 1.5 },
      timeout: '2h',
    },
    { labels: { team: 'delays' } },
  );
  expect(job).toMatchObject({
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
    Retry: [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 2, IntervalSeconds: 30, BackoffRate: 1.5 }],
  });
  expect(jobOf({ spot: true })).toMatchObject({ Parameters: { JobQueue: 'spot', RetryStrategy: { Attempts: 5 } } });
  expect(jobOf({ retry: { attempts: 2 } })).toMatchObject({ Retry: [{ MaxAttempts: 1, BackoffRate: 1 }] });
});

test("a loop's timeout is one of each item, so the job has none", () => {
  const [step] = oneStep.steps;
  const list = { name: 'list', outputs: { items: { kind: 'json', path: 'items.json' } } };
  const loop = { name: 'loop', timeout: '10s', forEach: { param: 'item', from: { step: 'list', output: 'items' } } };
  const text = textOf({
    ...oneStep,
    steps: [list, loop].map((fields) => ({ ...step, ...fields }) as typeof step & object),
  });
  expectValid(text);
  expect(text).not.toContain('Timeout');
});

test('a step that fails runs again, as often as it may', async () => {
  const text = textOf(alone({ retry: { attempts: 3 } }));
  const run = async (failures: number) => {
    let runs = 0;
    const job = async () => {
      runs += 1;
      if (runs <= failures) throw new Error('out of memory');
    };
    const outcome = await runLocally(text, {}, { job, object: () => '{}' }).then(
      () => 'done',
      () => 'failed',
    );
    return [outcome, runs];
  };
  expect(await run(2)).toEqual(['done', 3]);
  expect(await run(9)).toEqual(['failed', 3]);
});

test.each<[Parameters<typeof alone>, string]>([
  [[{ timeout: '59s' }], "step 'step-0': timeout is 59s; AWS Batch takes at least 60s"],
  [[{ resources: { memory: '3Mi' } }], "step 'step-0': resources.memory is 3Mi; AWS Batch takes at least 4Mi"],
  [[{ resources: { cpu: 1.5 } }], "step 'step-0': resources.cpu is 1.5; AWS Batch takes whole numbers"],
  [[{ retry: { attempts: 2, backoff: '9999d' } }], "step 'step-0': retry.backoff is 9999d; Step Functions takes"],
  [[{ name: 'x'.repeat(48) }], 'name has 48 characters; with an execution'],
  [[{}, { labels: { 'aws:team': 'a' } }], "label 'aws:team': a tag's key has 1 to 128 characters"],
  [[{}, { labels: { 'team.$': 'a' } }], "label 'team.$' is 'a': a tag has letters, numbers, spaces"],
  [[{}, { labels: { team: 'a'.repeat(257) } }], "label 'team' has a value of 257 characters"],
  [
    [{}, { labels: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`l${index}`, ''])) }],
    'labels are 51; an AWS Batch job has at most 50 tags',
  ],
  [[{}, { description: 'x'.repeat(1024 * 1024) }], 'Step Functions takes at most 1048576'],
  [
    [{ resources: { accelerator: { type: 'tpu', count: 1 } } }],
    "step 'step-0' asks for resources.accelerator tpu, and the settings have no accelerators['tpu']",
  ],
  [
    [{ spot: true, resources: { accelerator: { type: 'nvidia-t4', count: 1 } } }],
    "asks for spot, and the settings have no accelerators['nvidia-t4'].spotQueue",
  ],
  [[{ resources: { disk: '20Gi' } }], "step 'step-0' asks for disk: a Batch job gets the disk of its job definition"],
])('%j is refused', (args, message) => {
  expect(() => textOf(alone(...args))).toThrow(message);
});

test('settings that no state machine can hold are refused', () => {
  expect(() => textOf(oneStep, { ...SETTINGS, lake: 'gs://lake' })).toThrow('settings.lake is "gs://lake"');
  expect(() => textOf(oneStep, { ...SETTINGS, pipeline: "it's.ts" })).toThrow('Step Functions reserves');
  expect(() => stepFunctions.readGraph(new Map())).toThrow('there is no state-machine.json');
});
