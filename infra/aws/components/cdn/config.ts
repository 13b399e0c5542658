import { defineSection, type Problem, type SettingsOf } from '@ml-platform/conventions';
import { z } from 'zod';

export const cdnConfig = defineSection({
  schema: z.strictObject({
    enabled: z
      .boolean()
      .describe('Whether CloudFront stands before the API, or before the load balancer where there is none'),
    domainName: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'a name such as models.acme.example')
      .optional()
      .describe('Its name'),
    certificateArn: z
      .string()
      .regex(/^arn:aws:acm:us-east-1:\d{12}:certificate\/.+$/, 'the ARN of a certificate of ACM in us-east-1')
      .optional()
      .describe('The certificate of its name: with the one of CloudFront itself old TLS would be spoken'),
    priceClass: z
      .enum(['PriceClass_100', 'PriceClass_200', 'PriceClass_All'])
      .describe('Where it answers from: North America and Europe, most of the world, or everywhere'),
    firewallRate: z.int().min(10).describe('Requests in 5 minutes from one address, at most'),
    logRetentionDays: z.int().min(1).max(400).describe('Days that logs are kept'),
  }),
  defaults: {
    dev: { enabled: false, priceClass: 'PriceClass_100', firewallRate: 2000, logRetentionDays: 7 },
    preview: { enabled: false, priceClass: 'PriceClass_100', firewallRate: 2000, logRetentionDays: 3 },
    staging: { enabled: false, priceClass: 'PriceClass_100', firewallRate: 2000, logRetentionDays: 30 },
    prod: { enabled: false, priceClass: 'PriceClass_100', firewallRate: 2000, logRetentionDays: 365 },
  },
});

interface Behind {
  readonly api: { readonly enabled: boolean; readonly authorization: string };
  readonly serving: { readonly kind: string };
}

/** A CDN without a name, or with nothing behind it that it could ask. */
export function cdnProblems(cdn: SettingsOf<typeof cdnConfig>, { api, serving }: Behind): Problem[] {
  if (!cdn.enabled) return [];
  const problems: readonly (Problem | false)[] = [
    cdn.domainName === undefined && { key: 'cdn.domainName', expected: 'a name that the certificate is for' },
    cdn.certificateArn === undefined && {
      key: 'cdn.certificateArn',
      expected: 'the ARN of a certificate in us-east-1',
    },
    !api.enabled &&
      serving.kind !== 'fargate' && {
        key: 'cdn.enabled',
        value: true,
        expected: 'api.enabled, or serving.kind fargate: something for it to ask',
      },
    api.enabled &&
      api.authorization === 'iam' && {
        key: 'api.authorization',
        value: 'iam',
        expected: "cognito, jwt, or keys with a CDN: what is signed for the CDN's name the API refuses",
      },
  ];
  return problems.filter((problem) => problem !== false);
}
