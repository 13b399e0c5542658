import type { Environment, Problem, SettingsOf } from '@ml-platform/conventions';
import { defineSection, overlapsCidr, parseCidr } from '@ml-platform/conventions';
import { z } from 'zod';
import { ENDPOINT_SERVICES, type EndpointService } from './endpoint-services.ts';

/** A subnet of AWS has at least 16 addresses, a network at most 65,536. */
const PREFIXES = { min: 16, max: 22 };

const cidr = z
  .string()
  .refine(isCidr, 'a block of IPv4 addresses that begins where its size can, such as 10.20.0.0/16');

const PLATFORM: EndpointService[] = [
  'ecr.api',
  'ecr.dkr',
  'events',
  'kms',
  'logs',
  'monitoring',
  'sagemaker.api',
  'sagemaker.featurestore-runtime',
  'sagemaker.runtime',
  'secretsmanager',
  'sqs',
  'states',
  'sts',
];

const none = { nat: false, publicSubnets: false, endpoints: [], endpointZones: 1, flowLogs: false, flowLogDays: 7 };

export const networkConfig = defineSection({
  schema: z.strictObject({
    cidr: cidr.describe('Addresses of the network: a private block of /16 to /22'),
    zones: z
      .array(z.string().regex(/^[a-f]$/, "an availability zone's letter, such as a"))
      .min(2)
      .max(3)
      .describe('Letters of the availability zones: each has its subnets. More may be appended, none changed'),
    nat: z.boolean().describe('Whether private subnets reach the internet; a NAT gateway bills by the hour'),
    publicSubnets: z.boolean().describe('Subnets for a public load balancer; with a NAT gateway they are there anyway'),
    endpoints: z
      .array(z.enum(ENDPOINT_SERVICES))
      .describe('Services that private subnets reach without the internet; S3 and DynamoDB always are, for nothing'),
    endpointZones: z.int().min(1).max(3).describe('In how many zones each endpoint is; each bills by the hour'),
    flowLogs: z.boolean().describe('A record of every connection'),
    flowLogDays: z.int().min(1).max(400).describe('Days for which that record is kept'),
    reserved: z.array(cidr).describe('Networks that are, or will be, connected to this one: none may overlap it'),
  }),
  defaults: {
    dev: { cidr: '10.20.0.0/16', zones: ['a', 'b'], ...none, reserved: [] },
    preview: { cidr: '10.24.0.0/16', zones: ['a', 'b'], ...none, reserved: [] },
    staging: {
      cidr: '10.28.0.0/16',
      zones: ['a', 'b'],
      ...none,
      endpoints: PLATFORM,
      flowLogs: true,
      flowLogDays: 30,
      reserved: [],
    },
    prod: {
      cidr: '10.32.0.0/16',
      zones: ['a', 'b', 'c'],
      nat: false,
      publicSubnets: false,
      endpoints: PLATFORM,
      endpointZones: 2,
      flowLogs: true,
      flowLogDays: 90,
      reserved: [],
    },
  },
});

export type NetworkSettings = SettingsOf<typeof networkConfig>;

/** Blocks for private use, https://www.rfc-editor.org/rfc/rfc1918. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(parseCidr);

/** What doesn't go together in the network's settings. */
export function networkProblems(settings: NetworkSettings, environment: Environment): Problem[] {
  const { zones, nat, endpointZones, reserved } = settings;
  const block = parseCidr(settings.cidr);
  const problem = (key: keyof NetworkSettings, expected: string): Problem => {
    return { key: `network.${key}`, value: settings[key], expected };
  };
  const overlapping = reserved.filter((other) => overlapsCidr(block, parseCidr(other)));
  const isPrivate = PRIVATE.some((outer) => overlapsCidr(outer, block));
  const hasSize = block.prefix >= PREFIXES.min && block.prefix <= PREFIXES.max;
  const isCheap = environment === 'dev' || environment === 'preview';
  return [
    ...(hasSize ? [] : [problem('cidr', `a block of /${PREFIXES.min} to /${PREFIXES.max}`)]),
    ...(isPrivate ? [] : [problem('cidr', 'a block for private use: in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16')]),
    ...overlapping.map((other) => problem('cidr', `a block that doesn't overlap ${other} of network.reserved`)),
    ...(new Set(zones).size === zones.length ? [] : [problem('zones', 'each zone once')]),
    ...(endpointZones <= zones.length ? [] : [problem('endpointZones', `at most the ${zones.length} zones there are`)]),
    ...(nat && isCheap ? [problem('nat', `false in ${environment}: reach services through network.endpoints`)] : []),
  ];
}

/** What a task on Fargate calls before its program begins: for its image and its log. */
export const FARGATE_CALLS: readonly EndpointService[] = ['ecr.api', 'ecr.dkr', 'logs'];

/** What's missing for something in private subnets that calls the services `needed`: `usedBy` is its key in the config. */
export function missingEndpoints(
  { nat, endpoints }: NetworkSettings,
  needed: readonly EndpointService[],
  usedBy: string,
): Problem[] {
  const missing = needed.filter((service) => !endpoints.includes(service));
  if (nat || missing.length === 0) return [];
  return [{ key: 'network.endpoints', value: endpoints, expected: `also ${missing.join(', ')}: ${usedBy} needs them` }];
}

function isCidr(text: string): boolean {
  try {
    parseCidr(text);
    return true;
  } catch {
    return false;
  }
}
