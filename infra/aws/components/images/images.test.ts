import { expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { imagesConfig } from './config.ts';
import { Images, type ImagesArgs, REPOSITORIES } from './images.ts';

const make = (args: Partial<ImagesArgs> = {}) =>
  runComponent((options) => {
    const all = { ...imagesConfig.defaults.dev, context: TEST_CONTEXT, dataKeyArn: 'arn:key/data', ...args };
    return new Images('images', all, options).repositories;
  });

const REPOSITORY = 'aws:ecr/repository:Repository';
const jsonOf = (policy: unknown) => JSON.parse(String(policy));

test('tags stay on their images, which are scanned and encrypted with the key of the stack', async () => {
  const { all, outputs } = await make();
  const repositories = all(REPOSITORY);
  expect(repositories.map(({ inputs }) => inputs.name)).toEqual(REPOSITORIES.map((image) => `acme-dev/${image}`));
  for (const { inputs, options } of repositories) {
    expect(inputs).toMatchObject({
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey: 'arn:key/data' }],
      forceDelete: true,
    });
    expect(options.protect).toBe(false);
  }
  expect(outputs['model-server']).toEqual({
    url: '111111111111.dkr.ecr.eu-central-1.amazonaws.com/acme-dev/model-server',
    arn: 'arn:aws:ecr:eu-central-1:111111111111:repository/acme-dev/model-server',
  });
});

test('each repository has one set of rules, in ascending priority, the one for any image last', async () => {
  const { all } = await make({ keptImages: 7, untaggedDays: 3 });
  const policies = all('aws:ecr/lifecyclePolicy:LifecyclePolicy');
  expect(policies).toHaveLength(REPOSITORIES.length);
  const { rules } = jsonOf(policies[0]?.inputs.policy);
  expect(rules.map(({ rulePriority }: { rulePriority: number }) => rulePriority)).toEqual([1, 2]);
  expect(rules[0].selection).toMatchObject({ tagStatus: 'untagged', countNumber: 3 });
  expect(rules[1].selection).toMatchObject({ tagStatus: 'any', countNumber: 7 });
});

test('functions of the stack pull, and other accounts only when they are named', async () => {
  const type = 'aws:ecr/repositoryPolicy:RepositoryPolicy';
  const alone = (await make()).one(type, 'images-model-server');
  const [functions, ...none] = jsonOf(alone.inputs.policy).Statement;
  expect(functions.Principal).toEqual({ Service: 'lambda.amazonaws.com' });
  expect(functions.Condition.StringEquals).toEqual({ 'aws:SourceAccount': '111111111111' });
  expect(none).toEqual([]);
  const shared = (await make({ pullers: ['999999999999'] })).one(type, 'images-model-server');
  expect(jsonOf(shared.inputs.policy).Statement[1]).toMatchObject({
    Principal: { AWS: ['arn:aws:iam::999999999999:root'] },
    Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'],
  });
});

test('in prod repositories are protected, and go only when they are empty', async () => {
  const { all } = await make({ context: { ...TEST_CONTEXT, isProtected: true, isDisposable: false } });
  for (const { inputs, options } of all(REPOSITORY)) {
    expect(options.protect).toBe(true);
    expect(inputs.forceDelete).toBe(false);
  }
});
