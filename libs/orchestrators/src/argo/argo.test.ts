import { checkDocument, type PipelineDocument, upstream } from '@ml-platform/pipeline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { FEATURES } from '../features.ts';
import { compile } from '../target.ts';
import { documentsWith, meshDocument, stressDocument } from '../testing/documents.ts';
import { argo } from './argo.ts';
import type { ArgoSettings } from './settings.ts';

const SETTINGS: ArgoSettings = {
  lake: 's3://lake/runs/',
  pipeline: 'apps/sales/src/pipeline.ts',
  images: { typescript: 'acme/steps:1', python: 'acme/steps-python:1' },
  spot: { nodeSelector: { capacity: 'spot' }, tolerations: [{ key: 'spot', operator: 'Exists' }] },
  accelerators: { 'nvidia-t4': { resource: 'nvidia.com/gpu', nodeSelector: { gpu: 't4' } } },
};

const quality = { quality: { kind: 'metrics', path: 'quality.json', metrics: ['auc', 'log.loss'] } };

function sales(more: object = {}): PipelineDocument {
  const train = {
    name: 'train',
    runner: { language: 'python', module: 'src/train.py', requirements: 'requirements.txt' },
    paramsKey: 'train',
    inputs: {},
    outputs: quality,
    resources: { cpu: 4, memory: '16Gi', disk: '50Gi', accelerator: { type: 'nvidia-t4', count: 1 } },
    retry: { attempts: 3, backoff: '1m', factor: 2 },
    timeout: '2h',
    spot: true,
  };
  const register = {
    name: 'register',
    runner: { language: 'typescript', module: 'src/register.ts' },
    paramsKey: 'register',
    inputs: { quality: { kind: 'metrics', from: [{ step: 'train', output: 'quality' }] } },
    outputs: {},
    when: [
      { metric: { step: 'train', output: 'quality', name: 'auc' }, operator: '>=', bound: 0.7 },
      { metric: { step: 'train', output: 'quality', name: 'log.loss' }, operator: '<', bound: 0.5 },
    ],
  };
  return checkDocument({ version: '1.0', name: 'sales', params: {}, steps: [train, register], ...more });
}

const compiled = (document: PipelineDocument, settings = SETTINGS) =>
  parse(compile(argo, document, settings).get('workflow.yaml') ?? '');

test('a step is a container with its resources, its retries, its nodes and the metrics that gates read', () => {
  const { kind, metadata, spec } = compiled(sales({ labels: { team: 'growth' } }));
  expect([kind, metadata]).toEqual(['Workflow', { generateName: 'sales-', labels: { team: 'growth' } }]);
  const requests = { cpu: '4', memory: '16Gi', 'ephemeral-storage': '50Gi', 'nvidia.com/gpu': '1' };
  expect(spec.templates[1]).toEqual({
    name: 'train',
    nodeSelector: { capacity: 'spot', gpu: 't4' },
    tolerations: [{ key: 'spot', operator: 'Exists' }],
    activeDeadlineSeconds: 7200,
    retryStrategy: { limit: '2', retryPolicy: 'Always', backoff: { duration: '60s', factor: '2' } },
    container: {
      image: 'acme/steps-python:1',
      command: ['run-step'],
      args: [
        '--pipeline',
        'apps/sales/src/pipeline.ts',
        '--step',
        'train',
        '--store',
        's3://lake/runs/{{workflow.name}}',
        '--params-json',
        '{{workflow.parameters.params}}',
        '--metric',
        'quality.auc=/tmp/values/quality-auc',
        '--metric',
        'quality.log.loss=/tmp/values/quality-log_2e_loss',
      ],
      resources: { requests, limits: requests },
    },
    outputs: {
      parameters: [
        { name: 'quality-auc', valueFrom: { path: '/tmp/values/quality-auc' } },
        { name: 'quality-log_2e_loss', valueFrom: { path: '/tmp/values/quality-log_2e_loss' } },
      ],
    },
  });
});

test('a gate is a task’s when, and what it waits for has to succeed', () => {
  const [, register] = compiled(sales()).spec.templates[0].dag.tasks;
  const value = (name: string) => `{{tasks.train.outputs.parameters.${name}}}`;
  expect(register).toEqual({
    name: 'register',
    template: 'register',
    depends: 'train.Succeeded',
    when: `${value('quality-auc')} >= 0.7 && ${value('quality-log_2e_loss')} < 0.5`,
  });
});

test('a schedule makes a CronWorkflow that never runs beside itself', () => {
  const { kind, metadata, spec } = compiled(sales({ schedule: { cron: '0 4 * * *', timezone: 'Europe/Berlin' } }));
  expect([kind, metadata]).toEqual(['CronWorkflow', { name: 'sales' }]);
  expect(spec).toMatchObject({ schedules: ['0 4 * * *'], timezone: 'Europe/Berlin', concurrencyPolicy: 'Forbid' });
  expect(spec.workflowSpec.entrypoint).toBe('pipeline');
});

test.each([
  ['spot', { ...SETTINGS, spot: undefined }, "step 'train' asks for spot"],
  ['an accelerator', { ...SETTINGS, accelerators: {} }, "step 'train' asks for accelerator nvidia-t4"],
])('%s without nodes for it is refused', (_, settings, message) => {
  expect(() => compiled(sales(), settings as ArgoSettings)).toThrow(message);
});

test('a loop is a task per index of the list, then one that collects; a step of the same name as its items keeps it', () => {
  const runner = { language: 'typescript', module: 'src/a.ts' };
  const list = { step: 'list', output: 'days' };
  const steps = [
    { name: 'list', outputs: { days: { kind: 'json', path: 'days.json' } } },
    { name: 'load', forEach: { param: 'day', from: list }, timeout: '1h', resources: { cpu: 2 } },
    { name: 'load-items' },
  ].map((step) => ({ runner, paramsKey: step.name, inputs: {}, outputs: {}, ...step }));
  const { templates } = compiled(checkDocument({ version: '1.0', name: 'sales', params: {}, steps })).spec;
  expect(templates[0].dag.tasks.slice(1, 3)).toEqual([
    {
      name: 'load-items-x',
      template: 'load-items-x',
      depends: 'list.Succeeded',
      arguments: { parameters: [{ name: 'item', value: '{{item}}' }] },
      withParam: '{{tasks.list.outputs.parameters.indices_of_days}}',
    },
    {
      name: 'load',
      template: 'load',
      depends: '(load-items-x.Succeeded || load-items-x.Skipped) && list.Succeeded',
    },
  ]);
  const [listing, item, collect] = templates.slice(1);
  expect(listing.container.args.slice(-2)).toEqual(['--list', 'days=/tmp/values/indices_of_days']);
  expect(item).toMatchObject({
    name: 'load-items-x',
    inputs: { parameters: [{ name: 'item' }] },
    activeDeadlineSeconds: 3600,
  });
  expect(item.container.args.slice(-2)).toEqual(['--item', '{{inputs.parameters.item}}']);
  expect(collect.container.args.at(-1)).toBe('--collect');
  expect(collect.container.resources).toBeUndefined();
});

test.each([
  [
    { labels: { team: 'growth & sales' } },
    "labels['team'] is 'growth & sales'; a value has at most 63 letters, digits, - _ and ., with letters or digits at its ends (source: Kubernetes documentation",
  ],
  [{ labels: { 'a b': 'c' } }, "labels['a b'] is 'c'; a key has at most 63"],
  [
    { name: 's'.repeat(53), schedule: { cron: '0 4 * * *' } },
    "name is 53 characters long; a CronWorkflow's has at most 52 characters (source: Argo Workflows",
  ],
])('what Kubernetes would refuse is refused: %j', (more, message) => {
  expect(() => compiled(sales(more))).toThrow(message);
});

test('any pipeline reads back as it was', async () => {
  const sorted = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();
  const check = (document: PipelineDocument) => {
    const { steps, edges, gated } = argo.readGraph(compile(argo, document, SETTINGS));
    expect(steps).toEqual(document.steps.map(({ name }) => name));
    const before = document.steps.flatMap((step) => upstream(step).map((name) => [name, step.name]));
    expect(sorted(edges)).toEqual(sorted(before));
    expect(gated).toEqual(document.steps.filter(({ when = [] }) => when.length > 0).map(({ name }) => name));
  };
  fc.assert(fc.property(documentsWith(FEATURES), check));
  check(meshDocument());
  check(await stressDocument());
});
