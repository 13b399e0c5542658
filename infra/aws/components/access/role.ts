import * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import { type MadeRole, ROLE_PATH } from '../../iam/service-role.ts';
import { policyDocument, type Statement } from './statements.ts';

export interface RoleParts {
  readonly description: string;
  readonly trust: readonly Statement[];
  readonly statements: pulumi.Output<readonly Statement[]>;
  readonly permissionsBoundary?: string | undefined;
}

/** A role with one policy, which is all that it has: another that somebody adds by hand is taken away again. */
export function makeRole(name: string, parts: RoleParts, options: pulumi.CustomResourceOptions): MadeRole {
  const { description, trust, statements, permissionsBoundary } = parts;
  const role = new iam.Role(
    name,
    {
      path: ROLE_PATH,
      description,
      assumeRolePolicy: policyDocument(trust),
      ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    },
    options,
  );
  const policy = new iam.RolePolicy(name, { role: role.name, policy: statements.apply(policyDocument) }, options);
  new iam.RolePoliciesExclusive(name, { roleName: role.name, policyNames: [policy.name] }, options);
  new iam.RolePolicyAttachmentsExclusive(name, { roleName: role.name, policyArns: [] }, options);
  // What takes the role may need its policy at once.
  return { arn: pulumi.all([role.arn, policy.id]).apply(([arn]) => arn), name: role.name };
}
