import { fileURLToPath } from 'node:url';
import { checkPolicies } from '@ml-platform/policy';
import { stackNames } from '@ml-platform/conventions';
import { type RunResult, runStack } from '@ml-platform/conventions/program';
import { beforeAll, expect, test } from 'vitest';
import type { Statement } from '../components/access/statements.ts';
import { allows } from '../testing/allows.ts';
import { awsStandIn } from '../testing/stand-in.ts';
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

/** Who may have a role. */
function subjectsOf(part: string, of = made): unknown {
  const role = of.resources.find(({ type, name }) => type === 'aws:iam/role:Role' && name.endsWith(`-github-${part}`));
  const [{ Condition: condition }] = JSON.parse(String(role?.inputs.assumeRolePolicy)).Statement;
  return condition.StringEquals['token.actions.githubusercontent.com:sub'];
}

const BY_IDS = 'repo:acme@11111111/ml-platform@1111111111';

test('a workflow takes on the role of its environment, by that environment of that repository alone', () => {
  for (const environment of ['dev', 'staging', 'prod']) {
    expect(subjectsOf(environment)).toBe(`${BY_IDS}:environment:${environment}`);
  }
});

test('the reader is for pull requests, and for what runs by a schedule', () => {
  expect(subjectsOf('reader')).toEqual([`${BY_IDS}:pull_request`, `${BY_IDS}:ref:refs/heads/main`]);
});

test('an older repository is trusted by its names, one that moves by both', async () => {
  const ids = { ownerId: undefined, repositoryId: undefined };
  const byNames = 'repo:acme/ml-platform:environment:prod';
  expect(subjectsOf('prod', await run({ ...ids, subjects: 'names' }))).toBe(byNames);
  expect(subjectsOf('prod', await run({ subjects: 'both' }))).toEqual([`${BY_IDS}:environment:prod`, byNames]);
});

test('without ids nothing is made, and it is said how to find them', async () => {
  const broken = run({ repositoryId: undefined });
  await expect(broken).rejects.toMatchObject({ code: 'config' });
  await expect(broken).rejects.toThrow(/repositoryId.*gh api repos\/acme\/\S+ --jq \.id/);
  await expect(run({ ownerId: 'acme' })).rejects.toThrow(/ownerId: got "acme".*--jq \.owner\.id/);
});

const ORGANIZATION = { organization: 'acme', organizationId: '6804a3a0-e94c-41ae-9343-c5676fd58375', project: 'ML' };
const KEY = 'arn:aws:kms:eu-central-1:222222222222:key/1234abcd';
const runOnAzure = (more = {}, config = {}) =>
  run({ repository: undefined, azureDevOps: { ...ORGANIZATION, ...more }, ...config });

test('a pipeline of Azure DevOps takes on the role of its service connection alone', async () => {
  const { resources } = await runOnAzure();
  const issuer = `vstoken.dev.azure.com/${ORGANIZATION.organizationId}`;
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  expect(of('aws:iam/openIdConnectProvider:OpenIdConnectProvider').map(({ inputs }) => inputs)).toEqual([
    expect.objectContaining({ url: `https://${issuer}`, clientIdLists: ['api://AzureADTokenExchange'] }),
  ]);
  for (const part of ['dev', 'staging', 'prod', 'reader']) {
    const role = of('aws:iam/role:Role').find(({ name }) => name.endsWith(`-azure-devops-${part}`));
    const [{ Condition: condition }] = JSON.parse(String(role?.inputs.assumeRolePolicy)).Statement;
    expect(condition.StringEquals[`${issuer}:sub`]).toBe(`sc://acme/ML/aws-${part}`);
  }
  expect(resources.filter(({ name }) => name.includes('github'))).toEqual([]);
  const broken = checkPolicies(resources, { environment: 'prod' }).filter(({ level }) => level === 'mandatory');
  expect(broken).toEqual([]);
});

test('there its images are signed by a key, in dev alone; each environment checks that', async () => {
  const { resources, outputs } = await runOnAzure({ verifierAccounts: ['333333333333'] });
  const key = resources.find(({ type, name }) => type === 'aws:kms/key:Key' && name.endsWith('-signing'));
  expect(key?.inputs).toMatchObject({ customerMasterKeySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' });
  const [, others] = JSON.parse(String(key?.inputs.policy)).Statement;
  expect([others.Principal.AWS, others.Action]).toEqual([
    ['arn:aws:iam::333333333333:root'],
    ['kms:Verify', 'kms:GetPublicKey', 'kms:DescribeKey'],
  ]);
  const mayIn = (environment: string, action: string) => {
    const policy = resources.find(({ name }) => name.endsWith(`-azure-devops-${environment}-signing`))?.inputs.policy;
    const statements = JSON.parse(String(policy)).Statement as Statement[];
    return allows(statements, { action, resource: String(outputs.signingKey) });
  };
  const environments = ['dev', 'staging', 'prod'];
  expect(environments.filter((one) => mayIn(one, 'kms:Sign'))).toEqual(['dev']);
  expect(environments.filter((one) => mayIn(one, 'kms:GetPublicKey'))).toEqual(environments);
  expect(made.resources.filter(({ name }) => name.includes('signing'))).toEqual([]);
});

test('an account without dev is told the key of the one that has it', async () => {
  const { resources, outputs } = await runOnAzure({ signingKey: KEY }, { environments: ['prod'] });
  expect(outputs).not.toHaveProperty('signingKey');
  expect(resources.filter(({ type, name }) => type === 'aws:kms/key:Key' && name.endsWith('-signing'))).toEqual([]);
  const signing = resources.find(({ name }) => name.endsWith('-prod-signing'));
  expect(String(signing?.inputs.policy)).toContain(KEY);
});

test('one CI system deploys, and it is said what it takes', async () => {
  await expect(run({ repository: undefined })).rejects.toThrow(
    /repository: missing.*or azureDevOps: \{ organization, /,
  );
  await expect(run({ azureDevOps: ORGANIZATION })).rejects.toThrow('expected repository or azureDevOps, not both');
  await expect(runOnAzure({ organizationId: undefined })).rejects.toThrow(/organizationId: missing.*connectionData/);
  await expect(runOnAzure({ signingKey: KEY })).rejects.toThrow('azureDevOps.signingKey');
  const elsewhere = { environments: ['staging', 'prod'] };
  await expect(runOnAzure({}, elsewhere)).rejects.toThrow('azureDevOps.signingKey: missing');
  const accounts = { signingKey: KEY, verifierAccounts: ['333333333333'] };
  await expect(runOnAzure(accounts, elsewhere)).rejects.toThrow('azureDevOps.verifierAccounts: got');
});

test('a place that is no address in S3 is refused', async () => {
  await expect(run({ modelRegistry: 's3://acme-lake' })).rejects.toThrow('modelRegistry: got "s3://acme-lake"');
  const { resources } = await run({ modelRegistry: 's3://acme-lake/models/registry' });
  const storage = resources.find(({ type, name }) => type === 'aws:iam/policy:Policy' && name.endsWith('-dev-storage'));
  expect(String(storage?.inputs.policy)).toContain('arn:aws:s3:::acme-lake/models/registry/*');
});

test('a pull request reads states, and writes none', () => {
  const reader = all('aws:iam/rolePolicy:RolePolicy').find(({ name }) => name.endsWith('reader-state'));
  const text = String(reader?.inputs.policy);
  expect(text).toContain('s3:GetObject');
  expect(text).not.toMatch(/s3:Put|s3:Delete|"kms:Encrypt"|kms:Generate/);
});

test('it sees how all stacks are set up, and shows neither data nor secrets', () => {
  const settings = all('aws:iam/policy:Policy').find(({ name }) => name.endsWith('reader-settings'));
  const { Statement: statements } = JSON.parse(String(settings?.inputs.policy)) as { Statement: Statement[] };
  const lake = `arn:aws:s3:::${stackNames('ml-platform', 'prod').prefix}-lake-1a2b3c4`;
  const sees = (action: string, resource: string) => allows(statements, { action, resource });
  expect(sees('s3:GetBucketPolicy', lake)).toBe(true);
  expect(sees('s3:GetObject', `${lake}/pipelines/definitions/a.json`)).toBe(true);
  expect(sees('s3:GetObject', `${lake}/raw/a.csv`)).toBe(false);
  expect(sees('secretsmanager:GetSecretValue', '*')).toBe(false);
  const actions = statements.flatMap(({ Action }) => Action);
  expect(actions.filter((one) => !/^[\w-]+:(Get|List|Describe|View)\w+$/.test(one))).toEqual(['kms:Decrypt']);
  expect(String(settings?.inputs.policy).length).toBeLessThanOrEqual(6144);
});

test('states can be opened by each deployer, whatever key encrypts their bucket', () => {
  const stateOf = (role: string) => {
    const policy = all('aws:iam/rolePolicy:RolePolicy').find(({ name }) => name.endsWith(`-github-${role}-state`));
    return String(policy?.inputs.policy);
  };
  const [bucketKey, ...keys] = [...stateOf('reader').matchAll(/arn:aws:kms:[^"]+/g)].map(([arn]) => arn);
  expect([bucketKey, ...keys]).toHaveLength(4);
  const bucket = all('aws:s3/bucket:Bucket').find(({ name }) => name.endsWith('-state'))?.inputs.bucket;
  for (const [index, environment] of ['dev', 'staging', 'prod'].entries()) {
    const statements = JSON.parse(stateOf(environment)).Statement as Statement[];
    const context = {
      'kms:ViaService': 's3.eu-central-1.amazonaws.com',
      'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::${bucket}`,
    };
    const opens = (resource = '') => allows(statements, { action: 'kms:Decrypt', resource, context });
    expect(opens(bucketKey)).toBe(true);
    expect(keys.map((key) => opens(key))).toEqual(keys.map((_, at) => at === index));
  }
});

test('all that holds something is protected, and the policies of the platform hold', () => {
  expect(
    made.resources.filter(({ isCustom, options }) => isCustom && !options.protect).map(({ type }) => type),
  ).toEqual(['pulumi:providers:aws']);
  const broken = checkPolicies(made.resources, { environment: 'prod' }).filter(({ level }) => level === 'mandatory');
  expect(broken).toEqual([]);
});

test('what only one account of an organization may have can be left out', async () => {
  made = await run({ trail: 'false', anomalyMonitor: 'false' });
  expect(all('aws:cloudtrail/trail:Trail')).toEqual([]);
  expect(all('aws:costexplorer/anomalyMonitor:AnomalyMonitor')).toEqual([]);
});
