import type { StackContext } from '../../config/stack-context.ts';

export const PURPOSES = ['data', 'messages', 'logs', 'database', 'secrets'] as const;

export type Purpose = (typeof PURPOSES)[number];

/** Services that use a key on their own account, not on behalf of a role that is allowed to. */
const SERVICES: Readonly<Partial<Record<Purpose, (region: string) => readonly string[]>>> = {
  messages: () =>
    ['events', 's3', 'sns', 'cloudwatch', 'budgets', 'costalerts'].map((service) => `${service}.amazonaws.com`),
  logs: (region) => [`logs.${region}.amazonaws.com`, 'cloudtrail.amazonaws.com'],
};

/**
 * Who may use a key: whoever the account's own policies allow, and the services of its purposes, for this account alone.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function keyPolicy(purposes: readonly Purpose[], { account, region }: StackContext): object {
  const services = purposes.flatMap((purpose) => SERVICES[purpose]?.(region) ?? []);
  return {
    Version: '2012-10-17',
    Statement: [accountDecides(account), ...(services.length === 0 ? [] : [useBy(services, account)])],
  };
}

/** Leaves it to the policies of the account's roles who may use a key. */
export function accountDecides(account: string) {
  return {
    Sid: 'AccountDecides',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
}

function useBy(services: readonly string[], account: string) {
  return {
    Sid: 'ServicesEncrypt',
    Effect: 'Allow',
    Principal: { Service: services },
    Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*', 'kms:DescribeKey'],
    Resource: '*',
    Condition: { StringEqualsIfExists: { 'aws:SourceAccount': account } },
  };
}
