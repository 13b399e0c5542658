import { describe, expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { Cdn, type CdnArgs, type Origin } from './cdn.ts';
import { cdnConfig, cdnProblems } from './config.ts';

const { prod } = cdnConfig.defaults;
const API: Origin = { kind: 'api', hostName: 'abc.execute-api.eu-central-1.amazonaws.com', path: '/live' };
const ARGS: CdnArgs = {
  ...prod,
  enabled: true,
  domainName: 'models.acme.example',
  certificateArn: 'arn:aws:acm:us-east-1:111111111111:certificate/1',
  context: TEST_CONTEXT,
  origin: API,
  logsKeyArn: 'arn:aws:kms:eu-central-1:111111111111:key/logs',
};

const run = (args: Partial<CdnArgs>) =>
  runComponent((options) => {
    const { url, distributionDomain } = new Cdn('acme-dev-cdn', { ...ARGS, ...args }, options);
    return url && { url, distributionDomain };
  });

test('switched off there is none', async () => {
  const { resources, outputs } = await run({ enabled: prod.enabled });
  expect(resources.filter(({ isCustom }) => isCustom)).toHaveLength(1);
  expect(outputs).toEqual({});
});

test('an API is asked over TLS 1.2, nothing is cached, browsers speak TLS 1.2 as well', async () => {
  const { one, outputs } = await run({});
  const { inputs } = one('aws:cloudfront/distribution:Distribution');
  expect(inputs).toMatchObject({
    aliases: ['models.acme.example'],
    viewerCertificate: { minimumProtocolVersion: 'TLSv1.2_2021', acmCertificateArn: ARGS.certificateArn },
    defaultCacheBehavior: { viewerProtocolPolicy: 'https-only', cachePolicyId: expect.stringMatching(/^4135ea2d/) },
    origins: [
      {
        domainName: 'abc.execute-api.eu-central-1.amazonaws.com',
        originPath: '/live',
        customOriginConfig: { originProtocolPolicy: 'https-only', originSslProtocols: ['TLSv1.2'] },
      },
    ],
  });
  expect(outputs.url).toBe('https://models.acme.example');
});

test('a load balancer stays private behind it', async () => {
  const loadBalancerArn = 'arn:aws:elasticloadbalancing:eu-central-1:111111111111:loadbalancer/app/x/1';
  const { one } = await run({
    origin: { kind: 'load-balancer', loadBalancerArn, hostName: 'models.internal.example' },
  });
  const vpcOrigin = one('aws:cloudfront/vpcOrigin:VpcOrigin');
  expect(vpcOrigin.inputs.vpcOriginEndpointConfig).toMatchObject({
    arn: loadBalancerArn,
    originProtocolPolicy: 'https-only',
  });
  const { origins } = one('aws:cloudfront/distribution:Distribution').inputs;
  expect(origins).toMatchObject([
    { domainName: 'models.internal.example', vpcOriginConfig: { vpcOriginId: expect.any(String) } },
  ]);
});

test("the firewall, its log and the distribution's are in CloudFront's home, encrypted by a key there", async () => {
  const { one, all } = await run({});
  const firewall = one('aws:wafv2/webAcl:WebAcl').inputs;
  expect(firewall).toMatchObject({ scope: 'CLOUDFRONT', region: 'us-east-1' });
  expect(one('aws:cloudfront/distribution:Distribution').inputs.webAclId).toContain('web-acl');
  const logs = all('aws:cloudwatch/logGroup:LogGroup').map(({ inputs }) => inputs);
  const key = one('aws:kms/key:Key');
  expect(key.inputs).toMatchObject({ region: 'us-east-1', enableKeyRotation: true });
  expect(String(key.inputs.policy)).toContain('logs.us-east-1.amazonaws.com');
  expect(logs).toHaveLength(2);
  for (const log of logs) {
    expect(log).toMatchObject({ region: 'us-east-1', retentionInDays: 365, kmsKeyId: expect.stringContaining('key/') });
    expect(log.kmsKeyId).not.toBe(ARGS.logsKeyArn);
  }
  expect(one('aws:cloudwatch/logDelivery:LogDelivery').inputs.region).toBe('us-east-1');
});

test("a stack in CloudFront's home uses its own key", async () => {
  const { all } = await run({ context: { ...TEST_CONTEXT, region: 'us-east-1' } });
  expect(all('aws:kms/key:Key')).toEqual([]);
  const keys = all('aws:cloudwatch/logGroup:LogGroup').map(({ inputs }) => inputs.kmsKeyId);
  expect(new Set(keys)).toEqual(new Set([ARGS.logsKeyArn]));
});

test('the firewall has the rules of AWS and a limit per address, and counts large bodies instead of refusing them', async () => {
  const { one } = await run({ firewallRate: 500 });
  const { rules } = one('aws:wafv2/webAcl:WebAcl').inputs as {
    rules: { name: string; priority: number; statement: object }[];
  };
  expect(rules.map(({ name }) => name)).toEqual([
    'rate',
    'AWSManagedRulesAmazonIpReputationList',
    'AWSManagedRulesCommonRuleSet',
    'AWSManagedRulesKnownBadInputsRuleSet',
  ]);
  expect(rules.map(({ priority }) => priority)).toEqual([0, 1, 2, 3]);
  expect(rules[0]?.statement).toMatchObject({ rateBasedStatement: { limit: 500, aggregateKeyType: 'IP' } });
  expect(rules[2]?.statement).toMatchObject({
    managedRuleGroupStatement: { ruleActionOverrides: [{ name: 'SizeRestrictions_BODY', actionToUse: { count: {} } }] },
  });
  const { redactedFields } = one('aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration').inputs;
  expect(redactedFields).toHaveLength(2);
});

describe('what does not go together is a problem', () => {
  const behind = { api: { enabled: true, authorization: 'jwt' }, serving: { kind: 'endpoint' } };
  const keys = (settings: object, more: object = {}) =>
    cdnProblems({ ...prod, enabled: true, ...settings }, { ...behind, ...more }).map(({ key }) => key);
  const named = { domainName: ARGS.domainName, certificateArn: ARGS.certificateArn };

  test.each([
    ['nothing', named, {}, []],
    ['no name', {}, {}, ['cdn.domainName', 'cdn.certificateArn']],
    ['nothing to ask', named, { api: { enabled: false, authorization: 'jwt' } }, ['cdn.enabled']],
    ['an API of roles', named, { api: { enabled: true, authorization: 'iam' } }, ['api.authorization']],
    ['a CDN that is off', { enabled: false }, {}, []],
  ])('%s', (_, settings, more, wanted) => {
    expect(keys(settings, more)).toEqual(wanted);
  });
});
