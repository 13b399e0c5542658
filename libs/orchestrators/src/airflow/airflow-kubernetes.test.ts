import { readFileSync } from 'node:fs';
import { checkDocument, type PipelineDocument, type StepDocument, upstream } from '@ml-platform/pipeline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FEATURES } from '../features.ts';
import { compile } from '../target.ts';
import { documentsWith, meshDocument, stressDocument } from '../testing/documents.ts';
import { type AirflowKubernetesSettings, airflowKubernetes, airflowKubernetesSettings } from './airflow-kubernetes.ts';

const SETTINGS: AirflowKubernetesSettings = {
  lake: 's3://lake/runs/',
  pipeline: 'apps/sales/src/pipeline.ts',
  images: { typescript: 'acme/steps:1', python: 'acme/steps-python:1' },
  namespace: 'pipelines',
  spot: { nodeSelector: { capacity: 'spot' }, tolerations: [{ key: 'spot', operator: 'Exists' }] },
  accelerators: { 'nvidia-t4': { resource: 'nvidia.com/gpu', nodeSelector: { gpu: 't4' } } },
};

function sales(train: Partial<StepDocument> = {}, more: Partial<PipelineDocument> = {}): PipelineDocument {
  return checkDocument({
    version: '1.0',
    name: 'sales',
    params: { train: { type: 'object', properties: { rate: { type: 'number', default: 0.1 } } } },
    steps: [
      {
        name: 'train',
        description: 'Fits it',
        runner: { language: 'python', module: 'src/train.py', requirements: 'requirements.txt' },
        paramsKey: 'train',
        inputs: {},
        outputs: { quality: { kind: 'metrics', path: 'quality.json', metrics: ['auc'] } },
        ...train,
      },
      {
        name: 'tell',
        runner: { language: 'typescript', module: 'src/tell.ts' },
        paramsKey: 'tell',
        inputs: {},
        outputs: {},
        when: [{ metric: { step: 'train', output: 'quality', name: 'auc' }, operator: '>=', bound: 0.7 }],
      },
    ],
    ...more,
  });
}

const contentOf = (document: PipelineDocument, settings = SETTINGS) =>
  JSON.parse(compile(airflowKubernetes, document, settings).get('sales.json') ?? '');

test('the DAG file is the same for every pipeline; a task is a Pod of the image of its language', () => {
  const files = compile(airflowKubernetes, sales(), SETTINGS);
  expect([...files.keys()]).toEqual(['sales.py', 'sales.json']);
  expect(files.get('sales.py')).toBe(readFileSync(new URL('./pod_dag.py', import.meta.url), 'utf8'));
  const once = { retries: 0, retryDelay: 0, retryFactor: 0, timeout: null };
  const anywhere = { resources: null, nodeSelector: {}, tolerations: [] };
  const run = (name: string) => [
    ...[
      '--pipeline',
      'apps/sales/src/pipeline.ts',
      '--step',
      name,
      '--store',
      's3://lake/runs/sales/{{ run_id | folder }}',
    ],
    ...['--params-json', '{{ params | by_step }}', '--skipped-exit', '99'],
  ];
  expect(contentOf(sales())).toEqual({
    id: 'sales',
    description: '',
    tags: [],
    schedule: null,
    namespace: 'pipelines',
    serviceAccount: null,
    connection: 'kubernetes_default',
    command: ['run-step'],
    params: [{ name: 'train.rate', description: null, schema: { type: ['null', 'number'] } }],
    tasks: [
      {
        id: 'train',
        description: 'Fits it',
        upstream: [],
        gates: [],
        ...once,
        image: 'acme/steps-python:1',
        arguments: run('train'),
        ...anywhere,
      },
      {
        id: 'tell',
        description: '',
        upstream: ['train'],
        gates: ['train.auc >= 0.7'],
        ...once,
        image: 'acme/steps:1',
        arguments: run('tell'),
        ...anywhere,
      },
    ],
  });
});

test('a Pod gets what its step asks for, on nodes that have it', () => {
  const resources = { cpu: 2, memory: '4Gi', disk: '20Gi', accelerator: { type: 'nvidia-t4', count: 1 } };
  const asked = { cpu: '2', memory: '4Gi', 'ephemeral-storage': '20Gi', 'nvidia.com/gpu': '1' };
  const train = { resources, spot: true, timeout: '2h', retry: { attempts: 3, backoff: '1m' } };
  expect(contentOf(sales(train)).tasks[0]).toMatchObject({
    resources: { requests: asked, limits: asked },
    nodeSelector: { capacity: 'spot', gpu: 't4' },
    tolerations: [{ key: 'spot', operator: 'Exists' }],
    timeout: 7200,
    retries: 2,
    retryDelay: 60,
    retryFactor: 2,
  });
});

test('the settings say how the image calls the runner, who a Pod is, and by which connection it is made', () => {
  const more = { serviceAccount: 'steps', connection: 'gpu_cluster', command: ['node', 'run-step.mjs'] };
  expect(contentOf(sales(), { ...SETTINGS, ...more })).toMatchObject(more);
  const { pipeline: _, ...settings } = SETTINGS;
  expect(airflowKubernetesSettings.safeParse(settings).success).toBe(true);
  expect(airflowKubernetesSettings.safeParse({ ...settings, lakes: '' }).success).toBe(false);
});

test('nodes that the settings do not have, and a label that is too long for a tag, are refused', () => {
  const { spot: _, ...none } = SETTINGS;
  expect(() => contentOf(sales({ spot: true }), none)).toThrow(
    /asks for spot, and the settings of Airflow on Kubernetes/,
  );
  const gpu = { resources: { accelerator: { type: 'nvidia-l4', count: 1 } } };
  expect(() => contentOf(sales(gpu))).toThrow("step 'train' asks for accelerator nvidia-l4");
  expect(() => contentOf(sales({}, { labels: { purpose: 'x'.repeat(93) } }))).toThrow('a tag has up to 100');
});

test('any pipeline, with all that one can ask for, reads back as it was', async () => {
  const check = (document: PipelineDocument) => {
    const { steps, edges, gated } = airflowKubernetes.readGraph(compile(airflowKubernetes, document, SETTINGS));
    expect(steps).toEqual(document.steps.map(({ name }) => name));
    expect(edges).toEqual(document.steps.flatMap((step) => upstream(step).map((before) => [before, step.name])));
    expect(gated).toEqual(document.steps.filter(({ when = [] }) => when.length > 0).map(({ name }) => name));
  };
  fc.assert(fc.property(documentsWith(FEATURES), check));
  check(meshDocument());
  check(await stressDocument());
});
