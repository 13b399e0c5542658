import { expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { modelsConfig } from './config.ts';
import { groupPolicy } from './group-policy.ts';
import { Models, type ModelsArgs } from './models.ts';

const { dev } = modelsConfig.defaults;
const KEY = 'arn:aws:kms:eu-central-1:111111111111:key/data';
const GROUPS = { 'flight-delays': 'Is a flight late?' };

const run = (args: Partial<ModelsArgs>) =>
  runComponent((options) => {
    const settings = { ...dev, groups: GROUPS, context: TEST_CONTEXT, dataKeyArn: KEY, ...args };
    const { groupNames, groupArns } = new Models('acme-dev-models', settings, options);
    return { groupNames, groupArns };
  });

test('a model has a group, by its name in this stack, and nobody else gets at it', async () => {
  const { one, all, outputs } = await run({});
  const group = one('aws:sagemaker/modelPackageGroup:ModelPackageGroup');
  expect(group.inputs).toEqual({
    modelPackageGroupName: 'acme-dev-flight-delays',
    modelPackageGroupDescription: 'Is a flight late?',
  });
  expect(group.options.protect).toBe(false);
  expect(all('aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy')).toEqual([]);
  expect(all('aws:sagemaker/modelCard:ModelCard')).toEqual([]);
  expect(outputs.groupNames).toEqual({ 'flight-delays': 'acme-dev-flight-delays' });
});

test('in prod it is protected, and has a card that people fill in', async () => {
  const context = { ...TEST_CONTEXT, isProtected: true };
  const { one } = await run({ ...modelsConfig.defaults.prod, groups: GROUPS, context });
  expect(one('aws:sagemaker/modelPackageGroup:ModelPackageGroup').options.protect).toBe(true);
  const card = one('aws:sagemaker/modelCard:ModelCard');
  expect(card.inputs).toMatchObject({ modelCardStatus: 'Draft', securityConfig: { kmsKeyId: KEY } });
  expect(card.options).toMatchObject({ protect: true, ignoreChanges: ['content', 'modelCardStatus'] });
});

test('other accounts read, or register as well', async () => {
  const { one } = await run({ readers: ['333333333333'], registrars: ['222222222222'] });
  const policy = one('aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy').inputs;
  const [read, register] = JSON.parse(String(policy.resourcePolicy)).Statement;
  const roots = ['333333333333', '222222222222'].map((account) => `arn:aws:iam::${account}:root`);
  expect(read).toMatchObject({ Sid: 'Read', Principal: { AWS: roots } });
  expect(register).toMatchObject({ Sid: 'Register', Principal: { AWS: [roots[1]] } });
  const group = { region: 'eu-central-1', account: '111111111111', group: 'acme-dev-flight-delays' };
  const [reading] = groupPolicy(group, { readers: ['333333333333'], registrars: [] });
  expect(reading?.Action.some((action) => /Update|ModelPackage$/.test(action) && /Create/.test(action))).toBe(false);
  expect(reading?.Resource).toEqual([
    'arn:aws:sagemaker:eu-central-1:111111111111:model-package-group/acme-dev-flight-delays',
    'arn:aws:sagemaker:eu-central-1:111111111111:model-package/acme-dev-flight-delays/*',
  ]);
});

test('switched off there is none', async () => {
  const { resources, outputs } = await run({ enabled: false });
  expect(resources.filter(({ isCustom }) => isCustom)).toHaveLength(1);
  expect(outputs).toEqual({ groupNames: {}, groupArns: {} });
});
