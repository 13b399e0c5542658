import { fileURLToPath } from 'node:url';
import { checkPolicies } from '@ml-platform/policy';
import { type RunResult, runStack } from '@ml-platform/conventions/program';
import { beforeAll, expect, test } from 'vitest';
import { awsStandIn } from '../testing/stand-in.ts';
import { deployerPolicies } from './deployer-policies.ts';
import bootstrap from './index.ts';
import { BOOTSTRAP_CONFIG } from './settings.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const CLOUD = { config: BOOTSTRAP_CONFIG, program: bootstrap, standIn: awsStandIn };
const run = (config = {}) => runStack(CLOUD, FOLDER, 'bootstrap', { config });

let made: RunResult;
beforeAll(async () => {
  made = await run();
});

const all = (type: string) => made.resources.filter((resource) => resource.type === type);

test('a workflow takes on the role of its environment, by that environment of that repository alone', () => {
  const deployers = all('aws:iam/role:Role').filter(({ name }) => /-(dev|staging|prod)$/.test(name));
  const subjects = deployers.map(({ inputs }) => {
    const [{ Condition: condition }] = JSON.parse(String(inputs.assumeRolePolicy)).Statement;
    return condition.StringEquals['token.actions.githubusercontent.com:sub'];
  });
  expect(subjects).toEqual(['dev', 'staging', 'prod'].map((one) => `repo:acme/ml-platform:environment:${one}`));
});

test('a pull request reads states, and writes none', () => {
  const reader = all('aws:iam/rolePolicy:RolePolicy').find(({ name }) => name.endsWith('reader-state'));
  const text = String(reader?.inputs.policy);
  expect(text).toContain('s3:GetObject');
  expect(text).not.toMatch(/s3:Put|s3:Delete|kms:Encrypt/);
});

test('all that holds something is protected, and the policies of the platform hold', () => {
  expect(
    made.resources.filter(({ isCustom, options }) => isCustom && !options.protect).map(({ type }) => type),
  ).toEqual(['pulumi:providers:aws']);
  const broken = checkPolicies(made.resources, { environment: 'prod' }).filter(({ level }) => level === 'mandatory');
  expect(broken).toEqual([]);
});

test('each policy is as short as IAM asks', () => {
  const place = {
    project: 'a-name-of-forty-letters-is-the-longest-1',
    prefix: 'a-name-of-forty-l',
    environment: 'staging',
    account: '111111111111',
    region: 'ap-southeast-1',
  };
  const groups = Object.entries(deployerPolicies(place));
  expect(groups.length).toBeLessThanOrEqual(10);
  for (const [group, statements] of groups) {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    expect(text.length, group).toBeLessThanOrEqual(6144);
  }
});

test('what only one account of an organization may have can be left out', async () => {
  made = await run({ trail: 'false', anomalyMonitor: 'false' });
  expect(all('aws:cloudtrail/trail:Trail')).toEqual([]);
  expect(all('aws:costexplorer/anomalyMonitor:AnomalyMonitor')).toEqual([]);
});
