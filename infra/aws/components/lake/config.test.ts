import { ENVIRONMENTS } from '@ml-platform/conventions';
import { expect, test } from 'vitest';
import { lakeConfig, lakeProblems } from './config.ts';
import { lifecycleRules } from './lifecycle-rules.ts';

const ACCOUNT = '111111111111';
const { dev, prod } = lakeConfig.defaults;

test('the defaults are settings without a problem', () => {
  for (const environment of ENVIRONMENTS) {
    const settings = lakeConfig.defaults[environment];
    expect(lakeConfig.schema.parse(settings)).toEqual(settings);
    expect(lakeProblems(settings, ACCOUNT)).toEqual([]);
  }
});

const reader = (account: string) => ({ account, externalId: 'agreed-on-it' });

test.each([
  { settings: { raw: { infrequentAfterDays: 30, archiveAfterDays: 59 } }, key: 'lake.raw.archiveAfterDays', value: 59 },
  { settings: { raw: { infrequentAfterDays: 30, expireAfterDays: 30 } }, key: 'lake.raw.expireAfterDays', value: 30 },
  { settings: { raw: { archiveAfterDays: 5, expireAfterDays: 4 } }, key: 'lake.raw.expireAfterDays', value: 4 },
  { settings: { readers: [reader(ACCOUNT)] }, key: 'lake.readers', value: ACCOUNT },
  {
    settings: { readers: [reader('999999999999'), reader('999999999999')] },
    key: 'lake.readers',
    value: '999999999999',
  },
])('$key is refused: $value', ({ settings, key, value }) => {
  expect(lakeProblems({ ...dev, ...settings }, ACCOUNT)).toEqual([{ key, value, expected: expect.any(String) }]);
});

test('an age at which S3 takes nothing into infrequent access is refused', () => {
  expect(lakeConfig.schema.safeParse({ ...dev, raw: { infrequentAfterDays: 29 } }).success).toBe(false);
});

test('in prod data gets cheaper with age, by zone', () => {
  const rules = lifecycleRules(prod);
  expect(rules.find(({ id }) => id === 'predictions')).toEqual({
    id: 'predictions',
    status: 'Enabled',
    filter: { prefix: 'predictions/' },
    transitions: [
      { days: 30, storageClass: 'STANDARD_IA' },
      { days: 180, storageClass: 'GLACIER_IR' },
    ],
    expiration: { days: 730 },
  });
  expect(rules.at(-1)).toMatchObject({ noncurrentVersionExpiration: { noncurrentDays: 90 }, filter: { prefix: '' } });
});

test('each rule has an id and a prefix of its own, and does something', () => {
  for (const rule of lifecycleRules({ ...prod, models: {} })) {
    expect(Object.keys(rule).length).toBeGreaterThan(3);
  }
  const ids = lifecycleRules({ ...prod, models: {} }).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).not.toContain('models');
});

test('what S3 places by itself is moved there at once', () => {
  const rules = lifecycleRules({ ...prod, intelligentTiering: true });
  expect(rules.find(({ id }) => id === 'raw')?.transitions).toEqual([{ days: 0, storageClass: 'INTELLIGENT_TIERING' }]);
});
