import { PlatformError } from '@ml-platform/errors';
import type { StepDocument } from '@ml-platform/pipeline';
import { expect, test } from 'vitest';
import { containerResources, nodeSettings, placement } from './placement.ts';

const ENGINE = { name: 'pods', title: 'The Engine' };
const NODES = nodeSettings.parse({
  spot: { nodeSelector: { capacity: 'spot' }, tolerations: [{ key: 'spot', operator: 'Exists' }] },
  accelerators: { 'nvidia-t4': { resource: 'nvidia.com/gpu', nodeSelector: { gpu: 't4' } } },
});

function step(more: Partial<StepDocument> = {}): StepDocument {
  const runner = { language: 'typescript' as const, module: 'src/step.ts' };
  return { name: 'train', runner, paramsKey: 'train', inputs: {}, outputs: {}, ...more };
}

const gpu = { accelerator: { type: 'nvidia-t4', count: 2 } };

test('a step that asks for nothing runs anywhere', () => {
  expect(placement(step(), NODES, ENGINE)).toEqual({});
  expect(containerResources(step(), NODES, ENGINE)).toBeUndefined();
});

test('spot and an accelerator come together', () => {
  expect(placement(step({ spot: true, resources: gpu }), NODES, ENGINE)).toEqual({
    nodeSelector: { capacity: 'spot', gpu: 't4' },
    tolerations: [{ key: 'spot', operator: 'Exists' }],
  });
  const asked = { cpu: '0.5', memory: '4Gi', 'ephemeral-storage': '20Gi', 'nvidia.com/gpu': '2' };
  expect(
    containerResources(step({ resources: { ...gpu, cpu: 0.5, memory: '4Gi', disk: '20Gi' } }), NODES, ENGINE),
  ).toEqual({
    requests: asked,
    limits: asked,
  });
});

test.each([
  ['spot', { spot: true }, "step 'train' asks for spot, and the settings of The Engine don't say which nodes have it"],
  ['an accelerator', { resources: gpu }, "step 'train' asks for accelerator nvidia-t4, and the settings of The Engine"],
])('%s without nodes for it is refused, and where to say them is told', (_, more, message) => {
  const run = () => placement(step(more), {}, ENGINE);
  expect(run).toThrow(message);
  expect(run).toThrow(expect.objectContaining({ hint: expect.stringMatching(/^in targets.yaml, below pods: /) }));
  expect(run).toThrow(PlatformError);
});

test('a toleration that Kubernetes does not know is refused', () => {
  expect(nodeSettings.safeParse({ spot: { tolerations: [{ operator: 'Like' }] } }).success).toBe(false);
});
