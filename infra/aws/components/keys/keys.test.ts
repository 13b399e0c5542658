import { expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { keysConfig } from './config.ts';
import { Keys } from './keys.ts';

test('in dev one key is for all', async () => {
  const { one, outputs } = await runComponent((options) => {
    const { arns } = new Keys('acme-dev-keys', { ...keysConfig.defaults.dev, context: TEST_CONTEXT }, options);
    return { data: arns.data, logs: arns.logs };
  });
  expect(one('aws:kms/key:Key').inputs).toMatchObject({ enableKeyRotation: true, deletionWindowInDays: 7 });
  expect(outputs.data).toBe(outputs.logs);
  expect(one('aws:kms/alias:Alias').inputs).toMatchObject({ name: 'alias/acme-dev-keys' });
});

test('in prod each purpose has one that is protected, and only logs and messages let services in', async () => {
  const context = { ...TEST_CONTEXT, isProtected: true };
  const { all } = await runComponent((options) => {
    new Keys('acme-prod-keys', { ...keysConfig.defaults.prod, context }, options);
  });
  const keys = all('aws:kms/key:Key');
  expect(keys.map(({ name }) => name)).toEqual(
    ['data', 'messages', 'logs', 'database', 'secrets'].map((purpose) => `acme-prod-keys-${purpose}`),
  );
  expect(keys.every(({ options }) => options.protect)).toBe(true);
  const statements = keys.map(({ inputs }) => JSON.parse(String(inputs.policy)).Statement.length);
  expect(statements).toEqual([1, 2, 2, 1, 1]);
});
