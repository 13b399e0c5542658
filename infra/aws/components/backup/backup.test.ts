import { ENVIRONMENTS } from '@ml-platform/conventions';
import { expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { Backup, type BackupArgs } from './backup.ts';
import { backupConfig, backupProblems } from './config.ts';

const { dev, staging, prod } = backupConfig.defaults;
const make = (args: Partial<BackupArgs> = {}) =>
  runComponent((options) => {
    const keys = { dataKeyArn: 'arn:key/data', alertsTopicArn: 'arn:topic/alerts' };
    const backup = new Backup('backup', { ...staging, context: TEST_CONTEXT, ...keys, ...args }, options);
    return { vault: backup.vaultName };
  });

const VAULT = 'aws:backup/vault:Vault';
const LOCK = 'aws:backup/vaultLockConfiguration:VaultLockConfiguration';
const PLAN = 'aws:backup/plan:Plan';

test('what has the tag of the stack is backed up each night, and each Sunday for longer', async () => {
  const { one } = await make();
  expect(one(PLAN).inputs.rules).toMatchObject([
    { ruleName: 'daily', schedule: 'cron(0 2 * * ? *)', enableContinuousBackup: false, lifecycle: { deleteAfter: 7 } },
    { ruleName: 'weekly', schedule: 'cron(0 4 ? * SUN *)', lifecycle: { deleteAfter: 35 } },
  ]);
  expect(one('aws:backup/selection:Selection').inputs).toMatchObject({
    selectionTags: [{ type: 'STRINGEQUALS', key: 'backup', value: 'acme-dev' }],
    iamRoleArn: expect.stringMatching(/^arn:aws:iam::/),
  });
  expect(one(VAULT)).toMatchObject({ inputs: { kmsKeyArn: 'arn:key/data', forceDestroy: true } });
});

test('the role may back up and restore databases and buckets, and only AWS Backup takes it on', async () => {
  const { one, all } = await make();
  const attached = all('aws:iam/rolePolicyAttachment:RolePolicyAttachment').map(({ inputs }) => inputs.policyArn);
  expect(attached).toHaveLength(4);
  expect(attached.every((arn) => String(arn).includes(':aws:policy/'))).toBe(true);
  const [trust] = JSON.parse(String(one('aws:iam/role:Role').inputs.assumeRolePolicy)).Statement;
  expect(trust.Principal).toEqual({ Service: 'backup.amazonaws.com' });
  expect(trust.Condition).toEqual({ StringEquals: { 'aws:SourceAccount': '111111111111' } });
});

test('in prod any second can be restored, nobody deletes a backup, and the vault is protected', async () => {
  const context = { ...TEST_CONTEXT, isProtected: true, isDisposable: false };
  const { one } = await make({ ...prod, context });
  expect(one(PLAN).inputs.rules).toMatchObject([{ enableContinuousBackup: true }, { ruleName: 'weekly' }]);
  expect(one(LOCK).inputs.minRetentionDays).toBe(35);
  expect(one(LOCK).inputs).not.toHaveProperty('changeableForDays');
  expect(one(VAULT)).toMatchObject({ inputs: { forceDestroy: false }, options: { protect: true } });
});

test('without a lock there is none, and with a grace it can not be taken off afterwards', async () => {
  expect((await make()).all(LOCK)).toEqual([]);
  const { one } = await make({ lock: true, lockGraceDays: 14 });
  expect(one(LOCK).inputs.changeableForDays).toBe(14);
});

test('a backup that fails is told', async () => {
  const { one, outputs } = await make();
  const { detail } = JSON.parse(String(one('aws:cloudwatch/eventRule:EventRule').inputs.eventPattern));
  expect(detail.backupVaultName).toEqual([outputs.vault]);
  expect(detail.state).toContain('FAILED');
  expect(one('aws:cloudwatch/eventTarget:EventTarget').inputs.arn).toBe('arn:topic/alerts');
});

test('the defaults are settings without a problem', () => {
  for (const environment of ENVIRONMENTS) {
    const settings = backupConfig.defaults[environment];
    expect(backupConfig.schema.parse(settings)).toEqual(settings);
    expect(backupProblems(settings, environment)).toEqual([]);
  }
});

test.each([
  { settings: { ...prod, enabled: false }, environment: 'prod', key: 'backup.enabled' },
  { settings: { ...prod, dailyDays: 6 }, environment: 'prod', key: 'backup.dailyDays' },
  { settings: { ...prod, dailyDays: 36 }, environment: 'staging', key: 'backup.dailyDays' },
  { settings: { ...dev, dailyDays: 60 }, environment: 'dev', key: 'backup.weeklyDays' },
  { settings: { ...dev, lockGraceDays: 5 }, environment: 'dev', key: 'backup.lockGraceDays' },
] as const)('$key is refused in $environment', ({ settings, environment, key }) => {
  expect(backupProblems(settings, environment).map((problem) => problem.key)).toEqual([key]);
});
