import { fileURLToPath } from 'node:url';
import { readParamsFiles } from '@ml-platform/pipeline';
import { readGate } from '@ml-platform/registry/gate';
import { expect, test } from 'vitest';
import { registerModel } from './steps/register.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

test('the gate speaks of the model that is registered, and of metrics that it is registered with', () => {
  const { model, metrics } = readGate(at('../gate.yaml'));
  const [params] = readParamsFiles(at('..'));
  expect(model).toBe(params?.values.register?.modelName);
  expect(registerModel.inputs.metrics.names).toEqual(expect.arrayContaining(Object.keys(metrics)));
});
