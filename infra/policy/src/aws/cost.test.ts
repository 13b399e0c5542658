import { tagsOf } from '@ml-platform/conventions';
import { expect, test } from 'vitest';
import { of } from '../testing/declared.ts';
import { dev, prod, testRules } from '../testing/test-rules.ts';
import { costRules } from './cost.ts';
import { mayRun } from './instance-limits.ts';

const tags = tagsOf({ project: 'acme', stack: 'dev', environment: 'dev', owner: 'team', costCenter: 'ml' });
const provider = (defaultTags: unknown) => of('pulumi:providers:aws', { region: 'eu-central-1', defaultTags });
const budget = (notification: object) => of('aws:budgets/budget:Budget', { notifications: [notification] });
const told = budget({ subscriberSnsTopicArns: ['arn:aws:sns:eu-central-1:111111111111:alerts'] });
const endpoint = (instanceType: string) => {
  const type = 'aws:sagemaker/endpointConfiguration:EndpointConfiguration';
  return of(type, { productionVariants: [{ variantName: 'a', instanceType }, { serverlessConfig: {} }] });
};
const NAT = 'aws:ec2/natGateway:NatGateway';
const workgroup = (configuration: object) => of('aws:athena/workgroup:Workgroup', { configuration });

testRules(costRules, {
  'resources-are-tagged': {
    passes: {
      'a provider with all tags': dev(provider({ tags })),
      'as the engine keeps them': dev(provider(JSON.stringify({ tags }))),
    },
    fails: {
      'its defaultTags lack project, environment, stack, owner, cost-center, managed-by': dev(provider(undefined)),
      'its defaultTags lack owner': dev(provider({ tags: { ...tags, owner: '' } })),
    },
  },
  'stack-has-budget': {
    passes: { 'one that notifies': dev(told), 'a stack of nothing': dev(provider(undefined)) },
    fails: {
      'stack dev has no Budget': dev(of('aws:s3/bucket:Bucket')),
      'notifies nobody': dev(budget({ threshold: 80 })),
    },
  },
  'instances-are-allowed': {
    passes: {
      'a small one in dev': dev(endpoint('ml.m5.large')),
      'an accelerator in prod': prod(endpoint('ml.g5.xlarge')),
      'a database that scales to nothing': dev(
        of('aws:rds/clusterInstance:ClusterInstance', { instanceClass: 'db.serverless' }),
      ),
    },
    fails: {
      'ml.g5.xlarge is more than dev allows: t, m, c or r up to xlarge': dev(endpoint('ml.g5.xlarge')),
      'ml.p5.48xlarge is more than prod allows: t, m, c, r, g4dn, g5, g6 or inf up to 12xlarge': prod(
        endpoint('ml.p5.48xlarge'),
      ),
      'm5.4xlarge is more than dev allows: t, m, c or r up to xlarge': dev(
        of('aws:eks/nodeGroup:NodeGroup', { instanceTypes: ['m5.large', 'm5.4xlarge'] }),
      ),
    },
  },
  'dev-is-cheap-when-idle': {
    passes: { 'NAT in prod': prod(of(NAT)) },
    fails: { 'NatGateway costs by the hour in dev': dev(of(NAT)) },
  },
  'queries-are-bounded': {
    passes: { 'a limit': dev(workgroup({ bytesScannedCutoffPerQuery: 1_000_000_000 })) },
    fails: {
      'has no scan limit': dev(workgroup({})),
      'lets clients override its settings': dev(
        workgroup({ bytesScannedCutoffPerQuery: 1_000_000_000, enforceWorkgroupConfiguration: false }),
      ),
    },
  },
});

test('an unknown size or family may run nowhere', () => {
  expect(['ml.m5.metal', 'ml.trn1.xlarge', 'x', ''].some((type) => mayRun(type, 'prod'))).toBe(false);
});
