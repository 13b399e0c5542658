import { defineSection, type Problem, type SettingsOf } from '@ml-platform/conventions';
import { z } from 'zod';

/** Parts of a path are words, or parameters in braces. */
const ROUTE = /^(GET|POST) (\/([a-z0-9_-]+|\{[a-z0-9_]+\}))+$/;

const consumer = z.strictObject({
  ratePerSecond: z.number().positive().describe('Requests in a second, over time'),
  burst: z.int().min(1).describe('Requests at once'),
  quota: z.int().min(1).describe('Requests in a period'),
  period: z.enum(['DAY', 'WEEK', 'MONTH']).describe('Of the quota'),
});

export const apiConfig = defineSection({
  schema: z.strictObject({
    enabled: z.boolean().describe('Whether the stack has an API in front of the model server'),
    routes: z
      .array(z.string().regex(ROUTE, 'a method and a path such as POST /predict'))
      .min(1)
      .describe(
        "Paths of the model server that are reached through the API; of an endpoint it's the one that predicts",
      ),
    openapi: z
      .string()
      .endsWith('.json')
      .optional()
      .describe("The model server's own /openapi.json, from the workspace's root: requests are checked by it"),
    authorization: z
      .enum(['iam', 'cognito', 'jwt', 'none'])
      .describe(
        'Who may ask: iam roles, users of Cognito, holders of a token that a function checks, or whoever has a key',
      ),
    userPoolArns: z.array(z.string().startsWith('arn:aws')).describe('Of cognito: pools of users'),
    scopes: z.array(z.string().min(1)).describe('Of cognito: what a token has to allow'),
    authorizerFunctionArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:.+$/, 'the ARN of a function')
      .optional()
      .describe('Of jwt: the function that checks tokens'),
    authorizerTtlSeconds: z.int().min(0).max(3600).describe('Of jwt: how long its answer holds'),
    consumers: z
      .record(
        z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a name of at most 40 lower-case letters, digits, dashes'),
        consumer,
      )
      .describe('Who has a key, and how much each may ask; with one at least, every request needs a key'),
    ratePerSecond: z.number().positive().describe('Requests in a second, of all together'),
    burst: z.int().min(1).describe('Requests at once, of all together'),
    canaryPercent: z.number().min(0).max(99).describe('Share of the requests that a changed API gets; 0: all'),
    domainName: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'a name such as api.acme.example')
      .optional()
      .describe('Its own name'),
    certificateArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/.+$/, 'the ARN of a certificate of ACM')
      .optional()
      .describe('The certificate of its own name, in the region of the stack'),
    firewall: z.boolean().describe('Whether a web firewall stands before it'),
    firewallRate: z.int().min(10).describe('Requests in 5 minutes from one address, at most'),
    logRetentionDays: z.int().min(1).max(400).describe('Days that access logs are kept'),
  }),
  defaults: {
    dev: defaults({ enabled: false, firewall: false, logRetentionDays: 7, ratePerSecond: 10, burst: 20 }),
    preview: defaults({ enabled: false, firewall: false, logRetentionDays: 3, ratePerSecond: 5, burst: 10 }),
    staging: defaults({ enabled: true, firewall: true, logRetentionDays: 30, ratePerSecond: 50, burst: 100 }),
    prod: defaults({ enabled: true, firewall: true, logRetentionDays: 365, ratePerSecond: 200, burst: 400 }),
  },
});

interface Sizes {
  readonly enabled: boolean;
  readonly firewall: boolean;
  readonly logRetentionDays: number;
  readonly ratePerSecond: number;
  readonly burst: number;
}

function defaults(sizes: Sizes) {
  return {
    ...{ routes: ['POST /predict'], authorization: 'iam' as const, userPoolArns: [], scopes: [] },
    ...{ authorizerTtlSeconds: 300, consumers: {}, canaryPercent: 0, firewallRate: 2000 },
    ...sizes,
  };
}

export type ApiSettings = SettingsOf<typeof apiConfig>;

/** An API that anybody could ask, and halves of what belongs together. */
export function apiProblems(api: ApiSettings): Problem[] {
  if (!api.enabled) return [];
  const { authorization, consumers, userPoolArns, authorizerFunctionArn, domainName, certificateArn, routes } = api;
  const problems: readonly (Problem | false)[] = [
    authorization === 'none' &&
      Object.keys(consumers).length === 0 && {
        key: 'api.authorization',
        value: authorization,
        expected: 'iam, cognito or jwt, or consumers with keys: else anybody may ask',
      },
    authorization === 'cognito' &&
      userPoolArns.length === 0 && { key: 'api.userPoolArns', value: userPoolArns, expected: 'a pool at least' },
    authorization === 'jwt' &&
      authorizerFunctionArn === undefined && {
        key: 'api.authorizerFunctionArn',
        expected: 'the function that checks tokens',
      },
    domainName !== undefined &&
      certificateArn === undefined && { key: 'api.certificateArn', expected: `a certificate for ${domainName}` },
    // What is made for a route is named by its letters.
    new Set(routes.map((route) => route.replace(/[^a-z0-9]/gi, ''))).size < routes.length && {
      key: 'api.routes',
      value: routes,
      expected: 'each once, and none that differ in signs alone',
    },
  ];
  return problems.filter((problem) => problem !== false);
}
