import { allowsOf, type Statement } from '../documents/policy-document.ts';
import { each, refersTo, type ResourceFacts, type Rule } from '../rule.ts';
import { valuesAt } from '../values.ts';
import { covers, LIMITED_BY, needsResource, WITHOUT_RESOURCE } from './iam-actions.ts';
import { IDENTITY_POLICIES } from './types.ts';

type CheckStatement = (statement: Statement) => string | readonly string[] | undefined;

/** A check of each statement that lets a role, a group or a user do something. */
function eachGrant(checkStatement: CheckStatement): ReturnType<typeof each> {
  return each(Object.keys(IDENTITY_POLICIES), (resource) => {
    return grantsOf(resource).flatMap((statement) => checkStatement(statement) ?? []);
  });
}

/** A permissions boundary only limits what other policies grant. */
function grantsOf(resource: ResourceFacts): Statement[] {
  if (isBoundary(resource)) return [];
  return valuesAt(resource, IDENTITY_POLICIES[resource.type] ?? 'policy').flatMap(allowsOf);
}

const actionsAreListed: Rule = {
  name: 'iam-lists-actions',
  description:
    "A role that may do everything is everybody's way in. List the actions it needs: no '*', no 'service:*', no NotAction.",
  level: 'mandatory',
  scope: 'resource',
  ...eachGrant(({ actions, notActions }) => {
    const wild = actions.filter((action) => /^(\*|[\w-]+:\*+)$/.test(action));
    return [
      ...wild.map((action) => `allows ${action}`),
      ...(notActions.length > 0 ? [`allows all but ${notActions.join(', ')}`] : []),
    ];
  }),
};

const writesNameResources: Rule = {
  name: 'iam-writes-name-resources',
  description:
    "Resource '*' takes in what other stacks own. Name the resources of actions that write or that read data; the few that AWS " +
    'allows on all only stand in iam-actions.ts.',
  level: 'mandatory',
  scope: 'resource',
  ...eachGrant((statement) => {
    if (!statement.resources.includes('*')) return undefined;
    return statement.actions
      .filter((action) => needsResource(action) && !isExcused(action, statement))
      .map((action) => {
        const limit = LIMITED_BY[action.toLowerCase()];
        return limit ? `allows ${action} without a condition on ${limit}` : `allows ${action} on every resource`;
      });
  }),
};

function isExcused(action: string, { conditions }: Statement): boolean {
  const limit = LIMITED_BY[action.toLowerCase()];
  return WITHOUT_RESOURCE.has(action.toLowerCase()) && (!limit || conditions.some(({ key }) => key === limit));
}

const passRoleNamesService: Rule = {
  name: 'iam-pass-role-names-service',
  description:
    'Who may pass any role to any service has the rights of every role. Name the roles, and the service in the condition ' +
    'iam:PassedToService.',
  level: 'mandatory',
  scope: 'resource',
  ...eachGrant(({ actions, resources, conditions }) => {
    if (!actions.some((action) => covers(action, 'iam:PassRole'))) return undefined;
    const named = conditions.filter(({ key }) => key === 'iam:passedtoservice').flatMap(({ values }) => values);
    return [
      ...(resources.includes('*') ? ['allows iam:PassRole of every role'] : []),
      ...(named.length === 0 || named.includes('*') ? ['allows iam:PassRole without iam:PassedToService'] : []),
    ];
  }),
};

const oidcTrustNamesSubject: Rule = {
  name: 'iam-oidc-trust-names-subject',
  description:
    'A token of any repository or workload at the same issuer would be let in. Compare its sub (repo:ORG/REPO:environment:ENV) ' +
    'and its aud by StringEquals, without wildcards.',
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:iam/role:Role', (role) => {
    const trusts = allowsOf(role.inputs.assumeRolePolicy).filter(({ actions }) => {
      return actions.some((action) => covers(action, 'sts:AssumeRoleWithWebIdentity'));
    });
    return trusts.flatMap((trust) => {
      return ['sub', 'aud'].filter((claim) => !isExact(trust, claim)).map((claim) => `its trust has no exact ${claim}`);
    });
  }),
};

function isExact({ conditions }: Statement, claim: string): boolean {
  const equal = conditions.filter(({ operator, key }) => operator === 'StringEquals' && key.endsWith(`:${claim}`));
  return (
    equal.length > 0 && equal.every(({ values }) => values.length > 0 && !values.some((value) => /[*?]/.test(value)))
  );
}

const otherAccountsAreBound: Rule = {
  name: 'iam-cross-account-trust-is-bound',
  description:
    'A role that trusts a whole account trusts all who may ever work in it. Name its role as the principal, or add a condition on ' +
    'aws:PrincipalArn, aws:PrincipalOrgID or sts:ExternalId.',
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:iam/role:Role', (role) => {
    return allowsOf(role.inputs.assumeRolePolicy)
      .filter(({ conditions }) => !conditions.some(({ key }) => BINDING.test(key)))
      .flatMap(({ principals }) => (principals.AWS ?? []).filter((principal) => ACCOUNT.test(principal)))
      .map((principal) => `trusts all of account ${principal}`);
  }),
};

const BINDING = /^(aws:principal(arn|orgid|orgpaths)|sts:externalid)$/;
const ACCOUNT = /^(\d{12}|arn:aws[\w-]*:iam::\d{12}:root)$/;

const ATTACH = [
  'aws:iam/role:Role',
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
  'aws:iam/groupPolicyAttachment:GroupPolicyAttachment',
];

const noBroadManagedPolicies: Rule = {
  name: 'iam-no-broad-managed-policy',
  description:
    "AWS's AdministratorAccess, PowerUserAccess and …FullAccess allow far more than a workload needs. Write a policy of the " +
    'actions it uses.',
  level: 'mandatory',
  scope: 'resource',
  ...each(ATTACH, (resource) => {
    const arns = [...valuesAt(resource, 'policyArn'), ...valuesAt(resource, 'managedPolicyArns')].map(String);
    return arns.filter((arn) => BROAD.test(arn)).map((arn) => `attaches ${arn}`);
  }),
};

const BROAD = /:aws:policy\/.*(AdministratorAccess|PowerUserAccess|FullAccess)/;

const boundariesAreNotAttached: Rule = {
  name: 'iam-boundary-is-not-attached',
  description:
    "A policy that is named …-boundary may allow much, for it grants nothing as a role's permissionsBoundary. Attached to a role it " +
    'would: attach another one.',
  level: 'mandatory',
  scope: 'stack',
  check: (stack) => {
    const boundaries = stack.resources.filter(isBoundary);
    return each(ATTACH, (resource) => {
      const attached = boundaries.filter((policy) =>
        ['policyArn', 'managedPolicyArns'].some((at) => refersTo(resource, at, policy)),
      );
      return attached.map(({ name }) => `attaches the boundary ${name}`);
    }).check(stack);
  },
};

function isBoundary({ type, name }: ResourceFacts): boolean {
  return type === 'aws:iam/policy:Policy' && name.endsWith('-boundary');
}

const noLongLivedKeys: Rule = {
  name: 'iam-no-long-lived-keys',
  description:
    "A user's access key never expires and is easily copied. Let people and CI assume roles, by SSO or OIDC.",
  level: 'mandatory',
  scope: 'resource',
  ...each(['aws:iam/user:User', 'aws:iam/accessKey:AccessKey'], () => 'is a credential that never expires'),
};

export const iamRules = [
  actionsAreListed,
  writesNameResources,
  passRoleNamesService,
  oidcTrustNamesSubject,
  otherAccountsAreBound,
  noBroadManagedPolicies,
  boundariesAreNotAttached,
  noLongLivedKeys,
];
