import { stackNames } from '@ml-platform/conventions';
import * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import { allow, policyDocument, type Statement } from '../components/access/statements.ts';
import { boundaryName, boundaryStatements, type DeployerPlace, deployerPolicies } from './deployer-policies.ts';

/** What lists and describes, which IAM mostly allows on all or nothing; it reads no data. */
const VIEW_ONLY = 'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess';
const ISSUER = 'token.actions.githubusercontent.com';

export interface GithubRolesArgs {
  readonly project: string;
  readonly account: string;
  readonly region: string;
  /** `ORGANIZATION/NAME`. */
  readonly repository: string;
  readonly environments: readonly string[];
  readonly stateBucketArn: pulumi.Input<string>;
  /** Of the state, per environment. */
  readonly keyArns: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * Roles that GitHub's workflows take on without a stored key: one per environment that deploys, which only a job of that
 * environment can have, and one that only reads, for pull requests.
 * https://docs.github.com/actions/reference/security/oidc
 */
export class GithubRoles extends pulumi.ComponentResource {
  /** ARN per environment, for the variable AWS_ROLE of that environment on GitHub. */
  readonly deployers: Readonly<Record<string, pulumi.Output<string>>>;
  /** ARN, for the repository's variable AWS_READER_ROLE. */
  readonly reader: pulumi.Output<string>;
  /** ARN per environment: `permissionsBoundary` in the environment's stack file. */
  readonly boundaries: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: GithubRolesArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:bootstrap:GithubRoles', name, {}, options);
    const own = { parent: this, protect: true };
    const issuer = new iam.OpenIdConnectProvider(
      name,
      { url: `https://${ISSUER}`, clientIdLists: ['sts.amazonaws.com'] },
      own,
    );
    const made = args.environments.map((environment) => {
      return [environment, this.deployer(name, environment, issuer.arn, args, own)] as const;
    });
    this.deployers = Object.fromEntries(made.map(([environment, { role }]) => [environment, role]));
    this.boundaries = Object.fromEntries(made.map(([environment, { boundary }]) => [environment, boundary]));
    this.reader = this.readerRole(name, issuer.arn, args, own);
    this.registerOutputs({ deployers: this.deployers, reader: this.reader });
  }

  private deployer(
    name: string,
    environment: string,
    issuer: pulumi.Output<string>,
    args: GithubRolesArgs,
    own: pulumi.CustomResourceOptions,
  ) {
    const { project, account, region, repository } = args;
    const { prefix } = stackNames(project, environment);
    const place: DeployerPlace = { project, prefix, environment, account, region };
    const boundary = new iam.Policy(
      `${name}-${environment}-boundary`,
      {
        name: boundaryName(prefix),
        description: `The most that a role of ${environment} can be allowed`,
        policy: policyDocument(boundaryStatements(place)),
      },
      own,
    );
    const subject = `repo:${repository}:environment:${environment}`;
    const role = new iam.Role(
      `${name}-${environment}`,
      {
        name: `${prefix}-deployer`,
        description: `Deploys ${environment} from ${repository}`,
        assumeRolePolicy: issuer.apply((arn) => policyDocument([trust(arn, subject)])),
        maxSessionDuration: 3600,
      },
      own,
    );
    new iam.RolePolicy(
      `${name}-${environment}-state`,
      { role: role.name, policy: stateStatements(args, [environment], true).apply(policyDocument) },
      own,
    );
    for (const [group, statements] of Object.entries(deployerPolicies(place))) {
      const policy = new iam.Policy(
        `${name}-${environment}-${group}`,
        { description: `Deploys ${environment}: ${group}`, policy: policyDocument(statements) },
        own,
      );
      new iam.RolePolicyAttachment(`${name}-${environment}-${group}`, { role: role.name, policyArn: policy.arn }, own);
    }
    new iam.RolePolicyAttachment(`${name}-${environment}-view`, { role: role.name, policyArn: VIEW_ONLY }, own);
    return { role: role.arn, boundary: boundary.arn };
  }

  private readerRole(
    name: string,
    issuer: pulumi.Output<string>,
    args: GithubRolesArgs,
    own: pulumi.CustomResourceOptions,
  ): pulumi.Output<string> {
    const role = new iam.Role(
      `${name}-reader`,
      {
        name: `${args.project}-reader`,
        description: `Previews stacks in pull requests of ${args.repository}; changes nothing`,
        assumeRolePolicy: issuer.apply((arn) => policyDocument([trust(arn, `repo:${args.repository}:pull_request`)])),
        maxSessionDuration: 3600,
      },
      own,
    );
    const statements = stateStatements(args, args.environments, false);
    new iam.RolePolicy(`${name}-reader-state`, { role: role.name, policy: statements.apply(policyDocument) }, own);
    new iam.RolePolicyAttachment(`${name}-reader`, { role: role.name, policyArn: VIEW_ONLY }, own);
    return role.arn;
  }
}

function trust(issuerArn: string, subject: string): Statement {
  return {
    Sid: 'Workflows',
    Effect: 'Allow',
    Principal: { Federated: issuerArn },
    Action: ['sts:AssumeRoleWithWebIdentity'],
    Condition: { StringEquals: { [`${ISSUER}:aud`]: 'sts.amazonaws.com', [`${ISSUER}:sub`]: subject } },
  };
}

/** Pulumi's state of these environments; a preview reads it and, as it takes no lock, writes nothing. */
function stateStatements(
  { project, stateBucketArn, keyArns }: GithubRolesArgs,
  environments: readonly string[],
  canWrite: boolean,
): pulumi.Output<readonly Statement[]> {
  const keys = environments.flatMap((environment) => keyArns[environment] ?? []);
  return pulumi.all([stateBucketArn, pulumi.all(keys)]).apply(([bucket, arns]) => {
    const objects = [
      `${bucket}/.pulumi/meta.yaml`,
      ...environments.flatMap((environment) => stateOf(bucket, project, environment)),
    ];
    return [
      allow('ListStates', ['s3:ListBucket'], [bucket]),
      allow('ReadStates', ['s3:GetObject'], objects),
      ...(canWrite ? [allow('WriteStates', ['s3:PutObject', 's3:DeleteObject'], objects)] : []),
      allow('Secrets', ['kms:Decrypt', ...(canWrite ? ['kms:Encrypt', 'kms:GenerateDataKey'] : [])], arns),
    ];
  });
}

/** Where a self-managed backend keeps a stack. dev's workflows have the previews of pull requests as well. */
function stateOf(bucket: string, project: string, environment: string): string[] {
  const stacks = environment === 'dev' ? [environment, 'pr-*'] : [environment];
  const folders = ['stacks', 'history', 'backups', 'locks/organization'];
  return stacks.flatMap((stack) => folders.map((folder) => `${bucket}/.pulumi/${folder}/${project}/${stack}*`));
}
