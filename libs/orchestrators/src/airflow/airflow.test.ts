import { readFileSync } from 'node:fs';
import { PlatformError } from '@ml-platform/errors';
import { type PipelineDocument, upstream } from '@ml-platform/pipeline';
import { expect, test } from 'vitest';
import { compile } from '../target.ts';
import { airflow } from './airflow.ts';

const SETTINGS = { project: '/srv/numbers', runStep: '../run-step.mjs' };

/** The steps of the step runner's fixtures that don't fail. */
const NUMBERS = {
  version: '1.0',
  name: 'numbers',
  params: {
    count: {
      type: 'object',
      properties: { upTo: { default: 4, type: 'integer', exclusiveMinimum: 0 } },
    },
    square: { type: 'object', properties: { number: { type: 'number' } }, required: ['number'] },
  },
  steps: [
    step('count', { outputs: { numbers: { kind: 'json', path: 'numbers.json' } } }),
    step('add-up', {
      inputs: { numbers: { kind: 'json', from: [{ step: 'count', output: 'numbers' }] } },
      outputs: { metrics: { kind: 'metrics', path: 'metrics.json', metrics: ['sum'] } },
    }),
    step('square', {
      forEach: { param: 'number', from: { step: 'count', output: 'numbers' } },
      outputs: { squared: { kind: 'json', path: 'squared.json' } },
    }),
    step('gather', {
      inputs: { parts: { kind: 'json', from: [{ step: 'square', output: 'squared' }], many: true } },
      outputs: { all: { kind: 'json', path: 'all.json' } },
    }),
    step('celebrate', {
      when: [{ metric: { step: 'add-up', output: 'metrics', name: 'sum' }, operator: '>=', bound: 5 }],
    }),
    step('after-party', { after: ['celebrate'] }),
  ],
} satisfies PipelineDocument;

function step(name: string, more: Partial<PipelineDocument['steps'][number]>) {
  const runner = { language: 'typescript' as const, module: 'src/pipeline.ts' };
  return { name, paramsKey: name, runner, inputs: {}, outputs: {}, ...more };
}

/** The fixtures' pipeline, with more asked of one step, or of the pipeline. */
function asking(
  more: Partial<PipelineDocument>,
  ofStep?: string,
  ask: Partial<PipelineDocument['steps'][number]> = {},
) {
  return { ...NUMBERS, ...more, steps: NUMBERS.steps.map((one) => (one.name === ofStep ? { ...one, ...ask } : one)) };
}

interface Content {
  readonly tags: readonly string[];
  readonly schedule: unknown;
  readonly params: readonly { readonly name: string; readonly description: string | null; readonly schema: object }[];
  readonly tasks: readonly { readonly id: string; readonly command: string; readonly [key: string]: unknown }[];
}

function contentOf(document: object, settings = SETTINGS): Content {
  return JSON.parse(compile(airflow, document, settings).get('numbers.json') ?? '') as Content;
}

function taskOf(document: object, id: string) {
  return contentOf(document).tasks.find((task) => task.id === id);
}

test('the DAG file is the same for every pipeline, its content is pinned', () => {
  const files = compile(airflow, NUMBERS, SETTINGS);
  expect([...files.keys()]).toEqual(['numbers.py', 'numbers.json']);
  expect(files.get('numbers.py')).toBe(readFileSync(new URL('./dag.py', import.meta.url), 'utf8'));
  const once = { retries: 0, retryDelay: 0, retryFactor: 0, timeout: null };
  const run = (name: string) =>
    `exec node ../run-step.mjs --pipeline src/pipeline.ts --step ${name} --skipped-exit 99 {{ params | arguments }}`;
  const plain = (id: string, ...upstream: string[]) => {
    return { id, description: '', command: run(id), upstream, gates: [], ...once };
  };
  expect(JSON.parse(files.get('numbers.json') ?? '')).toEqual({
    id: 'numbers',
    description: '',
    tags: [],
    schedule: null,
    project: '/srv/numbers',
    params: [{ name: 'count.upTo', description: null, schema: { type: ['null', 'integer'], exclusiveMinimum: 0 } }],
    tasks: [
      plain('count'),
      plain('add-up', 'count'),
      plain('square', 'count'),
      plain('gather', 'square'),
      { ...plain('celebrate', 'add-up'), gates: ['add-up.sum >= 5'] },
      plain('after-party', 'celebrate'),
    ],
  });
});

test('the graph that is read back is the graph of the document', () => {
  const { steps, edges, gated } = airflow.readGraph(compile(airflow, NUMBERS, SETTINGS));
  expect(steps).toEqual(NUMBERS.steps.map(({ name }) => name));
  expect(edges).toEqual(NUMBERS.steps.flatMap((one) => upstream(one).map((before) => [before, one.name])));
  expect(gated).toEqual(['celebrate']);
  expect(() => airflow.readGraph(new Map())).toThrow(/no JSON file of a DAG/);
});

test.each([
  [{ attempts: 3 }, { retries: 2, retryDelay: 0, retryFactor: 0 }],
  [
    { attempts: 3, backoff: '1m' },
    { retries: 2, retryDelay: 60, retryFactor: 2 },
  ],
  [
    { attempts: 2, backoff: '1m', factor: 1.5 },
    { retries: 1, retryDelay: 60, retryFactor: 1.5 },
  ],
  [
    { attempts: 2, backoff: '10s', factor: 1 },
    { retries: 1, retryDelay: 10, retryFactor: 0 },
  ],
])('retry %j', (retry, expected) => {
  expect(taskOf(asking({}, 'count', { retry }), 'count')).toMatchObject(expected);
});

test("a timeout is the task's, but in a loop it is the runner's", () => {
  expect(taskOf(asking({}, 'count', { timeout: '2h' }), 'count')).toMatchObject({ timeout: 7200 });
  expect(taskOf(asking({}, 'square', { timeout: '2h' }), 'square')).toMatchObject({ timeout: null });
});

test('schedule and labels are those of the DAG', () => {
  const schedule = { cron: '30 6 * * 1-5', timezone: 'Europe/Vienna' };
  const content = contentOf(asking({ schedule, labels: { team: 'sums', stage: 'dev' } }));
  expect(content.schedule).toEqual(schedule);
  expect(content.tags).toEqual(['team:sums', 'stage:dev']);
});

test('a parameter that every step fixes is no field; one without a plain type is not checked by Airflow', () => {
  expect(contentOf(asking({}, 'count', { fixedParams: { upTo: 3 } })).params).toEqual([]);
  const properties = {
    model: { enum: ['tree', 'line'], type: 'string', default: 'tree', description: 'Which one.' },
    either: { anyOf: [{ type: 'number' }, { type: 'string' }] },
    nested: { type: 'array', items: { $ref: '#/$defs/node' } },
  };
  expect(contentOf(asking({ params: { count: { properties } } })).params).toEqual([
    {
      name: 'count.model',
      description: 'Which one.',
      schema: { enum: ['tree', 'line', null], type: ['null', 'string'] },
    },
    { name: 'count.either', description: null, schema: {} },
    { name: 'count.nested', description: null, schema: {} },
  ]);
});

test('a path is one word of the command', () => {
  const { tasks } = contentOf(NUMBERS, { project: '/srv/numbers', runStep: "/my tools/it's/run-step.mjs" });
  expect(tasks[0]?.command).toContain("node '/my tools/it'\\''s/run-step.mjs' --pipeline");
});

function errorOf(run: () => unknown): PlatformError {
  try {
    run();
  } catch (error) {
    if (error instanceof PlatformError) return error;
  }
  throw new Error('it was not refused');
}

test('what Airflow leaves to the worker is refused, unless told to leave it out', () => {
  const document = asking({}, 'count', { resources: { cpu: 2, memory: '4Gi' }, spot: true });
  const { message, hint } = errorOf(() => compile(airflow, document, SETTINGS));
  expect(message).toContain("step 'count' asks for memory: a task gets the worker that it is started on");
  expect(hint).toContain('--without cpu,memory,spot');
  expect(compile(airflow, document, SETTINGS, { without: ['cpu', 'memory', 'spot'] }).size).toBe(2);
});

test('a label that is too long for a tag, and a project that a worker could not find, are refused', () => {
  const long = asking({ labels: { purpose: 'x'.repeat(93) } });
  expect(errorOf(() => compile(airflow, long, SETTINGS)).message).toContain('has 101 characters, a tag has up to 100');
  const relative = { ...SETTINGS, project: 'apps/numbers' };
  expect(errorOf(() => compile(airflow, NUMBERS, relative)).message).toContain("'apps/numbers' isn't an absolute path");
});
