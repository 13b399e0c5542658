import { checkDocument, type PipelineDocument, upstream } from '@ml-platform/pipeline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { compile } from '../target.ts';
import { dvc } from './dvc.ts';

const settings = {
  runStep: '../../libs/pipeline/bin/run-step.mjs',
  files: () => ['src/a.ts'],
  packages: () => [],
  sections: ['train'],
};
const runner = { language: 'typescript', module: 'src/a.ts' } as const;

function pipeline(steps: readonly object[], more: object = {}): PipelineDocument {
  const named = steps.map((step) => ({ runner, paramsKey: 'a', inputs: {}, outputs: {}, ...step }));
  return checkDocument({ version: '1.0', name: 'sales', params: { a: {} }, steps: named, ...more });
}

const table = { table: { kind: 'parquet', path: 'table.parquet' } };
const from = (step: string) => ({ rows: { kind: 'parquet', from: [{ step, output: 'table' }] } });

test('a stage per step, with its code, what it reads, its parameters and its folder', () => {
  const quality = { quality: { kind: 'metrics', path: 'quality.json', metrics: ['auc'] } };
  const document = pipeline(
    [
      { name: 'ingest', outputs: table, description: 'Reads sales' },
      { name: 'train', inputs: from('ingest'), outputs: quality, paramsKey: 'train', cache: false },
    ],
    { labels: { team: 'growth' }, params: { a: {}, train: { properties: { trials: { type: 'integer' } } } } },
  );
  expect(
    compile(dvc, document, settings).get('dvc.yaml'),
  ).toBe(`# Made from src/pipeline.ts: npx nx run sales:compile --target dvc
stages:
  ingest:
    cmd: exec node ../../libs/pipeline/bin/run-step.mjs --pipeline src/pipeline.ts --step ingest
    desc: Reads sales
    deps:
      - src/a.ts
    params:
      - dvc.steps.json:
          - ingest
    outs:
      - artifacts/ingest
    meta:
      labels:
        team: growth
  train:
    cmd: exec node ../../libs/pipeline/bin/run-step.mjs --pipeline src/pipeline.ts --step train
    deps:
      - artifacts/ingest
      - src/a.ts
    params:
      - dvc.steps.json:
          - train
      - train
    outs:
      - artifacts/train
    always_changed: true
    meta:
      labels:
        team: growth
metrics:
  - artifacts/train/quality.json
`);
});

test('what an action leaves is of its own machine, unless somebody reads it', () => {
  const outsOf = (steps: readonly object[]) => {
    const { stages } = parse(compile(dvc, pipeline(steps), settings).get('dvc.yaml') ?? '');
    return stages.register.outs;
  };
  const register = { name: 'register', outputs: { version: { kind: 'json', path: 'version.json' } }, cache: false };
  expect(outsOf([register])).toEqual([{ 'artifacts/register': { cache: false } }]);
  expect(outsOf([register, { name: 'tell', after: ['register'] }])).toEqual(['artifacts/register']);
  const alone = compile(dvc, pipeline([register]), settings);
  expect(dvc.readGraph(alone)).toEqual({ steps: ['register'], edges: [], gated: [] });
});

test('what DVC has no word for is refused, step by step, unless it is left out on purpose', () => {
  const steps = [{ name: 'train', retry: { attempts: 3 }, resources: { cpu: 4, memory: '8Gi' }, timeout: '1h' }];
  const document = pipeline(steps, { schedule: { cron: '0 4 * * *' } });
  expect(() => compile(dvc, document, settings)).toThrow(
    expect.objectContaining({
      code: 'config',
      message: `DVC can't do all of 'sales':
  pipeline 'sales' asks for schedule: somebody has to start it
  step 'train' asks for cpu: a stage gets the machine that it is started on
  step 'train' asks for memory: a stage gets the machine that it is started on`,
      hint: 'leave it out, and say so: --without cpu,memory,schedule',
    }),
  );
  const without = ['cpu', 'memory', 'schedule'] as const;
  expect(compile(dvc, document, settings, { without }).get('dvc.yaml')).toContain('--step train --retry\n');
});

test('a section that DVC could not track is asked for', () => {
  const document = pipeline([{ name: 'train', paramsKey: 'train' }], {
    params: { a: {}, train: { properties: { trials: {} } } },
  });
  expect(() => compile(dvc, document, { ...settings, sections: [] })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('train: {}') }),
  );
});

test('any graph reads back as it was', () => {
  const graphs = fc
    .integer({ min: 1, max: 12 })
    .chain((size) => fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: size, maxLength: size }));
  fc.assert(
    fc.property(graphs, (needs) => {
      const steps = needs.map((needed, index) => ({
        name: `step-${index}`,
        outputs: table,
        after: index === 0 ? [] : [...new Set(needed.map((one) => `step-${one % index}`))],
      }));
      const document = pipeline(steps);
      const { steps: names, edges } = dvc.readGraph(compile(dvc, document, settings));
      expect(names).toEqual(document.steps.map(({ name }) => name));
      const before = document.steps.flatMap((step) => upstream(step).map((name) => [name, step.name]));
      expect(edges.toSorted()).toEqual(before.toSorted());
    }),
  );
});
