import { checkDocument, type PipelineDocument } from '@ml-platform/pipeline';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { compile } from '../target.ts';
import { argo } from './argo.ts';
import type { ArgoSettings } from './settings.ts';
import { manifestOf, rayPipeline } from './testing/ray-pipeline.ts';

const SETTINGS: ArgoSettings = {
  lake: 's3://lake/runs',
  pipeline: 'apps/sales/src/pipeline.ts',
  images: { typescript: 'acme/steps:1', python: 'acme/steps-python:1' },
  serviceAccount: 'steps',
  spot: { nodeSelector: { capacity: 'spot' } },
  accelerators: { 'nvidia-t4': { resource: 'nvidia.com/gpu', nodeSelector: { gpu: 't4' } } },
  ray: { workers: 2, version: '2.50.0' },
};

function templatesOf(document: PipelineDocument, settings = SETTINGS) {
  return parse(compile(argo, document, settings).get('workflow.yaml') ?? '').spec.templates;
}

test('a Ray step is a cluster of its own, then a container that hands on what gates read', () => {
  const [dag, cluster, step] = templatesOf(rayPipeline());
  expect(dag.dag.tasks.slice(0, 2)).toEqual([
    { name: 'train-ray-job', template: 'train-ray-job' },
    { name: 'train', template: 'train', depends: 'train-ray-job.Succeeded' },
  ]);
  expect(cluster).toMatchObject({
    name: 'train-ray-job',
    activeDeadlineSeconds: 7200,
    retryStrategy: { limit: '2' },
    resource: {
      action: 'create',
      setOwnerReference: true,
      successCondition: 'status.jobStatus == SUCCEEDED',
      failureCondition:
        'status.jobStatus in (FAILED, STOPPED),status.jobDeploymentStatus in (Failed, ValidationFailed)',
    },
  });
  const { kind, spec } = manifestOf(cluster);
  expect(kind).toBe('RayJob');
  expect(spec.entrypoint).toBe(
    `run-step --pipeline apps/sales/src/pipeline.ts --step train --store 's3://lake/runs/{{workflow.name}}' --params-json "$ML_PARAMS_JSON"`,
  );
  expect(spec).toMatchObject({ shutdownAfterJobFinishes: true, activeDeadlineSeconds: 7200 });
  expect(step.container.args).toEqual([
    ...['--pipeline', 'apps/sales/src/pipeline.ts', '--step', 'train', '--store', 's3://lake/runs/{{workflow.name}}'],
    ...[
      '--params-json',
      '{{workflow.parameters.params}}',
      '--publish',
      '--metric',
      'quality.auc=/tmp/values/quality-auc',
    ],
  ]);
  expect(step.outputs.parameters).toEqual([{ name: 'quality-auc', valueFrom: { path: '/tmp/values/quality-auc' } }]);
});

test('the workers have what the step asks for; the head leads them on machines that stay', () => {
  const { headGroupSpec, workerGroupSpecs, rayVersion } = manifestOf(templatesOf(rayPipeline())[1]).spec.rayClusterSpec;
  expect(rayVersion).toBe('2.50.0');
  const [{ template, ...workers }] = workerGroupSpecs;
  expect(workers).toMatchObject({ replicas: 2, minReplicas: 2, maxReplicas: 2 });
  expect(template.spec).toEqual({
    serviceAccountName: 'steps',
    nodeSelector: { capacity: 'spot', gpu: 't4' },
    containers: [
      {
        name: 'ray-worker',
        image: 'acme/steps-python:1',
        resources: {
          requests: { cpu: '4', memory: '16Gi', 'nvidia.com/gpu': '1' },
          limits: { cpu: '4', memory: '16Gi', 'nvidia.com/gpu': '1' },
        },
      },
    ],
  });
  expect(headGroupSpec.rayStartParams['num-cpus']).toBe('0');
  expect(headGroupSpec.template.spec).not.toHaveProperty('nodeSelector');
  expect(headGroupSpec.template.spec.containers[0].resources.limits).toEqual({ cpu: '4', memory: '16Gi' });
});

test("the run's parameters reach the head as they are, whatever stands in them", () => {
  const params = `{"train":{"label":"it's \\"{{odd}}\\": $HOME\\n"}}`;
  const { spec } = manifestOf(templatesOf(rayPipeline())[1], params);
  const [head] = spec.rayClusterSpec.headGroupSpec.template.spec.containers;
  expect(head.env).toEqual([{ name: 'ML_PARAMS_JSON', value: params }]);
});

test('the graph reads back as that of the pipeline', () => {
  const { steps, edges, gated } = argo.readGraph(compile(argo, rayPipeline(), SETTINGS));
  expect([...steps].sort()).toEqual(['register', 'train']);
  expect(edges).toEqual([['train', 'register']]);
  expect(gated).toEqual(['register']);
});

test('without a word on clusters in the settings it is refused', () => {
  const { ray: _, ...none } = SETTINGS;
  expect(() => templatesOf(checkDocument(rayPipeline()), none)).toThrow(
    "step 'train' is written for Ray, and the settings of Argo say nothing of its clusters",
  );
});
