import type * as pulumi from '@pulumi/pulumi';

type Values = pulumi.Input<string> | readonly pulumi.Input<string>[];

/** One statement of a policy; `Principal` in policies of resources and in trust policies only. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, pulumi.Input<string> | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource?: Values;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Values>>>>;
}

export function policyDocument(statements: readonly Statement[]) {
  return { Version: '2012-10-17', Statement: statements };
}

/** Nobody gets at a resource without TLS; `resources` are the resource's ARN, and that of what is in it. */
export function denyWithoutTls(action: string, resources: readonly pulumi.Input<string>[]): Statement {
  return {
    Sid: 'OnlyTls',
    Effect: 'Deny',
    Principal: '*',
    Action: action,
    Resource: resources,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
