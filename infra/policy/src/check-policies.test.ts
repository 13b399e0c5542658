import { UNKNOWN } from '@ml-platform/conventions';
import { expect, test } from 'vitest';
import { checkPolicies, stackFacts } from './check-policies.ts';
import type { ResourceFacts } from './rule.ts';
import { of } from './testing/declared.ts';

const NAT = of('aws:ec2/natGateway:NatGateway');
const inStack = (stack: string, resource: ResourceFacts) => {
  return { ...resource, urn: resource.urn.replace('urn:pulumi:dev:', `urn:pulumi:${stack}:`) };
};
const provider = (defaultTags: unknown) => of('pulumi:providers:aws', { defaultTags });

test("the environment is that of the provider's tags", () => {
  expect(stackFacts([provider({ tags: { environment: 'prod' } })]).environment).toBe('prod');
  expect(stackFacts([provider('{"tags":{"environment":"staging"}}')]).environment).toBe('staging');
});

test('without tags, or before they are known, it is that of the name', () => {
  expect(stackFacts([provider(undefined)])).toMatchObject({ environment: 'dev', stack: 'dev', project: 'acme' });
  expect(stackFacts([provider(UNKNOWN)]).environment).toBe('dev');
  expect(stackFacts([inStack('pr-12', NAT)])).toMatchObject({ environment: 'preview', stack: 'pr-12' });
});

test('a stack of no known environment is held to the rules of prod', () => {
  const bucket = inStack('blue', of('aws:s3/bucket:Bucket'));
  expect(checkPolicies([bucket]).map(({ rule }) => rule)).toContain('prod-state-is-protected');
});

test('a violation names rule, level and resource', () => {
  expect(checkPolicies([NAT]).filter(({ rule }) => rule === 'dev-is-cheap-when-idle')).toEqual([
    {
      rule: 'dev-is-cheap-when-idle',
      level: 'mandatory',
      message: 'NatGateway costs by the hour in dev',
      urn: NAT.urn,
    },
  ]);
  expect(checkPolicies([NAT], { environment: 'prod' }).map(({ rule }) => rule)).not.toContain('dev-is-cheap-when-idle');
});

test('a stack without resources breaks nothing', () => expect(checkPolicies([])).toEqual([]));
