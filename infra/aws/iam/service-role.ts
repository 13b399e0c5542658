import * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../config/stack-context.ts';
import { policyDocument, type Statement } from './statement.ts';

/** Below it are all roles of the platform, so that whoever deploys may be held to it. */
export const ROLE_PATH = '/mlp/';

/** These take a role only when it is handed to them within its account, and don't say for which account they ask. */
const WITHOUT_SOURCE = ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com', 'lambda.amazonaws.com'];

export interface RoleArgs {
  readonly context: StackContext & { readonly permissionsBoundary?: string };
  /** Who may take the role on. */
  readonly trust: Statement;
  /** All that the role may do; none where managed policies say it. */
  readonly statements?: readonly Statement[];
}

export interface MadeRole {
  /** Known only when the role has its policy too: what takes it on may need it at once. */
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
}

/** A role with one policy of its own, within the boundary of the account. */
export function makeRole(name: string, args: RoleArgs, parent: pulumi.Resource): MadeRole {
  const { context, trust, statements = [] } = args;
  const { permissionsBoundary } = context;
  const role = new iam.Role(
    name,
    {
      path: ROLE_PATH,
      assumeRolePolicy: pulumi.jsonStringify(policyDocument([trust])),
      ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    },
    { parent },
  );
  if (statements.length === 0) return { arn: role.arn, name: role.name };
  const policy = pulumi.jsonStringify(policyDocument(statements));
  const attached = new iam.RolePolicy(name, { role: role.name, policy }, { parent: role });
  return { arn: pulumi.all([role.arn, attached.id]).apply(([arn]) => arn), name: role.name };
}

/** Lets a service take a role on, in the name of this account alone. */
export function trustService(service: string, account: string): Statement {
  return {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sts:AssumeRole',
    ...(!WITHOUT_SOURCE.includes(service) && { Condition: { StringEquals: { 'aws:SourceAccount': account } } }),
  };
}
