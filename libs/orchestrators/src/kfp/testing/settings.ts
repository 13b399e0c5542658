import type { KubeflowSettings, VertexSettings } from '../settings.ts';

const program = {
  images: { typescript: 'acme/steps:1', python: 'acme/steps-python:1' },
  pipeline: 'apps/sales/src/pipeline.ts',
};

export const KUBEFLOW: KubeflowSettings = {
  ...program,
  timezone: 'Europe/Berlin',
  spot: { nodeSelector: { capacity: 'spot' }, tolerations: [{ key: 'spot', operator: 'Exists' }] },
  accelerators: { 'nvidia-t4': { resource: 'nvidia.com/gpu', nodeSelector: { gpu: 't4' } } },
};

export const VERTEX: VertexSettings = {
  ...program,
  project: 'acme',
  location: 'europe-west4',
  root: 'gs://lake/runs',
};
