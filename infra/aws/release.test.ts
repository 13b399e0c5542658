import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runStack } from '@ml-platform/conventions/program';
import { expect, test } from 'vitest';
import cloud from './project.ts';
import { brokenPolicies } from './testing/broken-policies.ts';

const FOLDER = dirname(fileURLToPath(import.meta.url));
const DIGEST = `sha256:${'7'.repeat(64)}`;

/** As the stack says it after the update that brought it. */
const release = {
  ...{ release: 'delays-7+0f3c2a1', commit: '0f3c2a1'.padEnd(40, '0'), createdAt: '2025-06-01T12:00:00Z' },
  model: { name: 'delays', version: '7', contentHash: 'a'.repeat(64), example: { hour: 7 } },
  ...{ image: { name: 'model-server', digest: DIGEST }, config: { serving: { imageDigest: DIGEST } } },
};

test('a stack serves the release that it has, keeps it, and moves its versions itself', async () => {
  const { resources, outputs } = await runStack(cloud, FOLDER, 'prod', { outputs: { release } });
  const [model] = resources.filter(({ type }) => type === 'aws:sagemaker/model:Model');
  const [endpoint] = resources.filter(({ type }) => type === 'aws:sagemaker/endpoint:Endpoint');
  expect(JSON.stringify(model?.inputs)).toContain(DIGEST);
  expect(endpoint?.options.ignoreChanges).toEqual([]);
  expect(outputs).toMatchObject({ release, previousReleases: [] });
  expect(brokenPolicies(resources, 'prod')).toEqual([]);
});

test('without one it serves nothing yet, and leaves versions to deploys of another kind', async () => {
  const { outputs } = await runStack(cloud, FOLDER, 'prod');
  expect(outputs).toMatchObject({ notMade: { serving: expect.any(String) }, previousReleases: [] });
  const config = { serving: { imageDigest: DIGEST } };
  const { resources } = await runStack(cloud, FOLDER, 'prod', { config });
  const [endpoint] = resources.filter(({ type }) => type === 'aws:sagemaker/endpoint:Endpoint');
  expect(endpoint?.options.ignoreChanges).toEqual(['endpointConfigName']);
});
