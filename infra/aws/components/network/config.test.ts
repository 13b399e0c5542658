import { ENVIRONMENTS } from '@ml-platform/conventions';
import { containsCidr, overlapsCidr, parseCidr } from '@ml-platform/conventions';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { missingEndpoints, networkConfig, networkProblems } from './config.ts';
import { planSubnets } from './subnet-plan.ts';

const { dev, staging } = networkConfig.defaults;

test('the defaults are settings, without a problem, and no two environments overlap', () => {
  for (const environment of ENVIRONMENTS) {
    const settings = networkConfig.defaults[environment];
    expect(networkConfig.schema.parse(settings)).toEqual(settings);
    expect(networkProblems(settings, environment)).toEqual([]);
    for (const other of ENVIRONMENTS.filter((name) => name !== environment)) {
      expect(overlapsCidr(parseCidr(settings.cidr), parseCidr(networkConfig.defaults[other].cidr))).toBe(false);
    }
  }
});

test.each(['10.20.0.0', '10.20.0.7/16', 'the office'])('%s is no network', (cidr) => {
  expect(networkConfig.schema.safeParse({ ...dev, cidr }).success).toBe(false);
});

describe('what is refused', () => {
  const cases = [
    { settings: { reserved: ['10.0.0.0/8'] }, key: 'network.cidr', expected: "doesn't overlap 10.0.0.0/8" },
    { settings: { cidr: '10.0.0.0/12' }, key: 'network.cidr', expected: 'a block of /16 to /22' },
    { settings: { cidr: '10.0.0.0/24' }, key: 'network.cidr', expected: 'a block of /16 to /22' },
    { settings: { cidr: '52.1.0.0/16' }, key: 'network.cidr', expected: 'for private use' },
    { settings: { zones: ['a', 'a'] }, key: 'network.zones', expected: 'each zone once' },
    { settings: { endpointZones: 3 }, key: 'network.endpointZones', expected: 'at most the 2 zones' },
    { settings: { nat: true }, key: 'network.nat', expected: 'false in dev' },
  ];
  test.each(cases)('$key: $expected', ({ settings, key, expected }) => {
    const problems = networkProblems({ ...dev, ...settings }, 'dev');
    expect(problems).toEqual([{ key, value: expect.anything(), expected: expect.stringContaining(expected) }]);
  });

  test('NAT is fine where it is paid for', () => {
    expect(networkProblems({ ...staging, nat: true }, 'staging')).toEqual([]);
  });
});

test('who needs an endpoint that is not there says so; with NAT it does without', () => {
  const missing = missingEndpoints(dev, ['ecr.api', 'logs'], 'serving.fargate');
  expect(missing).toEqual([
    { key: 'network.endpoints', value: [], expected: 'also ecr.api, logs: serving.fargate needs them' },
  ]);
  expect(missingEndpoints({ ...dev, nat: true }, ['ecr.api'], 'serving.fargate')).toEqual([]);
  expect(missingEndpoints(staging, ['ecr.api', 'logs'], 'serving.fargate')).toEqual([]);
});

test('subnets lie within the network, apart from each other, and stay where they are when a zone is added', () => {
  const network = fc.record({ prefix: fc.integer({ min: 16, max: 22 }), second: fc.integer({ min: 0, max: 255 }) });
  fc.assert(
    fc.property(network, ({ prefix, second }) => {
      const cidr = `10.${second}.0.0/${prefix}`;
      const plan = planSubnets(cidr, ['a', 'b', 'c']);
      const blocks = plan.flatMap(({ privateCidr, publicCidr }) => [privateCidr, publicCidr]).map(parseCidr);
      for (const [index, block] of blocks.entries()) {
        expect(containsCidr(parseCidr(cidr), block)).toBe(true);
        expect(block.prefix).toBeLessThanOrEqual(28);
        expect(blocks.slice(index + 1).some((other) => overlapsCidr(block, other))).toBe(false);
      }
      expect(planSubnets(cidr, ['a', 'b'])).toEqual(plan.slice(0, 2));
    }),
  );
});
